import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../session/record';
import { syntheticRecord } from '../testing/synthetic-record';
import { rowOf, type KeptRun } from '../store/kept-run';
import { differences, groupsOf, nameOfRun } from '../store/run-words';
import { courseOf, differenceOf, letterOf, metricsOf, seriesOf, type Series } from './compare';
import { en } from '../text/en';

const series = (...matrices: Series['matrices']): Series => ({
  ...{ key: 'A x', label: 'A x', seeds: matrices.length, matrices, known: matrices },
  seconds: matrices.map(() => 60),
});

describe('series', () => {
  it('are one for each method of each run, seeds together', () => {
    const of = (seed: number) => syntheticRecord({ seed, tasks: 2 });
    const found = seriesOf(
      en,
      [
        { letter: 'A', records: [of(1), of(2)] },
        { letter: 'B', records: [syntheticRecord({ methods: ['inflora', 'of-tomorrow'], tasks: 2 })] },
      ],
      'own',
    );
    expect(found.map(({ label, seeds }) => `${label} ${seeds}`)).toEqual([
      'A InfLoRA 2',
      'A Fine-tuning 2',
      'B InfLoRA 1',
      'B The method of-tomorrow 1',
    ]);
    expect(found[0]?.matrices[1]).toEqual(of(2).methods[0]?.results.map(({ readings }) => readings.own?.classIncremental));
    expect(seriesOf(en, [{ letter: 'A', records: [of(1)] }], 'none of these')[0]?.matrices).toEqual([[]]);
    expect([0, 25, 26].map(letterOf)).toEqual(['A', 'Z', 'AA']);
  });

  it('have the mean and the sample deviation of the seeds', () => {
    const two = series([[0.8], [0.6, 0.8]], [[0.6], [0.4, 0.4]]);
    // Averages after the second task: 0.7 and 0.4; their deviation is 0.3 / sqrt 2.
    const [first, second, third] = courseOf(two, 3);
    expect(first?.mean).toBeCloseTo(0.7, 12);
    expect(second?.mean).toBeCloseTo(0.55, 12);
    expect(second?.deviation).toBeCloseTo(0.3 / Math.SQRT2, 12);
    expect(third).toBeNull();
    expect(courseOf(series([[0.8]]), 1)[0]).toEqual({ mean: 0.8, deviation: null });
    const { final, forgetting, seconds } = metricsOf(two);
    expect(final?.mean).toBeCloseTo(0.55, 12);
    expect(forgetting?.mean).toBeCloseTo(0.2, 12);
    expect(seconds).toEqual({ mean: 60, deviation: 0 });
  });

  it('differ cell by cell, where both were measured', () => {
    const difference = differenceOf(series([[0.9], [0.5, 0.7]]), series([[0.8], null, [1, 1, 1]]), 2);
    expect(difference[0]?.[0]).toBeCloseTo(0.1, 12);
    expect([difference[0]?.[1], difference[1]]).toEqual([null, [null, null]]);
  });
});

describe('a run in words', () => {
  const record = syntheticRecord();
  const row = (id: string, change: (experiment: RunRecord['experiment']) => RunRecord['experiment'], of = record): KeptRun =>
    rowOf({ ...of, experiment: change(of.experiment) }, { id, order: 1 }, { record: 0, state: 0 });
  const same = row('a', (experiment) => experiment);

  it('is told apart from the one above it', () => {
    expect(differences(en, same, same)).toEqual([]);
    const rate = row('b', (e) => ({ ...e, training: { ...e.training, learningRate: 3e-4 } }));
    expect(differences(en, same, rate)).toEqual(['Learning rate: 0.003 → 0.0003']);
    const other = row('c', (e) => e, syntheticRecord({ methods: ['inflora', 'joint', 'of-tomorrow'] }));
    expect(differences(en, same, other)).toEqual(['+ Joint', '+ The method of-tomorrow', '− Fine-tuning']);
  });

  it('stands with the other seeds of its experiment, where the first of them stands', () => {
    const seed = (id: string, n: number) => row(id, (e) => ({ ...e, seed: n, title: id }));
    const rate = row('b', (e) => ({ ...e, training: { ...e.training, learningRate: 3e-4 } }));
    expect(groupsOf([same, rate, seed('c', 4)]).map(({ runs }) => runs.map(({ id }) => id))).toEqual([['a', 'c'], ['b']]);
  });

  it('goes by what it is until it is given a name', () => {
    expect(nameOfRun(en, same)).toBe('Synthetic alphabets · InfLoRA vs Fine-tuning');
    expect(nameOfRun(en, { ...same, name: 'Mine' })).toBe('Mine');
  });
});
