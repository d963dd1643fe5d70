import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../app/testing/synthetic-record';
import { defaultExperiment } from './defaults';
import { experimentFromHash, experimentToHash } from './link';
import type { RunRecord } from './record';
import { claimFromHash, claimOf, claimToLink, judge } from './result-claim';

const record = syntheticRecord({ tasks: 3 });

/** The record with `images` more of the 100 test images of each task right, at the end, by the method's own reading. */
function shifted(images: number): RunRecord {
  const change = (result: RunRecord['methods'][number]['results'][number]) => {
    const own = result.readings.own;
    if (result.task < 2 || own === undefined) return result;
    return {
      ...result,
      readings: { ...result.readings, own: { ...own, classIncremental: own.classIncremental.map((a) => a + images / 100) } },
    };
  };
  return { ...record, methods: record.methods.map((method) => ({ ...method, results: method.results.map(change) })) };
}

describe('what a link says of a result', () => {
  it('comes back from the link, which still is one for readers that know nothing of it', () => {
    const claim = claimOf(record);
    const hash = experimentToHash(defaultExperiment) + claimToLink(claim);
    expect(claimFromHash(hash)).toEqual(claim);
    expect(experimentFromHash(hash)).toEqual(defaultExperiment);
    expect(claimFromHash(`#v=1&result=${'0'.repeat(24)}:714,,5`)).toEqual({ digest: '0'.repeat(24), finals: [714, null, 5] });
    for (const bad of ['#v=1', '#v=1&result=', '#v=1&result=xyz:1', `#v=1&result=${'0'.repeat(23)}:714`])
      expect(claimFromHash(bad)).toBeNull();
  });

  it('holds each method its final average in tenths of a percent', () => {
    // The synthetic averages by hand: mean of the last row.
    const last = record.methods.map(({ results }) => results.at(-1)?.readings.own?.classIncremental ?? []);
    expect(claimOf(record).finals).toEqual(last.map((row) => Math.round((1000 * row.reduce((a, b) => a + b, 0)) / row.length)));
  });

  it('is the same whatever it took, the same up to rounding to a point, else different', () => {
    const claim = claimOf(record);
    expect(judge(claim, { ...record, methods: record.methods.map((method) => ({ ...method, losses: [] })) })).toEqual({ kind: 'same' });
    expect(judge(claim, shifted(-1))).toMatchObject({ kind: 'rounding', most: 0.01 });
    expect(judge(claim, shifted(-2))).toMatchObject({ kind: 'different' });
    expect(judge(claim, { ...record, methods: record.methods.slice(0, 1) })).toMatchObject({ kind: 'different' });
  });

  it('sees a single other prediction', () => {
    const [first, ...others] = record.methods;
    if (first === undefined) throw new Error('no method');
    const changed = structuredClone(first);
    const row = changed.results[0]?.readings.ridge?.predicted[0];
    if (row === undefined) throw new Error('no predictions');
    row[5] = (row[5] ?? 0) + 1;
    expect(judge(claimOf(record), { ...record, methods: [changed, ...others] })).toEqual({ kind: 'rounding', most: 0 });
  });
});
