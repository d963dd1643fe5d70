/**
 * A pass of attention in tiles of workgroup memory, for GPUs: a team of invocations takes as many rows of one head as fit, all of
 * them where tokens are few, and walks over the other side; a workgroup has as many teams as fit. An invocation has four rows with
 * four tokens of the other side, as in products, and then a share of the columns of what is summed.
 */
import { SaidError, said } from '../../../common/said';
import type { BufferUse, KernelTemplate } from '../kernel';
import { basesOf, passCode, passFrame, type Joined, type Matrix, type Pass, type PassCode, type PassKernel } from './attention-pass';
import { lines, range } from './block-code';

interface Team {
  readonly rows: number;
  readonly down: number;
  readonly across: number;
  /** Fours of columns an invocation sums. */
  readonly columns: number;
  /** Fours of the width in a step of the scores, and fours of the other side's tokens in a step of the sums. */
  readonly depth: number;
  readonly step: number;
  /** Tiles of a head. */
  readonly tiles: number;
  readonly teams: number;
}

const MOST_ROWS = 32;
const INVOCATIONS = 64;
/** Vectors of workgroup memory that every device has. */
const MEMORY = 1024;
/** Fours of columns that an invocation may hold in registers. */
const MOST_COLUMNS = 3;
/** Fours of the width in a step of the scores; fewer where passes share a kernel, whose registers AMD's compiler would else spill. */
const DEEPEST = 6;
const DEEPEST_JOINED = 2;

/** Memory of a team in vectors: `mine` and `theirs` in steps, and the weights. */
const roomOf = ({ rows, down, across, columns, depth, step }: Omit<Team, 'teams' | 'tiles'>, weights: number) => ({
  mine: rows * down * (depth + 1),
  theirs: Math.max(4 * across * (depth + 1), 4 * step * columns * across),
  weights: rows * down * (across + 1),
  all: rows * down * (depth + 1) + Math.max(4 * across * (depth + 1), 4 * step * columns * across) + weights * rows * down * (across + 1),
});

/** Tiles of equal size on both sides, and no more than the tokens fill. */
function teamFor({ own, other }: PassCode, width: number, weights: number, deepest = DEEPEST): Team {
  const quads = Math.ceil(width / 4);
  const rows = own === 1 ? 1 : 4;
  const walks = Math.ceil(other / MOST_ROWS);
  const across = Math.max(Math.ceil(other / (4 * walks)), Math.ceil(quads / MOST_COLUMNS));
  const depth = [6, 5, 4, 3, 2, 1].find((each) => each <= deepest && quads % each === 0 && (each <= 4 || each === quads)) ?? 1;
  const columns = Math.ceil(quads / across);
  const step = Math.ceil(across / Math.ceil(across / 4));
  for (let most = Math.min(MOST_ROWS / rows, Math.max(1, Math.floor((2 * INVOCATIONS) / across))); ; most--) {
    const tiles = Math.ceil(own / (rows * most));
    const down = Math.ceil(own / (rows * tiles));
    const team = { rows, down, across, columns, depth, step };
    const { all } = roomOf(team, weights);
    if (all > MEMORY && most > 1) continue;
    if (all > MEMORY) throw new SaidError(said`A head of width ${width} is too wide for the memory of a workgroup`);
    return { ...team, tiles, teams: Math.max(1, Math.min(Math.floor(INVOCATIONS / (down * across)), Math.floor(MEMORY / all))) };
  }
}

/** How many weights a pass keeps at a time: those that sum the same matrix; a row's joints need room too. */
const keptBy = (codes: readonly PassCode[]): number => Math.max(1, ...codes.flatMap(({ sums }) => sums.map(({ terms }) => terms.length)));

/** Whether passes over both sides may share a kernel: a team has all of a head, and as many rows of one side as of the other. */
export function oneTile(pass: Pass): boolean {
  return pass.queries === pass.keys && teamFor(passCode({ ...pass, kind: 'forward' }), pass.width, 2).tiles === 1;
}

