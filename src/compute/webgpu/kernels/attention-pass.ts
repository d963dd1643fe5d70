/**
 * Attention head by head, without its scores in memory: passes in which each token of one side meets all of the other side. What
 * a pass computes; how values come together is for `attention-tiles.ts`.
 *
 * Scores come in fours: `s0`, `s1` ... are those of my rows with four tokens of the other side, `valid` says which of these
 * there are.
 */
import { attentionStatistics } from '../../plan/ops';
import type { BufferUse, KernelTemplate } from '../kernel';
import { lines } from './block-code';

export interface Pass {
  /** Queries to the output; queries to what the way back wants of each and to their gradient; keys and values to theirs. */
  readonly kind: 'forward' | 'queries' | 'keys';
  readonly heads: number;
  readonly width: number;
  readonly queries: number;
  readonly keys: number;
  readonly scale: number;
  /** Whether all matrices may be read and written as vectors. */
  readonly aligned: boolean;
  readonly wants: readonly Result[];
}

export const RESULTS = ['out', 'dq', 'dk', 'dv'] as const;
export type Result = (typeof RESULTS)[number];
/** `g` is the gradient of the output. */
export type Matrix = 'q' | 'k' | 'v' | 'g';

/** Sums over the other side: names of the sums, of their weights, and what is summed. */
export interface Sum {
  readonly of: Matrix;
  readonly terms: readonly { readonly sum: string; readonly weight: string }[];
}

export interface PassCode {
  readonly own: number;
  readonly other: number;
  /** Products of rows: `s` of own and other matrix, and `g` where it is wanted. */
  readonly scores: readonly { readonly name: 's' | 'g'; readonly own: Matrix; readonly other: Matrix }[];
  readonly sums: readonly Sum[];
  /** What a row keeps; `token` names the row. */
  readonly start: (r: number, token: string) => string;
  /** What four tokens of the other side bring along; `token(i)` names them. */
  readonly others: (token: (i: number) => string) => string;
  /** Weights of the rows from their scores. `joined`: code that joins what the invocations of a row found in the variables named. */
  readonly weigh: (rows: number, joined: Joined, sums: (r: number) => readonly string[]) => string;
  /** After the last: code for a row, and what is stored of it. */
  readonly finish: (rows: number, joined: Joined) => string;
  readonly keep: (r: number, token: string) => string;
  readonly results: readonly { readonly name: Result; readonly value: (r: number, sum: (name: string) => string) => string }[];
}

/** A pass as a kernel: teams that it takes, and workgroups. */
export interface PassKernel {
  readonly template: KernelTemplate;
  readonly instances: (images: number) => number;
  readonly groups: (images: number) => number;
}

export type Joined = (by: 'max' | 'add', names: readonly string[]) => string;

const count = (pass: Pass, of: Matrix): number => (of === 'q' || of === 'g' ? pass.queries : pass.keys);
/** Beyond which e is not raised: what comes of it counts as nothing, and not all drivers define it. */
const LOWEST = '-80.0';
const names = (name: string, rows: number): string[] => Array.from({ length: rows }, (_, r) => `${name}${r}`);
const added = (four: string): string => `(${four}.x + ${four}.y + ${four}.z + ${four}.w)`;
const statisticsOf = (token: string, { queries }: Pass): string =>
  `p.statisticsAt + z * ${attentionStatistics(1, queries)}u + 2u * min(${token}, ${queries - 1}u)`;
const deltaOf = (token: string, { queries }: Pass): string => `z * ${queries}u + min(${token}, ${queries - 1}u)`;

export function passCode(pass: Pass): PassCode {
  if (pass.kind === 'forward') return forward(pass);
  return pass.kind === 'queries' ? ofQueries(pass) : ofKeys(pass);
}

