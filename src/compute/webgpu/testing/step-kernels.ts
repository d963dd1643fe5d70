/** Every kernel of a training step, as text: for compilers that take it without a GPU. */
import { plannedTraining } from '../../plan/memory';
import { vit } from '../../testing/fixtures';
import { lower } from '../lower';
import { allForms, GPU_CHOICE, type KernelChoice } from '../table';

const classifier = { from: 0, to: 10 };
const MODELS = [
  { trainables: { backbone: 'none', adapters: 'both', classifier }, adapters: { targets: ['k', 'v'], rank: 8 } },
  { trainables: { backbone: 'all', adapters: 'none', classifier }, adapters: null },
] as const;

export interface StepKernel {
  readonly name: string;
  readonly code: string;
}

/** Of a bundled backbone and of a ViT-B at a batch of 32, adapters or all weights trained, also with weights that are halves. Without doubles. */
export function stepKernels(choices: readonly KernelChoice[] = [GPU_CHOICE, { ...GPU_CHOICE, products: allForms('8x8') }]): StepKernel[] {
  const kernels = new Map<string, StepKernel>();
  for (const config of [vit(128, 4, 4, 32, 8), vit(768, 2, 12, 224, 16)]) {
    for (const model of MODELS) {
      const program = plannedTraining(config, 32, model);
      const weights = [...program.buffers.values()].flatMap(({ name, role }) => (role === 'weights' && model.adapters ? [name] : []));
      for (const choice of choices) {
        for (const { source } of lower(program, choice, Infinity).launches) {
          for (const halves of choice.halves ? [[], weights] : [[]]) {
            const { name, code } = source(new Set(halves));
            kernels.set(code, { name, code });
          }
        }
      }
    }
  }
  return [...kernels.values()];
}
