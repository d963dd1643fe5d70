import { expect, test } from 'vitest';
import { experimentFromHash, experimentToHash } from '../session/link';
import { bundledExperiments } from '../session/defaults';
import { addressOf, lastingKeys } from './address';

test('a scene, its stop and a frame', () => {
  expect(addressOf('#scene=4&stop=2&embed=1')).toMatchObject({ scene: 4, stop: 2, embed: true, chart: null, lesson: null, hide: [] });
  expect(addressOf('')).toMatchObject({ scene: null, stop: 0, embed: false, notes: false, present: false });
  expect(addressOf('#notes')).toMatchObject({ notes: true, scene: null });
});

test('what is broken counts as absent, and no name leaves the list of names', () => {
  expect(addressOf('#scene=four&stop=-1')).toMatchObject({ scene: null, stop: 0 });
  expect(addressOf('#hide=share,"]{}body{,Start,open-runs').hide).toEqual(['share', 'open-runs']);
});

test('keys of the page leave an experiment’s link as it was, and outlast its changes', () => {
  const hash = experimentToHash(bundledExperiments['ten-best-rates'] ?? expect.unreachable());
  const with_ = `${hash}&lesson=${encodeURIComponent('Which = best?')}&hide=share&scene=3&present&lang=zh`;
  expect(experimentFromHash(with_)).toEqual(experimentFromHash(hash));
  expect(addressOf(with_)).toMatchObject({ lesson: 'Which = best?', present: true, lang: 'zh' });
  expect(lastingKeys(with_)).toBe('&lesson=Which%20%3D%20best%3F&hide=share&present=&lang=zh');
});
