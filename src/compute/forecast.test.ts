import { describe, expect, it } from 'vitest';
import { tokenCount } from '../vit/config';
import { COST_KINDS, type Calibration, type CostKind, type Rates } from './calibration';
import { correction, createForecast, peakMemory } from './forecast';
import { backboneParameters } from './memory';
import { tinyConfig } from './testing/fixtures';
import type { PlannedModel } from './trainables';

const config = tinyConfig({ imageSize: 32, patchSize: 8, dim: 128, depth: 3, heads: 4, mlpDim: 512 });
const TOKENS = tokenCount(config);
const classifier = { from: 0, to: 10 };
const KV: PlannedModel = { trainables: { backbone: 'none', adapters: 'up', classifier }, adapters: { targets: ['k', 'v'], rank: 4 } };
const FULL: PlannedModel = { trainables: { backbone: 'all', adapters: 'none', classifier }, adapters: null };
const NOTHING: PlannedModel = { trainables: { backbone: 'none', adapters: 'none', classifier }, adapters: null };

/** A device on which nothing but the kinds named takes time. */
function calibration(rates: Partial<Record<CostKind, Partial<Rates>>>, eachRun = 0): Calibration {
  const free = { each: 0, perMflop: 0, perMnumber: 0 };
  return {
    rates: Object.fromEntries(COST_KINDS.map((kind) => [kind, { ...free, ...rates[kind] }])) as Calibration['rates'],
    ...{ eachRun, together: 1 },
  };
}

describe('a forecast of time', () => {
  it('counts the runs that images take, by chunks and by what fits a pass', () => {
    const forecast = createForecast(config, calibration({}, 1));
    expect(forecast.pass({ features: true }, 20, 8)).toBe(3);
    // 4096 rows of 17 tokens: 240 images at once.
    expect(forecast.pass({ features: true }, 500, 500)).toBe(3);
    expect(forecast.pass({ moments: ['qkv'], features: true }, 16, 8)).toBe(2);
    expect(forecast.pass({ features: true }, 0, 8)).toBe(0);
    expect([forecast.step(KV, 8), forecast.epoch(KV, 8, 20), forecast.step(NOTHING, 8), forecast.epoch(NOTHING, 8, 20)]).toEqual([
      1,
      3,
      null,
      0,
    ]);
  });

  it('has the arithmetic of second moments: 2 · tokens · width² an input and block', () => {
    const forecast = createForecast(config, calibration({ weightGradients: { perMflop: 1 } }));
    const flops = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + 2 * 8 * TOKENS * width ** 2 * config.depth, 0);
    expect(forecast.pass({ moments: ['qkv'] }, 8, 8)).toBeCloseTo(flops([128]) / 1e6, 6);
    expect(forecast.pass({ moments: ['fc2', 'proj'], features: true }, 8, 8)).toBeCloseTo(flops([512, 128]) / 1e6, 6);
  });

  it('takes adapters on other maps for what they are', () => {
    const forecast = createForecast(config, calibration({ weightGradients: { perMflop: 1 } }));
    const head = (forecast.step(KV, 8) ?? 0) - (2 * 8 * TOKENS * 2 * 128 * 4 * 3) / 1e6;
    const fc2 = { ...KV, adapters: { targets: ['fc2'], rank: 4 } } as const;
    // Behind attention the last block has the class token alone.
    expect(forecast.step(fc2, 8)).toBeCloseTo(head + (2 * 8 * (2 * TOKENS + 1) * 128 * 4) / 1e6, 6);
  });

  it('is multiplied by what the first steps of a run say, the first of all left out', () => {
    expect(correction(10, [])).toBe(1);
    expect(correction(10, [4000])).toBe(1);
    expect(correction(10, [4000, 13, 90, 12])).toBe(1.3);
    const [plain, slower] = [1, 1.3].map((factor) => createForecast(config, calibration({}, 1), factor).pass({ features: true }, 20, 8));
    expect(slower).toBeCloseTo(1.3 * (plain ?? NaN), 9);
  });
});

describe('a forecast of memory', () => {
  it('counts weights that are halves as halves, until a model changes them', () => {
    const weights = 4 * backboneParameters(config);
    const [plain, halves] = [false, true].map((of) => peakMemory(config, 8, [FULL], { kind: 'webgpu', halves: of }));
    expect((plain ?? NaN) - (halves ?? NaN)).toBeCloseTo(weights / 2, -3);
    expect(plain).toBeGreaterThan(2 * weights);
  });

  it('holds the sums of the moments that are gathered at once', () => {
    const [few, many] = [['qkv'] as const, ['qkv', 'proj', 'fc1', 'fc2'] as const].map((moments) =>
      peakMemory(config, 1, [], { kind: 'wasm', moments }),
    );
    const sums = 4 * config.depth * (2 * 128 ** 2 + 512 ** 2);
    expect((many ?? NaN) - (few ?? NaN)).toBeGreaterThanOrEqual(sums);
  });
});
