import type { KnownMethodId } from '../../../session/experiment';
import type { OptionWords } from './options';

export interface MethodWords {
  readonly name: string;
  /** Fits at the end of a line. */
  readonly short: string;
  readonly sentence: string;
  /** Of options that mean something else here than in `options.ts`. */
  readonly options?: Readonly<Record<string, OptionWords>>;
}

export const methods: Readonly<Record<KnownMethodId, MethodWords>> = {
  inflora: {
    name: 'InfLoRA',
    short: 'InfLoRA',
    sentence: 'Learns each task inside a small subspace chosen so that it hardly disturbs what earlier tasks need.',
  },
  'inflora-ca': {
    name: 'InfLoRA + alignment',
    short: 'InfLoRA+CA',
    sentence: 'InfLoRA, then a short rehearsal of all classifier heads on remembered feature statistics, without images.',
  },
  'inflora-b5': {
    name: 'InfLoRA-b5',
    short: 'InfLoRA-b5',
    sentence: 'InfLoRA in the first blocks alone, with a memory of used directions that only ever grows.',
  },
  'sequential-lora': {
    name: 'Sequential LoRA',
    short: 'Seq. LoRA',
    sentence: 'One ordinary low-rank adapter trained on one task after the other, with nothing to protect the past.',
  },
  'full-fine-tuning': {
    name: 'Fine-tuning',
    short: 'Fine-tuning',
    sentence: 'All weights follow the newest task, with nothing to protect the past.',
  },
  joint: {
    name: 'Joint training',
    short: 'Joint',
    sentence: 'Sees the images of all tasks at once: what would be possible if nothing had to be remembered.',
  },
  'nearest-mean': {
    name: 'Nearest class mean',
    short: 'Nearest mean',
    sentence: 'Trains nothing: a picture belongs to the class whose mean feature is nearest. The honest floor.',
  },
  frozen: {
    name: 'Frozen backbone',
    short: 'Frozen',
    sentence: 'Trains nothing at all: what the pre-trained features alone tell, by each way of reading them. What learning has to beat.',
  },
  ranpac: {
    name: 'RanPAC',
    short: 'RanPAC',
    sentence:
      'Random features of a network that later tasks leave alone, read by a regression whose sums grow task by task and never forget.',
    options: { width: { label: 'Random features' } },
  },
  'aper-lora': {
    name: 'APER with LoRA',
    short: 'APER',
    sentence:
      'The first task adapts the network once; then a picture belongs to the class whose mean feature, before and after, is nearest.',
  },
  lae: {
    name: 'LAE',
    short: 'LAE',
    sentence: 'One adapter learns all tasks, a slow copy follows it, and a picture belongs to the class of which either is surest.',
    options: { decay: { label: 'Decay of the slow copy a step', hint: 'Empty: by the steps of a task' } },
  },
  'sd-lora': {
    name: 'SD-LoRA',
    short: 'SD-LoRA',
    sentence: 'Keeps the low-rank direction that each task found and goes on learning how far to go along every one of them.',
  },
};
