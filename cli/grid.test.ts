import { describe, expect, it } from 'vitest';
import { fakeExperiment } from '../src/session/testing/fakes';
import { parseAxis, settingsOf, settingText, withSetting } from './grid';
import { UsageError } from './usage-error';

const experiment = fakeExperiment({
  methods: [{ id: 'inflora', rank: 2, learningRate: 0.5 }, { id: 'full-fine-tuning' }],
});
const set = (...axes: string[]) => settingsOf(axes.map(parseAxis)).map((setting) => withSetting(experiment, setting));

describe('a grid', () => {
  it('is every combination, the first axis slowest', () => {
    const settings = settingsOf([parseAxis('a=1,2'), parseAxis('b=x,[1,2]')]);
    expect(settings.map(settingText)).toEqual(['a=1 b=x', 'a=1 b=[1,2]', 'a=2 b=x', 'a=2 b=[1,2]']);
    expect(settingsOf([])).toEqual([[]]);
  });

  it('sets what all methods share, also where one had a rate of its own', () => {
    const [low, high] = set('learningRate=1e-4,1e-3');
    expect([low?.training.learningRate, high?.training.learningRate]).toEqual([1e-4, 1e-3]);
    expect(low?.methods[0]).toMatchObject({ id: 'inflora', learningRate: undefined });
    expect(set('epochs=7')[0]?.training.epochs).toBe(7);
    expect(set('training.epochs=7')[0]?.training.epochs).toBe(7);
  });

  it('sets an option of one method, and any path of the experiment', () => {
    const [four] = set('inflora.rank=4');
    expect(four?.methods).toMatchObject([{ id: 'inflora', rank: 4, learningRate: 0.5 }, { id: 'full-fine-tuning' }]);
    expect(set('full-fine-tuning.learningRate=1e-5')[0]?.methods[1]).toMatchObject({ learningRate: 1e-5 });
    expect(set('stream.order=seeded')[0]?.stream.order).toBe('seeded');
  });

  it.each([
    [['inflora.rnak=4'], /no setting "inflora\.rnak"/],
    [['joint.rank=4'], /no setting "joint\.rank"/],
    [['speed=4'], /no setting "speed"/],
    [['inflora.rank=many'], /inflora\.rank=many: Field "methods\.0\.rank"/],
    [['seed=1,2'], /--seeds N/],
    [['epochs=1', 'epochs=2'], /names "epochs" twice/],
    [['learningRate=1', 'inflora.learningRate=2'], /"learningRate" holds for all methods/],
  ])('refuses %s', (axes, message) => {
    expect(() => set(...axes)).toThrow(UsageError);
    expect(() => set(...axes)).toThrow(message);
  });
});
