import { CaseBook } from '../plan/testing/case-book';
import { addAttention, addEnds, addMoments, addNorms, addProducts } from '../plan/testing/cases';
import { describeCases } from '../plan/testing/describe-cases';
import { openWebgpuExecutor } from './device';
import { GPU_CHOICE, SOFTWARE_CHOICE } from './table';

/** m an image, n, k: one token and one column, ranks, class tokens, 65 tokens, and tiles with ragged edges on all sides. */
const SHAPES = [
  [1, 1, 1],
  [1, 7, 5],
  [5, 4, 66],
  [65, 3, 33],
  [33, 65, 20],
  [11, 37, 65],
] as const;
const EVERY = [
  ...(['plain', 'bias and GELU with derivative', 'bias and addition', 'repeated addition', 'multiplication'] as const),
  ...(['tanh GELU with derivative', 'quick GELU', 'SiLU with derivative', 'ReLU with derivative'] as const),
];

const software = new CaseBook();
addProducts(software, ['NT', 'NN', 'TN'], SHAPES, ['plain'], ['odd']);
addProducts(software, ['NT'], [[7, 19, 13]], EVERY, ['odd']);
addMoments(software, 23, 65);
addNorms(software, 37, 7);
addNorms(software, 4, 65);
addAttention(software, 3, 6, 17, 17);
addAttention(software, 2, 16, 65, 1);
addAttention(software, 1, 64, 7, 7);
addEnds(software);
describeCases('kernels for software adapters, against float64 loops', () => openWebgpuExecutor(SOFTWARE_CHOICE), software);
describeCases('the same with subgroups', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, lanes: 4 }), software);

const shared = new CaseBook();
addProducts(shared, ['NT', 'NN', 'TN'], SHAPES, ['plain'], ['aligned']);
addProducts(shared, ['NT'], [[7, 19, 13]], EVERY, ['aligned']);
describeCases('products read as vectors', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, lanes: 4 }), shared);

const gpu = new CaseBook();
addProducts(gpu, ['NT', 'NN', 'TN'], SHAPES, ['plain'], ['aligned', 'odd']);
addProducts(gpu, ['NT'], [[7, 19, 13]], EVERY, ['aligned']);
// Deep and small: split along the depth.
addProducts(gpu, ['TN'], [[12, 5, 197]], ['plain'], ['aligned']);
addMoments(gpu, 23, 65);
addNorms(gpu, 37, 7);
addNorms(gpu, 197, 2);
addAttention(gpu, 2, 8, 17, 17);
addAttention(gpu, 2, 16, 65, 1);
addEnds(gpu);
describeCases('kernels for GPUs, against float64 loops', () => openWebgpuExecutor(GPU_CHOICE), gpu);
// SwiftShader's subgroups have four lanes.
describeCases('the same with subgroups and in many parts', () => openWebgpuExecutor({ ...GPU_CHOICE, lanes: 4, flopsAtOnce: 3000 }), gpu);

const large = new CaseBook();
addProducts(large, ['NT', 'NN', 'TN'], [[35, 70, 37]], ['plain'], ['aligned']);
describeCases('large tiles', () => openWebgpuExecutor({ ...GPU_CHOICE, wantedGroups: 1 }), large);

/** Weights stored as halves: read in fours and one by one, along and across, as vectors and as tables. */
const halves = new CaseBook('f16');
addProducts(halves, ['NT', 'NN'], [[11, 37, 65]], ['plain'], ['aligned', 'odd']);
addProducts(halves, ['NT'], [[7, 19, 13]], ['bias and GELU with derivative'], ['aligned']);
addNorms(halves, 37, 7);
addEnds(halves);
describeCases('kernels for GPUs on weights that are halves', () => openWebgpuExecutor(GPU_CHOICE), halves);

const halvesInRegisters = new CaseBook('f16');
addProducts(halvesInRegisters, ['NT', 'NN'], [[5, 9, 7]], ['plain'], ['aligned', 'odd']);
describeCases('products in registers on weights that are halves', () => openWebgpuExecutor(SOFTWARE_CHOICE), halvesInRegisters);
describeCases('the same with subgroups', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, lanes: 4 }), halvesInRegisters);
