/**
 * From a kernel's template to WGSL and to a launch. Buffers that one launch both reads and writes, or writes through two
 * views, become a single binding, since WebGPU forbids writable bindings that overlap. A buffer of halves is read through a
 * function that makes f32 of them, so that no kernel need know of it.
 */
import type { View } from '../plan/ops';

export type ParameterType = 'u32' | 'f32';

export interface BufferUse {
  readonly access: 'read' | 'write';
  /** Element type in WGSL; f32 unless said otherwise. */
  readonly type?: 'f32' | 'u32' | 'i32' | 'vec4f';
}

/**
 * `$name` in the code stands for the variable of a buffer, `p.name` for a parameter. The body of `main` sees `group` (the
 * workgroup), `lane` (the invocation in it) and `index` (the invocation in the grid); with subgroups also `mine` (the invocation in
 * its subgroup) and `lanes` (the subgroup's size).
 */
export interface KernelTemplate {
  readonly name: string;
  readonly workgroup: number;
  /** What the code has to enable. */
  readonly extension?: 'subgroups';
  readonly parameters: Readonly<Record<string, ParameterType>>;
  readonly buffers: Readonly<Record<string, BufferUse>>;
  readonly declarations?: string;
  readonly body: string;
}

/** A compiled shape of a template: what a pipeline is made from. */
export interface KernelSource {
  readonly name: string;
  readonly code: string;
  /** One entry a binding, in order; the parameters come first, at binding 0. */
  readonly access: readonly BufferUse['access'][];
}

/** One dispatch of a program, for any batch. */
export interface Launch {
  /** What to compile where the named buffers hold halves. */
  readonly source: (halves: ReadonlySet<string>) => KernelSource;
  /** Names of the buffers bound, in order. */
  readonly buffers: readonly string[];
  /** Parameters and workgroups for a batch; parameters in declared order, each as 4 bytes. */
  readonly prepare: (batch: number, words: DataView) => number;
}

export interface LaunchOf {
  /** Buffer of every role that the template declares; roles that it does not declare are ignored. */
  readonly buffers: Readonly<Record<string, string>>;
  readonly parameters: (batch: number) => Readonly<Record<string, number>>;
  readonly groups: (batch: number) => number;
}

/** Bytes of parameters that a launch may use: the alignment of uniform offsets. */
export const PARAMETER_BYTES = 256;

/** Parameters that a template may have. */
export const MOST_PARAMETERS = PARAMETER_BYTES / 4 - 2;

/** A launch of a template on named buffers. Throws where a declared buffer or parameter is not given. */
export function launch(template: KernelTemplate, of: LaunchOf): Launch {
  const uses = Object.entries(template.buffers).map(([role, use]) => {
    const buffer = of.buffers[role];
    if (buffer === undefined) throw new Error(`The kernel ${template.name} was given no buffer "${role}"`);
    return { role, use, buffer };
  });
  const written = new Set(uses.filter(({ use }) => use.access === 'write').map(({ buffer }) => buffer));
  const variables = new Map<string, string>();
  const bindings: { variable: string; buffer: string; access: BufferUse['access']; type: string }[] = [];
  for (const { role, use, buffer } of uses) {
    const shared = written.has(buffer) ? bindings.find((binding) => binding.buffer === buffer) : undefined;
    const type = use.type ?? 'f32';
    if (shared && shared.type !== type) throw new Error(`The kernel ${template.name} sees ${buffer} as ${shared.type} and as ${type}`);
    variables.set(role, shared?.variable ?? `${role}_`);
    if (!shared) bindings.push({ variable: `${role}_`, buffer, access: written.has(buffer) ? 'write' : 'read', type });
  }
  const names = Object.entries(template.parameters);
  if (names.length > MOST_PARAMETERS) throw new Error(`The kernel ${template.name} has too many parameters`);
  return {
    source: (halves) => ({
      name: template.name,
      code: wgsl(
        template,
        bindings.map((binding) => ({ ...binding, half: halves.has(binding.buffer) })),
        variables,
      ),
      access: bindings.map(({ access }) => access),
    }),
    buffers: bindings.map(({ buffer }) => buffer),
    prepare: (batch, words) => {
      const groups = of.groups(batch);
      const values = of.parameters(batch);
      words.setUint32(0, groups, true);
      words.setUint32(4, 0, true);
      names.forEach(([name, type], i) => {
        const value = values[name];
        if (value === undefined) throw new Error(`The kernel ${template.name} was given no parameter "${name}"`);
        if (type === 'f32') words.setFloat32(4 * (i + 2), value, true);
        else words.setUint32(4 * (i + 2), value, true);
      });
      return groups;
    },
  };
}

