/** The operations that WebGPU's kernels are held to, with shapes that reach their edges. */
import { CaseBook } from '../../plan/testing/case-book';
import { addAttention, addEnds, addMoments, addNorms, addPenalties, addProducts } from '../../plan/testing/cases';

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

/** Subgroups as SwiftShader has them. */
export const FOUR = { least: 4, most: 4 } as const;

export const software = new CaseBook();
addProducts(software, ['NT', 'NN', 'TN'], SHAPES, ['plain'], ['odd']);
addProducts(software, ['NT'], [[7, 19, 13]], EVERY, ['odd']);
addMoments(software, 23, 65);
addNorms(software, 37, 7);
addNorms(software, 4, 65);
addAttention(software, 3, 6, 17, 17);
addAttention(software, 2, 16, 65, 1);
addAttention(software, 1, 64, 7, 7);
addEnds(software);
addPenalties(software);

/** Products that the kernels of software adapters read as vectors. */
export const shared = new CaseBook();
addProducts(shared, ['NT', 'NN', 'TN'], SHAPES, ['plain'], ['aligned']);
addProducts(shared, ['NT'], [[7, 19, 13]], EVERY, ['aligned']);

/** Unrolled kernels take SwiftShader's compiler a second each: of products one of every kind, the others in `gpuProducts`. */
export const gpu = new CaseBook();
addProducts(gpu, ['NT', 'NN', 'TN'], [[33, 65, 20]], ['plain'], ['aligned', 'odd']);
addProducts(gpu, ['NT', 'NN', 'TN'], [[5, 4, 66]], ['plain'], ['aligned']);
addProducts(gpu, ['NT'], [[7, 19, 13]], ['bias and GELU with derivative'], ['aligned']);
addProducts(gpu, ['NN'], [[7, 20, 13]], ['multiplication'], ['fours']);
// Deep and small: split along the depth.
addProducts(gpu, ['TN'], [[12, 20, 197]], ['plain'], ['aligned']);
addMoments(gpu, 23, 65);
addNorms(gpu, 37, 7);
addNorms(gpu, 197, 2);
addAttention(gpu, 2, 8, 17, 17);
addEnds(gpu);
addPenalties(gpu);

export const gpuProducts = new CaseBook();
addProducts(gpuProducts, ['NT', 'NN', 'TN'], SHAPES, ['plain'], ['aligned', 'odd']);
addProducts(gpuProducts, ['NT'], [[7, 19, 13]], EVERY, ['aligned']);
addProducts(gpuProducts, ['NN'], [[7, 20, 13]], EVERY, ['fours']);
addProducts(gpuProducts, ['NN', 'TN'], [[35, 72, 37]], ['plain'], ['fours']);

/** One team a head, several tiles a head, the class token alone, prompts before the keys, and heads of odd width. */
export const attention = new CaseBook();
addAttention(attention, 2, 16, 65, 1);
addAttention(attention, 2, 8, 44, 37);
addAttention(attention, 1, 64, 40, 40);
addAttention(attention, 1, 6, 41, 9);

export const norms = new CaseBook();
addNorms(norms, 37, 7);
addNorms(norms, 197, 2);

/** Enough rows and columns for large tiles. */
export const large = new CaseBook();
addProducts(large, ['NT', 'NN', 'TN'], [[35, 70, 37]], ['plain'], ['aligned']);

/** Weights stored as halves: read in fours and one by one, along and across, as vectors and as tables. */
export const halves = new CaseBook('f16');
addProducts(halves, ['NT', 'NN'], [[11, 37, 65]], ['plain'], ['aligned', 'odd']);
addProducts(halves, ['NT'], [[7, 19, 13]], ['bias and GELU with derivative'], ['aligned']);
addNorms(halves, 37, 7);
addEnds(halves);

export const halvesInRegisters = new CaseBook('f16');
addProducts(halvesInRegisters, ['NT', 'NN'], [[5, 9, 7]], ['plain'], ['aligned', 'odd']);
