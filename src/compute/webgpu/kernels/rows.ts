import type { KernelTemplate } from '../kernel';
import type { KernelChoice } from '../table';

export type RowChoice = Pick<KernelChoice, 'rows' | 'subgroups'>;

/** How a kernel that reduces rows walks them: which row is mine, which columns, and how partial results are joined. */
export interface RowWalk {
  /** The frame of a template: workgroup, what has to be enabled, and `total(x, lane)`, the sum over the row. */
  readonly frame: Pick<KernelTemplate, 'workgroup' | 'extension' | 'declarations'>;
  /** The body of a kernel around what is to be done with `row`, of which there are `p.rows`. */
  readonly body: (code: string) => string;
  /** Head of a loop over my columns `c` of `columns`. */
  readonly loop: (columns: string) => string;
  /** Whether I store what belongs to the row as a whole. */
  readonly first: string;
  readonly groups: (rows: number) => number;
}

const WORKGROUP = 64;

const byInvocation: RowWalk = {
  frame: { workgroup: WORKGROUP, declarations: 'fn total(x: f32, lane: u32) -> f32 { return x; }' },
  body: (code) => `let row = index; if (row >= p.rows) { return; } ${code}`,
  loop: (columns) => `for (var c = 0u; c < ${columns}; c++)`,
  first: 'true',
  groups: (rows) => Math.ceil(rows / WORKGROUP),
};

const byWorkgroup: RowWalk = {
  frame: {
    workgroup: WORKGROUP,
    declarations: `
var<workgroup> partial: array<f32, ${WORKGROUP}>;
fn total(x: f32, lane: u32) -> f32 {
  workgroupBarrier();
  partial[lane] = x;
  workgroupBarrier();
  for (var span = ${WORKGROUP / 2}u; span > 0u; span >>= 1u) {
    if (lane < span) { partial[lane] = partial[lane] + partial[lane + span]; }
    workgroupBarrier();
  }
  return partial[0];
}`,
  },
  body: (code) => `let row = group; ${code}`,
  loop: (columns) => `for (var c = lane; c < ${columns}; c += ${WORKGROUP}u)`,
  first: 'lane == 0u',
  groups: (rows) => rows,
};

/**
 * A row a subgroup, by the device's own reductions, without shared memory and barriers. A workgroup has as many rows as it has
 * subgroups where these are smallest; larger ones, of which there are fewer, take several in turn.
 */
const bySubgroup = (least: number): RowWalk => {
  const rows = Math.max(1, Math.floor(WORKGROUP / least));
  return {
    frame: {
      workgroup: WORKGROUP,
      extension: 'subgroups',
      declarations: 'fn total(x: f32, lane: u32) -> f32 { return subgroupAdd(x); }',
    },
    body: (code) => `
  let own = subgroupBroadcastFirst(lane / lanes);
  for (var turn = own; turn < ${rows}u; turn += max(1u, ${WORKGROUP}u / lanes)) {
    let row = group * ${rows}u + turn;
    if (row >= p.rows) { break; }
    ${code}
  }`,
    loop: (columns) => `for (var c = mine; c < ${columns}; c += lanes)`,
    first: 'mine == 0u',
    groups: (count) => Math.ceil(count / rows),
  };
};

export function rowWalk({ rows, subgroups }: RowChoice): RowWalk {
  if (rows === 'invocation') return byInvocation;
  return subgroups === undefined ? byWorkgroup : bySubgroup(subgroups.least);
}
