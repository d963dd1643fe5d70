import { expect, it } from 'vitest';
import { plannedTraining } from '../plan/memory';
import type { TrainSpec } from '../backbone';
import { vit } from '../testing/fixtures';
import { lower } from './lower';
import { allForms, GPU_CHOICE, SOFTWARE_CHOICE, type KernelChoice } from './table';

const CHOICES: readonly KernelChoice[] = [
  ...[GPU_CHOICE, { ...GPU_CHOICE, wantedGroups: 1 }, { ...GPU_CHOICE, products: allForms('8x8'), wantedGroups: 1 }],
  ...[{ ...GPU_CHOICE, subgroups: { least: 4, most: 128 } }, SOFTWARE_CHOICE],
];

/** What every device has by WebGPU's specification, in compatibility mode too: a kernel that wants more is refused on phones and older cards. */
const DEFAULTS = { memory: 16_384, invocations: 128, buffers: 8 };
const BYTES: Readonly<Record<string, number>> = { vec4f: 16, vec2f: 8, f32: 4, u32: 4 };

function wants(code: string): typeof DEFAULTS {
  const declared = [...code.matchAll(/var<workgroup> \w+: array<(\w+), (\d+)>/g)];
  expect(declared).toHaveLength(code.split('var<workgroup>').length - 1);
  return {
    memory: declared.reduce((sum, [, type = '', count]) => sum + (BYTES[type] ?? NaN) * Number(count), 0),
    invocations: Number(/workgroup_size\((\d+)\)/.exec(code)?.[1] ?? NaN),
    buffers: code.split('var<storage').length - 1,
  };
}

it.each([1, 4, 16])('no kernel wants more than every device has, rank %i', (rank) => {
  for (const config of [vit(128, 2, 4, 32, 8), vit(768, 2, 12, 224, 16)]) {
    for (const [classes, trainables] of [
      [2, { backbone: 'none', adapters: 'both' }],
      [100, { backbone: 'none', adapters: 'up' }],
      [10, { backbone: 'all', adapters: 'none' }],
    ] as const) {
      const spec: TrainSpec['trainables'] = { ...trainables, classifier: { from: 0, to: classes } };
      const program = plannedTraining(config, 32, { trainables: spec, adapters: { targets: ['q', 'k', 'v', 'proj', 'fc1', 'fc2'], rank } });
      for (const choice of CHOICES) {
        for (const { source } of lower(program, choice, Infinity).launches) {
          const { name, code } = source(new Set());
          const { memory, invocations, buffers } = wants(code);
          const within = memory <= DEFAULTS.memory && invocations <= DEFAULTS.invocations && buffers <= DEFAULTS.buffers;
          if (!within) expect({ name, memory, invocations, buffers }).toEqual(DEFAULTS);
        }
      }
    }
  }
});