/** A kernel of one pass, or of several that follow each other in one tile. */
export function tilesTemplate(passes: readonly [Pass, ...Pass[]]): PassKernel {
  const [{ kind, heads, width }] = passes;
  const codes = passes.map(passCode);
  const [first] = codes;
  if (!first) throw new Error('No pass');
  const kept = keptBy(codes);
  const team = teamFor(first, width, kept, passes.length > 1 ? DEEPEST_JOINED : DEEPEST);
  const { rows, down, across, tiles, teams } = team;
  const room = roomOf(team, kept);
  const members = down * across;
  const frames = passes.map((pass, i) => passFrame(pass, codes[i] ?? first));
  const buffers: Record<string, BufferUse> = {};
  for (const [role, use] of frames.flatMap((frame) => Object.entries(frame.buffers)))
    if (buffers[role]?.access !== 'write') buffers[role] = use;
  const template: KernelTemplate = {
    name: `attention ${kind}`,
    workgroup: teams * members,
    parameters: Object.assign({}, ...frames.map(({ parameters }) => parameters)) as KernelTemplate['parameters'],
    buffers,
    declarations: `
var<workgroup> mine: array<vec4f, ${teams * room.mine}>;
var<workgroup> theirs: array<vec4f, ${teams * room.theirs}>;
${lines(kept, (i) => `var<workgroup> weights${i}: array<vec4f, ${teams * room.weights}>;`)}
${[...new Set(frames.flatMap(({ functions }) => functions))].join('')}`,
    body: `
  let member = lane % ${members}u;
  let team = lane / ${members}u;
  let tx = member % ${across}u;
  let ty = member / ${across}u;
  let mineAt = team * ${room.mine}u;
  let theirsAt = team * ${room.theirs}u;
  let weightsAt = team * ${room.weights}u;
  let present = group * ${teams}u + team < p.instances;
  // Teams too many do the last one's work again, for the barriers' sake, and store nothing.
  let instance = min(group * ${teams}u + team, p.instances - 1u);
  let z = instance / ${tiles}u;
  let first = (instance % ${tiles}u) * ${rows * down}u;
  ${passes.map((pass, i) => `{ ${passBody(pass, codes[i] ?? first, team)} }`).join('\n  storageBarrier();\n  ')}`,
  };
  const instances = (images: number): number => images * heads * tiles;
  return { template, instances, groups: (images) => Math.ceil(instances(images) / teams) };
}

