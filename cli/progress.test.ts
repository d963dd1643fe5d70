import { describe, expect, it } from 'vitest';
import { duration, eventLine, phaseLine } from './progress';

describe('progress as text', () => {
  it('writes durations', () => {
    expect([0, 7.4, 65, 3723].map(duration)).toEqual(['0:00', '0:07', '1:05', '1:02:03']);
  });

  it('writes where a run is', () => {
    const event = {
      type: 'phase',
      phase: 'train',
      task: 1,
      method: null,
      done: 12,
      total: 40,
      epoch: 0,
      epochs: 4,
      progress: 0.379,
      secondsLeft: 21,
      imagesPerSecond: 160.4,
      learningRate: 1e-3,
    } as const;
    expect(phaseLine(event, 5)).toBe('task 2 of 5 · train · epoch 1 of 4 · 12 of 40 · 37 % · 0:21 left · 160 images/s');
  });

  it('keeps results and failures, nothing else', () => {
    expect(eventLine({ type: 'finished', seconds: 1 })).toBeNull();
    expect(eventLine({ type: 'method-failed', method: 'joint', reason: 'NaN' })).toBe('joint stopped: NaN');
    const own = { classIncremental: [0.5, 0.7], taskAware: [1, 1], predicted: [] };
    const result = { task: 1, readings: { own }, seconds: {}, kept: [], subspaces: null, interference: null, drift: [] };
    expect(eventLine({ type: 'result', method: 'inflora', result, seconds: 61 })).toMatch(
      /^after task 2 {2}inflora +60\.0 % class-incremental, 100\.0 % task known, 1:01$/,
    );
  });
});
