import type { AddLowRank, Op, View } from '../../plan/ops';
import { launch, MOST_PARAMETERS, type KernelTemplate, type ParameterType } from '../kernel';
import type { Lowering } from '../lowering';
import { lines } from './block-code';

/** Buffers that every device binds at once. */
const MOST_BUFFERS = 8;
const WORKGROUP = 64;

const viewsOf = ({ weight, out, increment }: AddLowRank): readonly View[] => [
  weight,
  out,
  ...(increment ? [increment.up, increment.down] : []),
];
const buffersOf = (ops: readonly AddLowRank[]): readonly string[] => [
  ...new Set(ops.flatMap((op) => viewsOf(op).map(({ buffer }) => buffer))),
];
const fit = (ops: readonly AddLowRank[]): boolean =>
  buffersOf(ops).length <= MOST_BUFFERS && ops.reduce((sum, op) => sum + viewsOf(op).length, 0) <= MOST_PARAMETERS;

/** The operations from `first` on that one dispatch does: neighbours none of which reads what another writes. */
export function lowRankRun(ops: readonly Op[], first: number): readonly AddLowRank[] {
  const run: AddLowRank[] = [];
  for (const op of ops.slice(first)) {
    if (op.kind !== 'addLowRank' || !fit([...run, op])) break;
    if (run.some(({ out }) => viewsOf(op).some(({ buffer, offset }) => buffer === out.buffer && offset === out.offset))) break;
    run.push(op);
  }
  return run;
}

/** Shapes are part of the code, so that all maps of one shape share it; places are parameters. */
export function lowerAddLowRank(to: Lowering, ops: readonly AddLowRank[]): void {
  const buffers = buffersOf(ops);
  const written = new Set(ops.map(({ out }) => out.buffer));
  const value = ({ buffer }: View, at: string): string => `$b${buffers.indexOf(buffer)}[${at}]`;
  const parameters: Record<string, ParameterType> = {};
  const places: Record<string, number> = {};
  const named = (view: View, name: string): string => {
    parameters[name] = 'u32';
    places[name] = view.offset;
    return `p.${name}`;
  };
  let groups = 0;
  const part = ({ weight, out, rows, columns, increment }: AddLowRank, i: number): string => {
    const before = groups;
    groups += Math.ceil((rows * columns) / WORKGROUP);
    const [from, onto] = [named(weight, `weight${i}`), named(out, `out${i}`)];
    const add = increment
      ? `let up = ${named(increment.up, `up${i}`)} + row * ${increment.up.stride}u; let down = ${named(increment.down, `down${i}`)} + c;
    for (var r = 0u; r < ${increment.rank}u; r++) { value += ${value(increment.up, 'up + r')} * ${value(increment.down, `down + r * ${increment.down.stride}u`)}; }`
      : '';
    return `if (group < ${groups}u) {
    let own = index - ${before * WORKGROUP}u;
    let c = own % ${columns}u;
    let row = own / ${columns}u;
    if (row >= ${rows}u) { return; }
    var value = ${value(weight, `${from} + row * ${weight.stride}u + c`)};
    ${add}
    ${value(out, `${onto} + row * ${out.stride}u + c`)} = value;
    return;
  }`;
  };
  const body = lines(ops.length, (i) => (ops[i] ? part(ops[i], i) : ''));
  const template: KernelTemplate = {
    name: 'addLowRank',
    workgroup: WORKGROUP,
    parameters,
    buffers: Object.fromEntries(buffers.map((buffer, i) => [`b${i}`, { access: written.has(buffer) ? 'write' : 'read' }])),
    body,
  };
  const all = groups;
  to.push(
    launch(template, {
      buffers: Object.fromEntries(buffers.map((buffer, i) => [`b${i}`, buffer])),
      parameters: () => places,
      groups: () => all,
    }),
  );
}
