import { describe, expect, it } from 'vitest';
import { METHOD_IDS } from '../session/experiment';
import { keptBy, optionWords } from './methods';
import { syntheticRecord } from './testing/synthetic-record';
import { en } from './text/en';
import { methodIn, methodNamed } from './names';

describe('words of a method', () => {
  it('are those of the catalogue, or the title that the record carries', () => {
    const record = syntheticRecord({ methods: ['inflora', 'ewc-of-tomorrow'] });
    expect(methodIn(en, record, 'inflora').name).toBe('InfLoRA');
    expect(methodIn(en, record, 'ewc-of-tomorrow')).toMatchObject({
      name: 'The method ewc-of-tomorrow',
      short: 'The method ewc-of-tomorrow',
    });
    expect(methodNamed(en, 'nobody knows').name).toBe('nobody knows');
  });

  it('fit the end of a line for every method', () => {
    for (const id of METHOD_IDS) expect(methodNamed(en, id).short.length, id).toBeLessThanOrEqual(14);
  });

  it('of an option are shared by all methods; one without words goes by its name', () => {
    expect(optionWords(en, 'inflora', 'rank')).toEqual(optionWords(en, 'joint', 'rank'));
    expect(optionWords(en, 'inflora', 'option-of-tomorrow')).toEqual({ label: 'option-of-tomorrow' });
  });
});

describe('what a method keeps', () => {
  it('is what its plan says, by its defaults or as it is set up', () => {
    expect(METHOD_IDS.map((id) => [id, keptBy(id, undefined)])).toContainEqual(['inflora-ca', ['bases', 'Gaussians']]);
    expect(keptBy('sequential-lora', { id: 'sequential-lora', rank: 4, factors: 'up' })).toEqual([]);
  });
});