/** One launch as several of equal shares, so that none holds the GPU, and with it the screen, for long. */
export function inParts(launch: Launch, parts: number): Launch[] {
  return Array.from({ length: parts }, (_, i) => ({
    ...launch,
    prepare: (batch: number, words: DataView): number => {
      const groups = launch.prepare(batch, words);
      const [first, end] = [Math.floor((groups * i) / parts), Math.floor((groups * (i + 1)) / parts)];
      words.setUint32(0, end, true);
      words.setUint32(4, first, true);
      return end - first;
    },
  }));
}

/** Parameters `nameAt` and `nameRow` of a view: its first element and its row stride. */
export function at(name: string, view: View | undefined): Record<string, number> {
  return { [`${name}At`]: view?.offset ?? 0, [`${name}Row`]: view?.stride ?? 0 };
}

interface Binding {
  readonly variable: string;
  readonly access: BufferUse['access'];
  readonly type: string;
  readonly half: boolean;
}

/** How halves lie in a buffer, and `at(i)`: element `i` as the kernel wants it. */
const HALVES: Readonly<Record<string, { readonly words: string; readonly value: (variable: string) => string }>> = {
  f32: { words: 'u32', value: (variable) => `unpack2x16float(${variable}[i >> 1u])[i & 1u]` },
  vec4f: { words: 'vec2u', value: (variable) => `vec4f(unpack2x16float(${variable}[i].x), unpack2x16float(${variable}[i].y))` },
};

function declare({ variable, access, type, half }: Binding, number: number): string {
  const of = half ? HALVES[type] : undefined;
  if (half && (!of || access === 'write')) throw new Error(`A kernel that wants to ${access} ${type} was given halves`);
  const array = `@group(0) @binding(${number}) var<storage, ${access === 'write' ? 'read_write' : 'read'}> ${variable}: array<${of?.words ?? type}>;`;
  return of ? `${array}\nfn ${variable}at(i: u32) -> ${type} { return ${of.value(variable)}; }` : array;
}

/** `code` with every `$role[index]` made a call. */
function withCalls(code: string, role: string, call: string): string {
  const start = `$${role}[`;
  let done = code;
  for (let at = done.indexOf(start); at >= 0; at = done.indexOf(start)) {
    const index = done.slice(at + start.length);
    const end = closing(index);
    done = `${done.slice(0, at)}${call}(${index.slice(0, end)})${index.slice(end + 1)}`;
  }
  return done;
}

/** Where the bracket closes that was opened before `code`. */
function closing(code: string): number {
  let open = 1;
  for (let i = 0; i < code.length; i++) {
    if (code[i] === '[') open++;
    if (code[i] === ']' && --open === 0) return i;
  }
  throw new Error(`A bracket is not closed in "${code}"`);
}

function wgsl(
  { parameters, declarations, body, workgroup, extension }: KernelTemplate,
  bindings: readonly Binding[],
  variables: ReadonlyMap<string, string>,
): string {
  const halves = new Set(bindings.filter(({ half }) => half).map(({ variable }) => variable));
  const calls = [...variables].filter(([, variable]) => halves.has(variable));
  const named = (code: string): string =>
    calls
      .reduce((before, [role, variable]) => withCalls(before, role, `${variable}at`), code)
      .replace(/\$(\w+)/g, (_, role: string) => {
        const variable = variables.get(role);
        if (variable === undefined) throw new Error(`The kernel uses a buffer that it does not declare: "${role}"`);
        return variable;
      });
  const fields = Object.entries(parameters).map(([name, type]) => `  ${name}: ${type},`);
  const arrays = bindings.map((binding, i) => declare(binding, i + 1));
  // What a whole subgroup decides alike, validators cannot see to be so.
  const enabled = extension ? `enable ${extension};\ndiagnostic(off, subgroup_uniformity);\n` : '';
  return `${enabled}struct Parameters {
  groups: u32,
  groupsBefore: u32,
${fields.join('\n')}
}
@group(0) @binding(0) var<uniform> p: Parameters;
${arrays.join('\n')}
${named(declarations ?? '')}
@compute @workgroup_size(${workgroup})
fn main(
  @builtin(workgroup_id) at: vec3u,
  @builtin(num_workgroups) counts: vec3u,
  @builtin(local_invocation_index) lane: u32,${
    extension ? '\n  @builtin(subgroup_invocation_id) mine: u32,\n  @builtin(subgroup_size) size: u32,' : ''
  }
) {
  let group = p.groupsBefore + at.x + at.y * counts.x;
  if (group >= p.groups) { return; }
  let index = group * ${workgroup}u + lane;${extension ? `\n  let lanes = min(size, ${workgroup}u);` : ''}
${named(body)}
}
`;
}
