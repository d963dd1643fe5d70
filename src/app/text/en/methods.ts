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
  'aper-lora': {
    name: 'APER with LoRA',
    short: 'APER',
    sentence:
      'The first task adapts the network once; then a picture belongs to the class whose mean feature, before and after, is nearest.',
  },
  l2p: {
    name: 'L2P',
    short: 'L2P',
    sentence: 'The network stays frozen; a picture picks the trained prompts whose keys are nearest, and these join its tokens.',
    options: {
      pool: { label: 'Prompts in the pool' },
      length: { label: 'Tokens of a prompt' },
      picks: { label: 'Prompts a picture picks' },
      pull: { label: 'Pull of keys' },
      clip: { label: 'Longest gradient' },
      choice: { label: 'Who picks', choices: { image: 'Each picture', batch: 'The whole batch, as the public code' } },
    },
  },
  dualprompt: {
    name: 'DualPrompt',
    short: 'DualPrompt',
    sentence:
      'The network stays frozen; prompts for all tasks and one set for each stand before keys and values, chosen by the nearest key.',
    options: {
      generalLength: { label: 'Rows for all tasks' },
      expertLength: { label: 'Rows for each task' },
      keys: { label: 'A key for', choices: { task: 'Each task', block: 'Each task and block' } },
      candidates: { label: 'Who may be nearest', choices: { seen: 'Tasks learned', all: 'All tasks, as the public code' } },
      pull: { label: 'Pull of a batch', choices: { sum: 'Sum', mean: 'Mean' } },
      start: { label: "A task's prompts", choices: { fresh: 'Drawn', previous: 'From the task before' } },
    },
  },
  'coda-prompt': {
    name: 'CODA-Prompt',
    short: 'CODA-Prompt',
    sentence: 'The network stays frozen; prompts are sums of components weighted by the picture, and each task adds components of its own.',
    options: {
      components: { label: 'Components over all tasks' },
      length: { label: 'Rows of a component' },
      orthogonality: { label: 'Kept orthogonal, weight' },
    },
  },
  'c-lora': {
    name: 'C-LoRA',
    short: 'C-LoRA',
    sentence: 'A fresh adapter for each task; changing a weight again that earlier adapters changed costs.',
    options: { lambda: { label: 'Weight of the penalty' } },
  },
  'o-lora': {
    name: 'O-LoRA',
    short: 'O-LoRA',
    sentence: 'A fresh adapter for each task, pushed towards rows at right angles to those of all earlier adapters.',
    options: {
      scaling: { label: 'Factor of the increment' },
      lambda1: { label: 'Weight of the overlap' },
      lambda2: { label: 'Weight of the norms' },
      targets: {
        label: 'Adapted maps',
        term: 'lora',
        choices: { qv: 'Queries and values', kv: 'Keys and values', all: 'All linear maps' },
      },
    },
  },
  ewc: {
    name: 'EWC',
    short: 'EWC',
    sentence: 'Holds each weight near its old value, the more so the more it mattered to earlier tasks.',
    options: {
      form: {
        label: 'Form',
        choices: { online: 'Online', classic: 'As published', mammoth: 'As Mammoth runs it', pycil: 'As PyCIL runs it' },
      },
      lambda: { label: 'Weight of the penalty' },
      fisher: {
        label: 'Importance',
        choices: {
          exact: 'Exact Fisher',
          'true-label': 'Of the true label',
          'own-probability': 'Weighted by its probability',
          'batch-mean': 'Of a batch’s mean',
        },
      },
      joining: { label: 'Carried on', choices: { fading: 'Summed, fading', mixed: 'Mixed by classes', 'each-task': 'One penalty a task' } },
      gamma: { label: 'Fading' },
      clip: { label: 'Largest importance' },
      crossEntropy: { label: 'Cross-entropy over', choices: { local: 'The task’s classes', seen: 'All classes so far' } },
      fisherImages: { label: 'Images for importances' },
    },
  },
  gpm: {
    name: 'GPM',
    short: 'GPM',
    sentence: 'All linear maps go on learning, but no step moves along directions that earlier tasks’ inputs used.',
    options: {
      threshold: { label: 'Threshold at first', term: 'threshold' },
      growth: { label: 'Growth a task' },
      maps: { label: 'Learning maps', choices: { all: 'All linear maps', qkv: 'Queries, keys and values' } },
    },
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