function passBody(pass: Pass, code: PassCode, { rows, down, across, columns, depth, step }: Team): string {
  const { own, other } = code;
  const [members, quads] = [down * across, Math.ceil(pass.width / 4)];
  const pitch = columns * across;
  const slot = (r: number): string => `weightsAt + (ty * ${rows}u + ${r}u) * ${across + 1}u`;
  const sumsOf = (r: number): string[] =>
    code.sums.flatMap(({ terms }) => terms.flatMap(({ sum }) => range(columns).map((c) => `${sum}${r}_${c}`)));
  const token = (r: number): string => `first + ty * ${rows}u + ${r}u`;

  const joined: Joined = (by, names) => `
  ${lines(rows, (r) => `weights0[${slot(r)} + tx] = vec4f(${names[r]});`)}
  workgroupBarrier();
  ${lines(rows, (r) =>
    range(across)
      .map(
        (i) =>
          `${names[r]} = ${by === 'max' ? `max(${names[r]}, weights0[${slot(r)} + ${i}u].x)` : `${i === 0 ? '0.0' : names[r]} + weights0[${slot(r)} + ${i}u].x`};`,
      )
      .join(' '),
  )}
  workgroupBarrier();`;

  /** So many vectors `e` fetched by the members of a team, each to its place. */
  const fill = (vectors: number, to: string, value: string): string =>
    lines(Math.ceil(vectors / members), (i) => {
      const guard = (i + 1) * members > vectors ? `if (member < ${vectors - i * members}u) ` : '';
      return `${guard}{ let e = member + ${i * members}u; ${to} = ${value}; }`;
    });
  const stepOf = (to: 'mine' | 'theirs', of: Matrix, tokens: number, from: string): string =>
    fill(
      tokens * depth,
      `${to}[${to}At + (e / ${depth}u) * ${depth + 1}u + e % ${depth}u]`,
      `load_${of}(${of}Base, ${from} + e / ${depth}u, quad + e % ${depth}u)`,
    );
  const scores = code.scores.map(
    ({ name, own: mine, other: theirs }) => `
  ${lines(rows, (r) => `var ${name}${r} = vec4f();`)}
  for (var quad = 0u; quad < ${quads}u; quad += ${depth}u) {
    ${stepOf('mine', mine, rows * down, 'first')}
    ${stepOf('theirs', theirs, 4 * across, 'other')}
    workgroupBarrier();
    ${lines(
      depth,
      (d) => `{ ${lines(4, (i) => `let y${i} = theirs[theirsAt + (tx + ${i * across}u) * ${depth + 1}u + ${d}u];`)}
    ${lines(rows, (r) => `{ let x = mine[mineAt + (ty * ${rows}u + ${r}u) * ${depth + 1}u + ${d}u]; ${name}${r} += vec4f(dot(x, y0), dot(x, y1), dot(x, y2), dot(x, y3)); }`)} }`,
    )}
    workgroupBarrier();
  }`,
  );
  // The weight of a row with the i-th token of four q is `x[i]` of its vector q: tokens q, q + across ... of the tile.
  const sums = code.sums.map(
    ({ of, terms }) => `
  ${lines(rows, (r) => terms.map(({ weight }, i) => `weights${i}[${slot(r)} + tx] = ${weight}${r};`).join(' '))}
  for (var four = 0u; four < ${across}u; four += ${step}u) {
    ${fill(4 * step * pitch, 'theirs[theirsAt + e]', `load_${of}(${of}Base, other + four + (e / ${pitch}u) / 4u + ((e / ${pitch}u) % 4u) * ${across}u, e % ${pitch}u)`)}
    workgroupBarrier();
    ${lines(
      step,
      (
        q,
      ) => `${across % step === 0 ? '' : `if (four + ${q}u < ${across}u) `}{ ${lines(4, (i) => lines(columns, (c) => `let y${i}_${c} = theirs[theirsAt + ${(4 * q + i) * pitch + c * across}u + tx];`))}
    ${lines(rows, (r) =>
      terms
        .map(
          ({ sum }, t) =>
            `{ let x = weights${t}[${slot(r)} + four + ${q}u]; ${range(columns)
              .map((c) => `${sum}${r}_${c} = ${[`${sum}${r}_${c}`, ...range(4).map((i) => `x.${'xyzw'[i]} * y${i}_${c}`)].join(' + ')};`)
              .join(' ')} }`,
        )
        .join('\n'),
    )} }`,
    )}
    workgroupBarrier();
  }`,
  );
  return `
  ${basesOf(pass, code)}
  ${lines(rows, (r) => code.start(r, token(r)))}
  ${lines(rows, (r) =>
    sumsOf(r)
      .map((sum) => `var ${sum} = vec4f();`)
      .join(' '),
  )}
  for (var other = 0u; other < ${other}u; other += ${4 * across}u) {
  let valid = vec4u(other + tx) + ${across}u * vec4u(0u, 1u, 2u, 3u) < vec4u(${other}u);
  ${code.others((i) => `other + tx + ${i * across}u`)}
  ${scores.join('')}
  ${code.weigh(rows, joined, sumsOf)}
  ${sums.join('')}
  }
  ${code.finish(rows, joined)}
  if (present) {
  ${lines(rows, (r) => {
    const keep = code.keep(r, token(r));
    return keep === '' ? '' : `if (tx == 0u && ${token(r)} < ${own}u) { ${keep} }`;
  })}
  ${lines(rows, (r) =>
    code.results
      .map(({ name, value }) =>
        range(columns)
          .map((c) => `store_${name}(${name}Base, ${token(r)}, ${c * across}u + tx, ${value(r, (sum) => `${sum}${r}_${c}`)});`)
          .join(' '),
      )
      .join('\n'),
  )}
  }`;
}
