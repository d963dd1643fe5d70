import { describe, expect, it } from 'vitest';
import { plannedTraining } from '../plan/memory';
import { tinyConfig } from '../testing/fixtures';
import { lower } from './lower';
import { SOFTWARE_CHOICE } from './table';

const classifier = { from: 0, to: 10 };
const config = tinyConfig({ depth: 12, dim: 24, heads: 3, mlpDim: 96 });

describe('the dispatches of a step at 12 blocks', () => {
  // What bench/RESULTS.md counts in the browser: nothing that a step does not use may add one.
  it.each([
    ['InfLoRA', { trainables: { backbone: 'none', adapters: 'up', classifier }, adapters: { targets: ['k', 'v'], rank: 4 } }, 312],
    ['LoRA', { trainables: { backbone: 'none', adapters: 'both', classifier }, adapters: { targets: ['k', 'v'], rank: 4 } }, 396],
    ['full fine-tuning', { trainables: { backbone: 'all', adapters: 'none', classifier }, adapters: null }, 433],
  ] as const)('%s', (_, model, expected) => {
    expect(lower(plannedTraining(config, 2, model), SOFTWARE_CHOICE, 2 ** 25).launches).toHaveLength(expected);
  });
});