/** Online: the highest score so far, Σ exp of what lies below it, and the values summed with these weights. */
function forward(pass: Pass): PassCode {
  const { queries, keys, scale } = pass;
  return {
    own: queries,
    other: keys,
    scores: [{ name: 's', own: 'q', other: 'k' }],
    sums: [{ of: 'v', terms: [{ sum: 'o', weight: 'w' }] }],
    start: (r) => `var m${r} = -3.0e38; var l${r} = 0.0;`,
    others: () => '',
    weigh: (rows, joined, sums) => `
  ${lines(rows, (r) => `s${r} = select(vec4f(-3.0e38), s${r} * ${scale}, valid); var t${r} = max(max(s${r}.x, s${r}.y), max(s${r}.z, s${r}.w));`)}
  ${joined('max', names('t', rows))}
  ${lines(
    rows,
    (r) => `t${r} = max(m${r}, t${r}); let fade${r} = exp(max(m${r} - t${r}, ${LOWEST})); m${r} = t${r};
  let w${r} = select(vec4f(), exp(max(s${r} - t${r}, vec4f(${LOWEST}))), valid);
  l${r} = l${r} * fade${r} + ${added(`w${r}`)};
  ${sums(r)
    .map((sum) => `${sum} *= fade${r};`)
    .join(' ')}`,
  )}`,
    finish: (rows, joined) => `${joined('add', names('l', rows))}\n${lines(rows, (r) => `l${r} = 1.0 / l${r};`)}`,
    keep: (r, token) => `let at${r} = ${statisticsOf(token, pass)}; $statistics[at${r}] = m${r}; $statistics[at${r} + 1u] = l${r};`,
    results: [{ name: 'out', value: (r, sum) => `l${r} * ${sum('o')}` }],
  };
}

/**
 * δ = Σ P dP of every query, kept for the keys, and dQ = scale · Σ P (dP − δ) K, from Σ P dP K and Σ P K, since δ is known only at
 * the end.
 */
function ofQueries(pass: Pass): PassCode {
  const { queries, keys, scale, wants } = pass;
  const wanted = wants.includes('dq');
  return {
    own: queries,
    other: keys,
    scores: [
      { name: 's', own: 'q', other: 'k' },
      { name: 'g', own: 'g', other: 'v' },
    ],
    sums: wanted
      ? [
          {
            of: 'k',
            terms: [
              { sum: 'a', weight: 'c' },
              { sum: 'b', weight: 'w' },
            ],
          },
        ]
      : [],
    start: (r, token) =>
      `let at${r} = ${statisticsOf(token, pass)}; let m${r} = $statistics[at${r}]; let l${r} = $statistics[at${r} + 1u]; var d${r} = 0.0;`,
    others: () => '',
    weigh: (rows) =>
      lines(
        rows,
        (r) => `let w${r} = select(vec4f(), exp(max(s${r} * ${scale} - m${r}, vec4f(${LOWEST}))) * l${r}, valid);
  let c${r} = w${r} * g${r}; d${r} += ${added(`c${r}`)};`,
      ),
    finish: (rows, joined) => joined('add', names('d', rows)),
    keep: (r, token) => `$delta[${deltaOf(token, pass)}] = d${r};`,
    results: wanted ? [{ name: 'dq', value: (r, sum) => `${scale} * (${sum('a')} - d${r} * ${sum('b')})` }] : [],
  };
}

/** dV = Pᵀ dO and dK = scale · (P ∘ (dP − δ))ᵀ Q. */
function ofKeys(pass: Pass): PassCode {
  const { queries, keys, scale, wants } = pass;
  const [dk, dv] = [wants.includes('dk'), wants.includes('dv')];
  const four = (of: (i: number) => string): string => `vec4f(${[0, 1, 2, 3].map(of).join(', ')})`;
  return {
    own: keys,
    other: queries,
    scores: [{ name: 's', own: 'k', other: 'q' }, ...(dk ? ([{ name: 'g', own: 'v', other: 'g' }] as const) : [])],
    sums: [
      ...(dv ? [{ of: 'g', terms: [{ sum: 'a', weight: 'w' }] } as const] : []),
      ...(dk ? [{ of: 'q', terms: [{ sum: 'b', weight: 'c' }] } as const] : []),
    ],
    start: () => '',
    others: (token) => `${lines(4, (i) => `let at${i} = ${statisticsOf(token(i), pass)};`)}
  let highest = ${four((i) => `$statistics[at${i}]`)}; let shares = ${four((i) => `$statistics[at${i} + 1u]`)};
  ${dk ? `let deltas = ${four((i) => `$delta[${deltaOf(token(i), pass)}]`)};` : ''}`,
    weigh: (rows) =>
      lines(
        rows,
        (r) => `let w${r} = select(vec4f(), exp(max(s${r} * ${scale} - highest, vec4f(${LOWEST}))) * shares, valid);
  ${dk ? `let c${r} = ${scale} * w${r} * (g${r} - deltas);` : ''}`,
      ),
    finish: () => '',
    keep: () => '',
    results: [
      ...(dv ? [{ name: 'dv', value: (_: number, sum: (name: string) => string) => sum('a') } as const] : []),
      ...(dk ? [{ name: 'dk', value: (_: number, sum: (name: string) => string) => sum('b') } as const] : []),
    ],
  };
}

