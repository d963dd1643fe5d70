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
    sentence: 'Trains nothing: random features of the frozen network, read by a regression whose sums grow task by task and never forget.',
    options: { width: { label: 'Random features' } },
  },
  slca: {
    name: 'SLCA',
    short: 'SLCA',
    sentence: 'All weights learn, far slower than the classifier heads, which are then rehearsed on remembered feature statistics.',
    options: { slow: { label: 'Backbone’s share of the rate' } },
  },
  'experience-replay': {
    name: 'Experience replay',
    short: 'Replay',
    sentence: 'Keeps a few images of the past and mixes some into every batch. Simple and strong, where images may be kept.',
    options: {
      newImages: { label: 'New images compete with', choices: { seen: 'All classes so far', task: 'Their own task’s (ER-ACE)' } },
    },
  },
  lwf: {
    name: 'Learning without forgetting',
    short: 'LwF',
    sentence: 'Keeps the network of before and learns to answer for the old classes as it did, on the new images alone.',
    options: { lambda: { label: 'Weight of the old answers' } },
  },
  derpp: {
    name: 'Dark experience replay++',
    short: 'DER++',
    sentence: 'Experience replay whose images also bring the logits that they had when they came, and are held to them.',
    options: { alpha: { label: 'Weight of the old logits' }, beta: { label: 'Weight of the old labels' } },
  },
};
