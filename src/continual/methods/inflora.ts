import * as v from 'valibot';
import { InfloraAdaptation } from '../adaptations/inflora';
import { defineMethod, IDLE, rank, rankWords, targets, type MethodPlan } from '../definition';
import { INFLORA } from '../papers';
import { resolveInflora, type InfloraOptions } from '../presets';
import { ownHeads } from '../readouts/own-heads';
import { adapted, inputsOf } from '../targets';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** The points where paper and authors' code differ: `preset` sets all of them, single ones may be overridden (see `presets.ts`). */
export const infloraOptions = {
  preset: v.optional(v.picklist(['authors', 'paper']), 'authors'),
  rank,
  /** ε of the first task and the value it grows towards: ε_t = lamb + (lame − lamb) t / T. */
  lamb: v.optional(share, 0.95),
  lame: v.optional(share, 1),
  projection: v.optional(v.picklist(['one-sided', 'two-sided'])),
  energy: v.optional(v.picklist(['squared-covariance', 'covariance'])),
  scaleDown: v.optional(v.boolean()),
  firstTaskRank: v.optional(v.picklist(['strictly-below', 'reach'])),
  memory: v.optional(v.picklist(['dualgpm', 'gpm'])),
  targets,
};

export const infloraSuggested = { rank: 8, lamb: 0.9995, lame: 1 };

export const infloraEquations = [
  { reference: 'InfLoRA: designing the dimensionality-reducing matrix', code: 'designB' },
  { reference: 'DualGPM, CVPR 2023: memory of used directions', code: 'updateDualGPM' },
  { reference: 'InfLoRA, released code: growing threshold', code: 'memoryThreshold' },
];

export function infloraPlan(options: InfloraOptions): MethodPlan {
  const { rank, blocks, targets: on } = resolveInflora(options);
  const maps = adapted(on);
  const inputs = inputsOf(maps);
  return {
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'up' },
    adapters: { targets: maps, rank, ...(blocks < Infinity ? { blocks } : {}) },
    before: inputs,
    after: inputs,
    subspaces: true,
    keeps: ['bases'],
  };
}

export function describeInflora(options: InfloraOptions): string[] {
  const { rank: rows, targets: on, lamb, lame, projection, energy, scaleDown, firstTaskRank, memory } = resolveInflora(options);
  return [
    `preset ${options.preset ?? 'authors'}, ${on === undefined || on === 'kv' ? `rank ${rows}` : rankWords(rows, on)}, threshold from ${lamb} towards ${lame}, ${projection} projection, energy of the ${energy.replace('-', ' ')}`,
    scaleDown ? 'rows of B divided by the square root of 3' : 'orthonormal rows of B',
    `first-task rank ${firstTaskRank.replace('-', ' ')} the threshold, memory ${memory === 'dualgpm' ? 'DualGPM' : 'GPM'}`,
  ];
}

export const inflora = defineMethod({
  id: 'inflora',
  title: 'InfLoRA',
  role: 'contestant',
  approach: 'subspace',
  papers: [INFLORA],
  equations: infloraEquations,
  trainsOn: 'task',
  options: infloraOptions,
  suggested: infloraSuggested,
  searched: {
    materials: { rate: 3e-3, options: { rank: 16, targets: 'all' } },
    ten: { rate: 4e-3, options: { rank: 16, targets: 'all' } },
    alphabets: { rate: 4e-3 },
    styles: { rate: 4e-3 },
    things: { rate: 4e-3 },
  },
  plan: infloraPlan,
  describe: describeInflora,
  create: (bench, options) => {
    const adaptation = new InfloraAdaptation(bench, options);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
