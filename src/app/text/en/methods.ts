import type { MethodId } from '../../../session/experiment';

export interface MethodWords {
  readonly name: string;
  /** Fits at the end of a line. */
  readonly short: string;
  readonly sentence: string;
  readonly paper: { readonly citation: string; readonly url: string } | null;
}

export const methods: Readonly<Record<MethodId, MethodWords>> = {
  inflora: {
    name: 'InfLoRA',
    short: 'InfLoRA',
    sentence: 'Learns each task inside a small subspace chosen so that it hardly disturbs what earlier tasks need.',
    paper: { citation: 'Liang & Li, CVPR 2024', url: 'https://arxiv.org/abs/2404.00228' },
  },
  'inflora-ca': {
    name: 'InfLoRA + alignment',
    short: 'InfLoRA+CA',
    sentence: 'InfLoRA, then a short rehearsal of all classifier heads on remembered feature statistics, without images.',
    paper: { citation: 'Liang & Li, CVPR 2024; alignment after Zhang et al., ICCV 2023', url: 'https://arxiv.org/abs/2303.05118' },
  },
  'sequential-lora': {
    name: 'Sequential LoRA',
    short: 'Seq. LoRA',
    sentence: 'One ordinary low-rank adapter trained on one task after the other, with nothing to protect the past.',
    paper: { citation: 'Hu et al., ICLR 2022', url: 'https://arxiv.org/abs/2106.09685' },
  },
  'full-fine-tuning': {
    name: 'Fine-tuning',
    short: 'Fine-tuning',
    sentence:
      'All weights follow the newest task: quick to learn, quick to forget. At a tenth of the default rate (see its options) it forgets far less.',
    paper: { citation: 'McCloskey & Cohen, 1989', url: 'https://doi.org/10.1016/S0079-7421(08)60536-8' },
  },
  joint: {
    name: 'Joint training',
    short: 'Joint',
    sentence: 'Sees the images of all tasks at once: what would be possible if nothing had to be remembered.',
    paper: null,
  },
  'nearest-mean': {
    name: 'Nearest class mean',
    short: 'Nearest mean',
    sentence: 'Trains nothing: a picture belongs to the class whose mean feature is nearest. The honest floor.',
    paper: { citation: 'Mensink et al., TPAMI 2013', url: 'https://doi.org/10.1109/TPAMI.2013.83' },
  },
};
