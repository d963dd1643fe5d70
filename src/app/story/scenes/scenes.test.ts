/** Every claim of the lesson is borne by the records that come with the site; where a new record says otherwise its scene is rewritten. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../../text/en';
import { story } from '../../text/en/story';
import { LANGUAGES, LOCALES } from '../../text/languages';
import { loadMaterial } from '../material';
import { SCENES } from '.';

const material = await loadMaterial((path) => Promise.resolve(JSON.parse(readFileSync(join('public', path), 'utf8')) as unknown));
const stories = await Promise.all(LOCALES.map((locale) => LANGUAGES[locale].story()));
const opened = SCENES.map((scene) => scene.open(material, { story, text: en }));

test.each(opened.map((scene) => [scene.id, scene] as const))('%s: the records bear what it claims', (_id, scene) => {
  const claims = scene.check();
  expect(Object.keys(claims).length).toBeGreaterThan(0);
  expect(Object.entries(claims).filter(([, borne]) => !borne)).toEqual([]);
});

test.each(opened.map((scene) => [scene.id, scene] as const))('%s: its sentences have their figures', (_id, scene) => {
  const said = [scene.ask, ...Array.from({ length: scene.cues }, (_, i) => scene.reveal(i + 1))];
  for (const sentence of said) {
    expect(sentence).not.toMatch(/NaN|undefined|null|Infinity/);
    expect(sentence.length).toBeLessThan(260);
  }
  expect(said.at(-1)).toMatch(/\d/);
});

test.each(opened.map((_scene, i) => [SCENES[i]?.id, i] as const))(
  '%s: every language has words for as many options as there are',
  (_id, i) => {
    for (const words of stories) {
      const scene = SCENES[i]?.open(material, { story: words, text: en });
      expect(scene?.options).toHaveLength(scene?.predict.kind === 'choice' ? scene.predict.options : 0);
    }
  },
);