const matricesOf = ({ scores, sums }: PassCode): readonly Matrix[] => [
  ...new Set([...scores.flatMap(({ own, other }) => [own, other]), ...sums.map(({ of }) => of)]),
];

/** Parameters, buffers and functions `load_q(base, token, quad)` and `store_out(base, token, quad, value)` of all matrices of a pass. */
export function passFrame(
  pass: Pass,
  code: PassCode,
): Pick<KernelTemplate, 'parameters' | 'buffers'> & { readonly functions: readonly string[] } {
  const type = pass.aligned ? 'vec4f' : 'f32';
  const matrices = matricesOf(code);
  const places = [...matrices, ...code.results.map(({ name }) => name)].flatMap((role) => [`${role}At`, `${role}Row`]);
  const bind = (access: BufferUse['access'], of: string = type): BufferUse => ({ access, type: of === 'vec4f' ? 'vec4f' : 'f32' });
  const { kind, wants } = pass;
  const delta = kind === 'queries' || (kind === 'keys' && wants.includes('dk'));
  return {
    parameters: { instances: 'u32', statisticsAt: 'u32', ...Object.fromEntries(places.map((name) => [name, 'u32' as const])) },
    buffers: {
      ...Object.fromEntries(matrices.map((matrix) => [matrix, bind('read')])),
      ...Object.fromEntries(code.results.map(({ name }) => [name, bind('write')])),
      statistics: bind(kind === 'forward' ? 'write' : 'read', 'f32'),
      ...(delta ? { delta: bind(kind === 'queries' ? 'write' : 'read', 'f32') } : {}),
    },
    functions: [...matrices.map((matrix) => loadCode(matrix, pass)), ...code.results.map(({ name }) => storeCode(name, pass))],
  };
}

const EACH = ['x', 'y', 'z', 'w'] as const;

/** Tokens and quads beyond the last stand for the last: their weights are nothing, their results not stored. */
function loadCode(of: Matrix, pass: Pass): string {
  const { aligned, width } = pass;
  const one = (i: number): string => `select(0.0, $${of}[at + min(4u * quad + ${i}u, ${width - 1}u)], 4u * quad + ${i}u < ${width}u)`;
  return `
fn load_${of}(base: u32, token: u32, quad: u32) -> vec4f {
  let at = base + min(token, ${count(pass, of) - 1}u) * p.${of}Row;
  return ${aligned ? `$${of}[at / 4u + min(quad, ${width / 4 - 1}u)]` : `vec4f(${[0, 1, 2, 3].map(one).join(', ')})`};
}`;
}

function storeCode(name: Result, pass: Pass): string {
  const { aligned, width } = pass;
  const tokens = name === 'out' || name === 'dq' ? pass.queries : pass.keys;
  const at = `base + token * p.${name}Row + 4u * quad`;
  return `
fn store_${name}(base: u32, token: u32, quad: u32, value: vec4f) {
  if (token >= ${tokens}u || quad >= ${Math.ceil(width / 4)}u) { return; }
  let at = ${at};
  ${
    aligned
      ? `$${name}[at / 4u] = value;`
      : EACH.map((each, i) => `if (4u * quad + ${i}u < ${width}u) { $${name}[at + ${i}u] = value.${each}; }`).join(' ')
  }
}`;
}

/** Where a head of an image starts in every matrix of a pass, `z` being the two in one. */
export function basesOf(pass: Pass, code: PassCode): string {
  const roles = [...matricesOf(code), ...code.results.map(({ name }) => name)];
  const tokens = (role: string): number => (['q', 'g', 'out', 'dq'].includes(role) ? pass.queries : pass.keys);
  return roles
    .map(
      (role) =>
        `let ${role}Base = p.${role}At + (z / ${pass.heads}u) * ${tokens(role)}u * p.${role}Row + (z % ${pass.heads}u) * ${pass.width}u;`,
    )
    .join('\n  ');
}
