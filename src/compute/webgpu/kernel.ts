/**
 * From a kernel's template to WGSL and to a launch. Buffers that one launch both reads and writes, or writes through two
 * views, become a single binding, since WebGPU forbids writable bindings that overlap.
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
 * workgroup), `lane` (the invocation in it) and `index` (the invocation in the grid).
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
  readonly source: KernelSource;
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
  if (4 * (names.length + 2) > PARAMETER_BYTES) throw new Error(`The kernel ${template.name} has too many parameters`);
  return {
    source: {
      name: template.name,
      code: wgsl(template, bindings, variables),
      access: bindings.map(({ access }) => access),
    },
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

function wgsl(
  { parameters, declarations, body, workgroup, extension }: KernelTemplate,
  bindings: readonly { variable: string; access: BufferUse['access']; type: string }[],
  variables: ReadonlyMap<string, string>,
): string {
  const named = (code: string): string =>
    code.replace(/\$(\w+)/g, (_, role: string) => {
      const variable = variables.get(role);
      if (variable === undefined) throw new Error(`The kernel uses a buffer that it does not declare: "${role}"`);
      return variable;
    });
  const fields = Object.entries(parameters).map(([name, type]) => `  ${name}: ${type},`);
  const arrays = bindings.map(
    ({ variable, access, type }, i) =>
      `@group(0) @binding(${i + 1}) var<storage, ${access === 'write' ? 'read_write' : 'read'}> ${variable}: array<${type}>;`,
  );
  return `${extension ? `enable ${extension};\n` : ''}struct Parameters {
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
  @builtin(local_invocation_index) lane: u32,
) {
  let group = p.groupsBefore + at.x + at.y * counts.x;
  if (group >= p.groups) { return; }
  let index = group * ${workgroup}u + lane;
${named(body)}
}
`;
}
