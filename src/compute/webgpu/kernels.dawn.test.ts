import { expect, it } from 'vitest';
import { describeCases } from '../plan/testing/describe-cases';
import { openWebgpuExecutor } from './device';
import { allForms } from './table';
import { attention, gpu, gpuProducts, halves, large, norms } from './testing/books';
import { choiceHere } from './testing/choice-here';

const { choice, adapter } = await choiceHere();
/** Set by whoever starts the lane (scripts/gpu/lanes.mjs): what the driver was told to have. */
const lanes = Number(process.env['GPU_LANES']);

it(`${adapter} has subgroups of ${lanes} lanes`, () => {
  expect([adapter, choice.subgroups]).toEqual([expect.stringMatching(/llvmpipe/), { least: lanes, most: lanes }]);
});

for (const [name, book] of Object.entries({ gpu, gpuProducts, attention, norms, halves }))
  describeCases(name, () => openWebgpuExecutor(choice), book);
describeCases('in many parts', () => openWebgpuExecutor({ ...choice, flopsAtOnce: 3000 }), gpu);
describeCases('tiles of 8x4', () => openWebgpuExecutor({ ...choice, wantedGroups: 1 }), large);
describeCases('tiles of 8x8', () => openWebgpuExecutor({ ...choice, products: allForms('8x8'), wantedGroups: 1 }), large);
