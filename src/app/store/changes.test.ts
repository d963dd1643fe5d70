import { expect, it } from 'vitest';
import { parseExperiment } from '../../session/experiment';
import { testExperiment } from '../testing/test-app';
import { changesBetween } from './changes';
import { en } from '../text/en';

it('finds nothing between equals', () => {
  expect(changesBetween(en, testExperiment, structuredClone(testExperiment))).toEqual([]);
});

it('names each setting that differs, before and after', () => {
  const after = parseExperiment({
    ...testExperiment,
    seed: 7,
    training: { ...testExperiment.training, learningRate: 0.0003 },
    stream: { ...testExperiment.stream, split: { kind: 'equal', classesPerTask: 5 } },
    methods: [{ ...testExperiment.methods[0], rank: 16 }, { id: 'joint' }],
  });
  const found = changesBetween(en, testExperiment, after).map(({ field, before, after: now }) => `${field}: ${before} -> ${now}`);
  expect(found).toEqual([
    'Split: as-given -> equal (5)',
    'Methods: InfLoRA, Fine-tuning -> InfLoRA, Joint',
    'InfLoRA, Rank: 8 -> 16',
    'Learning rate: 0.003 -> 0.0003',
    'Seed: 0 -> 7',
  ]);
});
