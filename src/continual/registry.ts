/** All methods by id: how to make one, and what to say about it. */
import { Inflora } from './methods/inflora';
import { InfloraCa, type InfloraCaOptions } from './methods/inflora-ca';
import { FullFineTuning } from './methods/full-fine-tuning';
import { Joint, type JointOptions } from './methods/joint';
import { NearestMean, type NearestMeanOptions } from './methods/nearest-mean';
import { SequentialLora, type SequentialLoraOptions } from './methods/sequential-lora';
import type { Method, MethodContext } from './method';
import type { InfloraOptions } from './presets';

/** Options by method id; an experiment's method entries fit (further fields, such as learning rates, are the run's business). */
export interface MethodOptions {
  inflora: InfloraOptions;
  'inflora-ca': InfloraCaOptions;
  'sequential-lora': SequentialLoraOptions;
  'full-fine-tuning': object;
  joint: JointOptions;
  'nearest-mean': NearestMeanOptions;
}

export type MethodName = keyof MethodOptions;
export type MethodSpecification = { [Id in MethodName]: { readonly id: Id } & MethodOptions[Id] }[MethodName];

export interface Paper {
  readonly citation: string;
  readonly url: string;
}

export interface MethodEntry<Id extends MethodName = MethodName> {
  readonly id: Id;
  readonly title: string;
  /** What it does, in one sentence. */
  readonly sentence: string;
  readonly paper: Paper;
  readonly trainsOn: Method['trainsOn'];
  /** Where its formulas stand, and in which function here. */
  readonly describe: readonly { readonly reference: string; readonly code: string }[];
  readonly create: (context: MethodContext, options: MethodOptions[Id]) => Method;
}

const INFLORA_PAPER: Paper = {
  citation: 'Liang & Li, "InfLoRA: Interference-Free Low-Rank Adaptation for Continual Learning", CVPR 2024',
  url: 'https://arxiv.org/abs/2404.00228',
};

const INFLORA_EQUATIONS = [
  { reference: 'InfLoRA: designing the dimensionality-reducing matrix', code: 'designB' },
  { reference: 'DualGPM, CVPR 2023: memory of used directions', code: 'updateDualGPM' },
  { reference: 'InfLoRA, released code: growing threshold', code: 'memoryThreshold' },
];

export const METHODS: { readonly [Id in MethodName]: MethodEntry<Id> } = {
  inflora: {
    id: 'inflora',
    title: 'InfLoRA',
    sentence:
      'Learns each task inside a low-rank subspace chosen so that what old tasks feed into the network barely changes, then merges it.',
    paper: INFLORA_PAPER,
    trainsOn: 'task',
    describe: INFLORA_EQUATIONS,
    create: (context, options) => new Inflora(context, options),
  },
  'inflora-ca': {
    id: 'inflora-ca',
    title: 'InfLoRA + CA',
    sentence:
      'InfLoRA, then all heads trained together on features drawn from one Gaussian per class, so that heads trained apart compare fairly.',
    paper: {
      citation:
        'Zhang et al., "SLCA: Slow Learner with Classifier Alignment for Continual Learning on a Pre-trained Model", ICCV 2023 (the alignment)',
      url: 'https://arxiv.org/abs/2303.05118',
    },
    trainsOn: 'task',
    describe: [...INFLORA_EQUATIONS, { reference: 'SLCA: classifier alignment with logit normalisation', code: 'alignClassifier' }],
    create: (context, options) => new InfloraCa(context, options),
  },
  'sequential-lora': {
    id: 'sequential-lora',
    title: 'Sequential LoRA',
    sentence: 'One low-rank adapter is trained on from task to task; each task overwrites what the ones before wrote into it.',
    paper: {
      citation: 'Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022',
      url: 'https://arxiv.org/abs/2106.09685',
    },
    trainsOn: 'task',
    describe: [{ reference: 'LoRA, eq. 3: W + A B', code: 'freshLora' }],
    create: (context, options) => new SequentialLora(context, options),
  },
  'full-fine-tuning': {
    id: 'full-fine-tuning',
    title: 'Full fine-tuning',
    sentence: 'All weights go on learning with every task: the plainest way to learn, and the surest way to forget.',
    paper: {
      citation: 'McCloskey & Cohen, "Catastrophic Interference in Connectionist Networks", Psychology of Learning and Motivation 24, 1989',
      url: 'https://doi.org/10.1016/S0079-7421(08)60536-8',
    },
    trainsOn: 'task',
    describe: [],
    create: (context) => new FullFineTuning(context),
  },
  joint: {
    id: 'joint',
    title: 'Joint training',
    sentence: "Sees all tasks' images at once: what could be reached if nothing had to arrive in sequence.",
    paper: {
      citation: 'Li & Hoiem, "Learning without Forgetting", ECCV 2016 (joint training as the upper bound)',
      url: 'https://arxiv.org/abs/1606.09282',
    },
    trainsOn: 'all',
    describe: [],
    create: (context, options) => new Joint(context, options),
  },
  'nearest-mean': {
    id: 'nearest-mean',
    title: 'Nearest class mean',
    sentence: 'Trains nothing: compares an image with the mean feature of every class under the frozen backbone, and so cannot forget.',
    paper: {
      citation: 'Janson et al., "A Simple Baseline that Questions the Use of Pretrained-Models in Continual Learning", 2022',
      url: 'https://arxiv.org/abs/2210.04428',
    },
    trainsOn: 'none',
    describe: [{ reference: 'iCaRL, CVPR 2017, algorithm 1: nearest mean', code: 'NearestMean' }],
    create: (context, options) => new NearestMean(context, options),
  },
};

/** A method by its specification; it owns `context.model` from here on. */
export function createMethod(specification: MethodSpecification, context: MethodContext): Method {
  switch (specification.id) {
    case 'inflora':
      return METHODS.inflora.create(context, specification);
    case 'inflora-ca':
      return METHODS['inflora-ca'].create(context, specification);
    case 'sequential-lora':
      return METHODS['sequential-lora'].create(context, specification);
    case 'full-fine-tuning':
      return METHODS['full-fine-tuning'].create(context, specification);
    case 'joint':
      return METHODS.joint.create(context, specification);
    case 'nearest-mean':
      return METHODS['nearest-mean'].create(context, specification);
  }
}
