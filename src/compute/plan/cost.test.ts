import { describe, expect, it } from 'vitest';
import { tinyConfig } from '../testing/fixtures';
import { COST_KINDS, type Calibration, type Rates } from '../calibration';
import { costKind, fitRates, numbersOf, operationTime, programTime } from './cost';
import { flopsOf } from './flops';
import { plannedTraining } from './memory';

const classifier = { from: 0, to: 10 };
const model = { trainables: { backbone: 'all', adapters: 'none', classifier }, adapters: null } as const;
const program = (dim: number, batch: number) =>
  plannedTraining(tinyConfig({ dim, heads: 2, mlpDim: 4 * dim, depth: 3, imageSize: 32, patchSize: 8 }), batch, model);
const same = (rates: Rates): Calibration['rates'] => ({
  ...{ forward: rates, inputGradients: rates, weightGradients: rates },
  ...{ attention: rates, attentionBackward: rates, rows: rates, update: rates },
});

describe('the cost of a program', () => {
  it('is arithmetic, traffic and operations at the rates of the device, and what a run takes beside', () => {
    const step = program(32, 4);
    const flops = step.ops.reduce((sum, op) => sum + flopsOf(op, 4), 0);
    const numbers = step.ops.reduce((sum, op) => sum + numbersOf(op, 4), 0);
    const calibration = { rates: same({ each: 0.5, perMflop: 3, perMnumber: 7 }), eachRun: 11, together: 2 };
    expect(programTime(step, 4, calibration)).toBeCloseTo(11 + 2 * (0.5 * step.ops.length + (3 * flops + 7 * numbers) / 1e6), 6);
    expect(numbers).toBeGreaterThan(0);
  });

  it('finds the rates again that samples were made with, kind by kind', () => {
    const rates = same({ each: 0, perMflop: 0, perMnumber: 0 });
    COST_KINDS.forEach((kind, i) => {
      // Updates do no arithmetic that is counted, so that their rate for it cannot be found.
      const perMflop = kind === 'update' || kind === 'rows' ? 0 : 0.05 + 0.01 * i;
      Object.assign(rates, { [kind]: { each: 0.002 * (i + 1), perMflop, perMnumber: 0.3 + 0.1 * i } });
    });
    const samples = [program(32, 4), program(48, 8), program(96, 3)].flatMap(({ ops, maxBatch: batch }) =>
      ops.map((op) => ({ op, batch, milliseconds: operationTime(op, batch, { rates }) })),
    );
    const found = fitRates(samples);
    for (const { op, batch, milliseconds } of samples) {
      expect(Math.abs(operationTime(op, batch, { rates: found }) / milliseconds - 1), `${op.kind} (${costKind(op)})`).toBeLessThan(0.1);
    }
  });

  it('never has rates below zero, whatever the samples say', () => {
    const { ops } = program(32, 2);
    const found = fitRates(ops.map((op, i) => ({ op, batch: 2, milliseconds: 1 / (1 + i) })));
    for (const kind of COST_KINDS)
      expect(Math.min(found[kind].each, found[kind].perMflop, found[kind].perMnumber)).toBeGreaterThanOrEqual(0);
  });
});
