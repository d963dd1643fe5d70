import type { KernelChoice } from '../table';

export type RowChoice = Pick<KernelChoice, 'rows' | 'lanes'>;

/** How a kernel that reduces rows walks them: which row is mine, which columns, and how partial results are joined. */
export interface RowWalk {
  readonly workgroup: number;
  /** What the declarations have to enable. */
  readonly extension?: 'subgroups';
  /** Binds `row`; returns from kernels that have none. */
  readonly begin: string;
  /** Head of a loop over my columns `c` of `columns`. */
  readonly loop: (columns: string) => string;
  /** `total(x, lane)` and `top(x, lane)`: sum and maximum over the row. */
  readonly declarations: string;
  /** Whether I store what belongs to the row as a whole. */
  readonly first: string;
  readonly groups: (rows: number) => number;
}

const WORKGROUP = 64;

const byInvocation: RowWalk = {
  workgroup: WORKGROUP,
  begin: 'let row = index; if (row >= p.rows) { return; }',
  loop: (columns) => `for (var c = 0u; c < ${columns}; c++)`,
  declarations: `
fn total(x: f32, lane: u32) -> f32 { return x; }
fn top(x: f32, lane: u32) -> f32 { return x; }`,
  first: 'true',
  groups: (rows) => Math.ceil(rows / WORKGROUP),
};

const tree = (name: string, join: string): string => `
fn ${name}(x: f32, lane: u32) -> f32 {
  workgroupBarrier();
  partial[lane] = x;
  workgroupBarrier();
  for (var span = ${WORKGROUP / 2}u; span > 0u; span >>= 1u) {
    if (lane < span) { partial[lane] = ${join}; }
    workgroupBarrier();
  }
  return partial[0];
}`;

const byWorkgroup: RowWalk = {
  workgroup: WORKGROUP,
  begin: 'let row = group;',
  loop: (columns) => `for (var c = lane; c < ${columns}; c += ${WORKGROUP}u)`,
  declarations: `
var<workgroup> partial: array<f32, ${WORKGROUP}>;
${tree('total', 'partial[lane] + partial[lane + span]')}
${tree('top', 'max(partial[lane], partial[lane + span])')}`,
  first: 'lane == 0u',
  groups: (rows) => rows,
};

/** A workgroup that is one subgroup: the device's own reductions, no shared memory and no barriers. */
const bySubgroup = (lanes: number): RowWalk => ({
  ...byWorkgroup,
  workgroup: lanes,
  extension: 'subgroups',
  loop: (columns) => `for (var c = lane; c < ${columns}; c += ${lanes}u)`,
  declarations: `
fn total(x: f32, lane: u32) -> f32 { return subgroupAdd(x); }
fn top(x: f32, lane: u32) -> f32 { return subgroupMax(x); }`,
});

export function rowWalk({ rows, lanes }: RowChoice): RowWalk {
  if (rows === 'invocation') return byInvocation;
  return lanes === undefined ? byWorkgroup : bySubgroup(lanes);
}
