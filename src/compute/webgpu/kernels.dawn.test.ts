import { expect, it } from 'vitest';
import type { CaseBook } from '../plan/testing/case-book';
import { describeCases } from '../plan/testing/describe-cases';
import { openWebgpuExecutor } from './device';
import { allForms } from './table';
import { attention, gpu, gpuProducts, halves, large, norms } from './testing/books';
import { choiceHere } from './testing/choice-here';

const { choice, adapter } = await choiceHere();
/** By whoever starts it (scripts/gpu/lanes.mjs): what the driver was told to have, and the cases to be run there. */
const { GPU_LANES = '', GPU_BOOKS = '' } = process.env;
const lanes = Number(GPU_LANES);

it(`${adapter} has subgroups of ${lanes} lanes`, () => {
  expect([adapter, choice.subgroups]).toEqual([expect.stringMatching(/llvmpipe/), { least: lanes, most: lanes }]);
});

const books: Readonly<Record<string, CaseBook>> = { gpu, gpuProducts, attention, norms, halves, large };
for (const name of GPU_BOOKS.split(' ')) {
  const book = books[name];
  if (!book) throw new Error(`GPU_BOOKS names "${name}", which is none of ${Object.keys(books).join(', ')}`);
  describeCases(name, () => openWebgpuExecutor(name === 'large' ? { ...choice, wantedGroups: 1 } : choice), book);
}
if (GPU_BOOKS.includes('large')) {
  describeCases('in many parts', () => openWebgpuExecutor({ ...choice, flopsAtOnce: 3000 }), gpu);
  describeCases('tiles of 8x8', () => openWebgpuExecutor({ ...choice, products: allForms('8x8'), wantedGroups: 1 }), large);
}
