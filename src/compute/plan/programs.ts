import type { VitConfig } from '../../vit/config';
import type { MapInput, MomentOptions, TrainSpec } from '../backbone';
import { soleClasses } from '../objective';
import { embedBackward, normBackward, blockBackward } from './backward';
import { classTokens, columnsFrom } from './builder';
import { correctGradients } from './corrections';
import { blockForward, blockTape, embed, norm, type BlockOptions, type BlockTape } from './forward';
import { Network, type NetworkSpec } from './network';
import { lastNorm, unpooledTokens } from '../../vit/config';
import { SCALARS, fixed, perImage, type Extent, type Program, type Update, type View } from './ops';
import { pruned } from './prune';
import { rateRuns } from './rates';
import { atWork, scaleGradients } from './scales';
import { tensorView } from './weights';

/** Name of the accumulator of `momentsProgram` for a map's input. */
export const momentName = (block: number, input: MapInput): string => `moment.${block}.${input}`;

/** Width of a map's input. */
export const inputWidth = ({ dim, mlpDim }: VitConfig, input: MapInput): number => (input === 'fc2' ? mlpDim : dim);

/** Images to `features` [n, D]. */
export function featuresProgram(spec: NetworkSpec): Program {
  const net = new Network(spec);
  forwardFeatures(net, 'result');
  return net.builder.program();
}

/** Adds one sum of z zᵀ a block and input to the `moment.N.<input>` buffers; gives `features` [n, D] where they are asked for. */
export function momentsProgram(spec: NetworkSpec, { inputs, features }: Required<MomentOptions>): Program {
  const net = new Network(spec);
  const { builder, config, tokenRows } = net;
  const visit = ({ block, maps }: BlockTape): void => {
    const { proj, fc1, fc2 } = maps;
    const tapes = { qkv: maps.qkv.at(-1)?.tape, proj: proj.tape, fc1: fc1.tape, fc2: fc2.tape };
    for (const input of inputs) {
      const z = tapes[input]?.x;
      if (!z) throw new Error(`Block ${block} has no input "${input}"`);
      const n = inputWidth(config, input);
      const out = builder.matrix(momentName(block, input), fixed(n), n, 'trainer');
      builder.push({ kind: 'gemm', form: 'TN', a: z, b: z, out, add: out, m: fixed(n), n, k: tokenRows });
    }
  };
  // Behind attention the last block may owe the class token alone, but moments are of all tokens.
  const allTokens = inputs.some((input) => input !== 'qkv');
  forwardFeatures(net, features ? 'result' : 'workspace', { allTokens, visit });
  return pruned(builder.program());
}

/**
 * Images to every intermediate value of `VitModel.activations`, nothing cut short. `patch_embed` comes with rows for the
 * tokens in front of each image's patches, to be dropped.
 */
export function activationsProgram(spec: NetworkSpec): Program {
  const net = new Network(spec);
  const { builder, config, tokenRows, weights } = net;
  const { dim, patchSize, depth } = config;
  const { x: embedded, patches } = embed(net);
  const width = 3 * patchSize * patchSize;
  builder.push({
    ...{ kind: 'gemm', form: 'NT', a: patches, m: tokenRows, n: dim, k: fixed(width) },
    b: tensorView(weights, 'patch_embed.proj.weight', width),
    bias: tensorView(weights, 'patch_embed.proj.bias', dim),
    out: builder.matrix('patch_embed', tokenRows, dim, 'result'),
  });
  let x = embedded;
  for (let block = 0; block < depth; block++) {
    x = blockForward(net, block, x, { results: { attentionInput: `block${block}.attn_in`, out: `block${block}.out` } }).out;
  }
  if (lastNorm(config) === 'tokens') norm(net, 'norm', x, tokenRows, 'result', 'norm_out');
  return builder.program();
}

/** W ← W + up · down for every adapter, in place. */
export function mergeProgram(spec: NetworkSpec): Program {
  const net = new Network(spec);
  const { builder, weights, adapters, config } = net;
  const linear = { q: 'attn.qkv', k: 'attn.qkv', v: 'attn.qkv', proj: 'attn.proj', fc1: 'mlp.fc1', fc2: 'mlp.fc2' } as const;
  const part = { q: 0, k: 1, v: 2, proj: 0, fc1: 0, fc2: 0 } as const;
  for (const place of adapters.places) {
    const { block, target, up, down, rank, inputs, outputs } = atWork(net, place);
    const weight = tensorView(weights, `blocks.${block}.${linear[target]}.weight`, inputs, part[target] * config.dim);
    builder.push({ kind: 'addLowRank', weight, out: weight, rows: outputs, columns: inputs, increment: { up, down, rank } });
  }
  return builder.program();
}

export interface TrainingPrograms {
  /** Loss and gradients alone. */
  readonly gradients: Program;
  /** The same followed by the update. */
  readonly step: Program;
  /** A step of the classifier alone. */
  readonly held: () => Program;
  /** The moving average becomes what it averages; none where none is kept. */
  readonly averageStart: Program | null;
  /** Factors on the backbone's rate, in the order of their places in `scalars`. */
  readonly factors: readonly number[];
  /** Values of the trainer's buffers that no step changes. */
  readonly constants: ReadonlyMap<string, Float32Array>;
}

/** A training step of the declared trainables; classes of the classifier: `classes`. */
export function trainingPrograms(
  spec: NetworkSpec,
  { trainables, objective, optimizer, rates, corrections, average }: TrainSpec,
  classes: number,
): TrainingPrograms {
  const net = new Network(spec, trainables);
  const { builder, config, imageRows } = net;
  const { dim } = config;
  const trainerBuffer = (name: string, floats: number): string => builder.declare(name, 'trainer', fixed(floats));
  trainerBuffer('classifier.weight', classes * dim);
  trainerBuffer('classifier.bias', classes);
  trainerBuffer('gradient.classifier.weight', classes * dim);
  trainerBuffer('gradient.classifier.bias', classes);
  if (trainables.backbone === 'all') for (const [name, floats] of net.weights.buffers) trainerBuffer(`gradient.${name}`, floats);
  if (net.trainsAdapters) trainerBuffer('gradient.adapters', net.adapterFloats);
  builder.declare('labels', 'input', perImage(1), 'i32');
  builder.declare('loss', 'result', fixed(4));

  const { features, ...tape } = forwardFeatures(net, 'workspace', { recompute: spec.recompute });
  const { terms } = objective;
  const [from, to] = [Math.min(...terms.map((term) => term.classes.from)), Math.max(...terms.map((term) => term.classes.to))];
  const rows = (buffer: string, stride: number): View => ({ buffer, offset: from * stride, stride });
  const logits = builder.matrix('logits', imageRows, to - from);
  const dlogits = builder.matrix('dlogits', imageRows, to - from);
  builder.push({
    ...{ kind: 'gemm', form: 'NT', a: features, b: rows('classifier.weight', dim), bias: rows('classifier.bias', 1) },
    ...{ out: logits, m: imageRows, n: to - from, k: fixed(dim) },
  });
  const loss: View = { buffer: 'loss', offset: 0, stride: 1 };
  if (!soleClasses(objective)) {
    builder.declare('weights', 'input', fixed(terms.length * spec.maxBatch));
    // The sum over no rows clears what the terms are added to.
    const clear = { kind: 'columnSum', x: logits, rows: fixed(0) } as const;
    builder.push({ ...clear, out: dlogits, columns: spec.maxBatch * (to - from) }, { ...clear, out: loss, columns: 1 });
  }
  terms.forEach(({ classes: { from: first, to: end } }, i) => {
    builder.push({
      ...{ kind: 'crossEntropy', labels: 'labels', loss, first, classes: end - first, rows: imageRows },
      ...{ logits: columnsFrom(logits, first - from), gradient: columnsFrom(dlogits, first - from) },
      ...(soleClasses(objective) ? {} : { weights: { buffer: 'weights', offset: i * spec.maxBatch, stride: 1 } }),
    });
  });
  builder.push(
    {
      ...{ kind: 'gemm', form: 'TN', a: dlogits, b: features, out: rows('gradient.classifier.weight', dim) },
      ...{ m: fixed(to - from), n: dim, k: imageRows },
    },
    { kind: 'columnSum', x: dlogits, out: rows('gradient.classifier.bias', 1), rows: imageRows, columns: to - from },
  );
  const head = builder.program().ops;
  if (net.trainsBackward) {
    const dfeatures = builder.matrix('dfeatures', imageRows, dim);
    builder.push({
      ...{ kind: 'gemm', form: 'NN', a: dlogits, b: rows('classifier.weight', dim), out: dfeatures },
      ...{ m: imageRows, n: dim, k: fixed(to - from) },
    });
    backward(net, { dfeatures, ...tape });
    scaleGradients(net);
  }
  const runs = rateRuns(net, rates);
  const factors = [...new Set(runs.map(({ factor }) => factor))].filter((factor) => factor !== 1);
  builder.declare('scalars', 'input', fixed(SCALARS.factors + factors.length));
  const gradients = builder.program();
  const constants = correctGradients(net, corrections);
  const update = (parameter: View, count: number, rate: number, corrections: number = SCALARS.corrections): void => {
    if (count === 0) return;
    const beside = (prefix: string): View => ({ ...parameter, buffer: `${prefix}.${parameter.buffer}` });
    const size = gradients.buffers.get(`gradient.${parameter.buffer}`)?.size.fixed ?? 0;
    const first = beside('first');
    trainerBuffer(first.buffer, size);
    const common = { kind: 'update', optimizer, parameter, gradient: beside('gradient'), first, count, rate, corrections } as const;
    if (optimizer.kind === 'adam') trainerBuffer(beside('second').buffer, size);
    builder.push(optimizer.kind === 'adam' ? { ...common, second: beside('second') } : common);
  };
  for (const { buffer, offset, count, factor } of runs) {
    update({ buffer, offset, stride: 1 }, count, factor === 1 ? SCALARS.backbone : SCALARS.factors + factors.indexOf(factor));
  }
  const body = builder.program().ops.length;
  const { from: first, to: end } = trainables.classifier;
  const ofClassifier = [SCALARS.classifier, SCALARS.classifierCorrections] as const;
  update({ buffer: 'classifier.weight', offset: first * dim, stride: 1 }, (end - first) * dim, ...ofClassifier);
  update({ buffer: 'classifier.bias', offset: first, stride: 1 }, end - first, ...ofClassifier);
  if (average) builder.push(...averaging(net));
  const step = builder.program();
  return {
    ...{ gradients, step, factors, constants },
    held: () => pruned({ ...step, ops: [...head, ...step.ops.slice(body)] }),
    averageStart: average ? { ...step, ops: averaging(net) } : null,
  };
}

/**
 * average ← average + rate (trained − average), the rate in `scalars`: a step of plain SGD of rate −rate on g = trained − average, for
 * which −1 stands as weight decay. Gradients, used up by then, hold its momentum.
 */
function averaging(net: Network): Update[] {
  const of = (prefix: string, buffer: string): View => ({ buffer: `${prefix}${buffer}`, offset: 0, stride: 1 });
  return [...new Set(net.learned().map(({ buffer }) => buffer))].map((buffer) => {
    const count = buffer === 'adapters' ? net.adapterFloats : (net.weights.buffers.get(buffer) ?? 0);
    net.builder.declare(`average.${buffer}`, 'trainer', fixed(count));
    return {
      ...{ kind: 'update', optimizer: { kind: 'sgd', momentum: 0, weightDecay: -1 }, count },
      ...{ parameter: of('average.', buffer), gradient: of('', buffer), first: of('gradient.', buffer) },
      ...{ rate: SCALARS.average, corrections: SCALARS.corrections },
    };
  });
}

interface ForwardTape {
  /** What the backward pass of each block reads, written down again where it was forgotten. */
  readonly tapes: readonly { readonly block: number; readonly recall: () => BlockTape }[];
  readonly patches: View;
  /** The last norm, where there is one: its input, what its backward pass wants, and the rows that it sees. */
  readonly last: { readonly x: View; readonly statistics: View; readonly rows: Extent } | null;
}

interface FeatureOptions {
  readonly recompute?: boolean | undefined;
  /** Compute every token of the last block, wanted for the features or not. */
  readonly allTokens?: boolean;
  /** Sees what each block computed, before the next. */
  readonly visit?: (tape: BlockTape) => void;
}

function forwardFeatures(
  net: Network,
  role: 'result' | 'workspace',
  { recompute = false, allTokens = false, visit }: FeatureOptions = {},
): ForwardTape & { features: View } {
  const { builder, config, tokenRows, imageRows, tokens } = net;
  const { depth, pooling, dim } = config;
  const normed = lastNorm(config);
  const embedded = embed(net);
  const { patches } = embedded;
  const tapes: { block: number; recall: () => BlockTape }[] = [];
  let x = embedded.x;
  for (let block = 0; block < depth; block++) {
    const classTokenOnly = pooling === 'token' && !allTokens && block === depth - 1;
    const derivative = net.trainsBefore(block) || net.trainsAny(block, ['q', 'k', 'v', 'proj', 'fc1']);
    const options: BlockOptions = { classTokenOnly, derivative };
    // The backward pass begins with the last block, whose tape is still there.
    const forgets = recompute && block < depth - 1;
    const input = x;
    const { out, tape } = blockForward(net, block, x, forgets ? { classTokenOnly, forgets } : options);
    tapes.push({ block, recall: () => (forgets ? blockTape(net, block, input, options) : tape) });
    visit?.(tape);
    x = out;
  }
  if (pooling === 'token' && allTokens) x = classTokens(x, tokens);
  const lastNormOf = (input: View, rows: Extent, ends: boolean) => {
    const { out, statistics } = norm(net, 'norm', input, rows, ends ? role : undefined, ends ? 'features' : undefined);
    return { out, last: { x: input, statistics, rows } };
  };
  /** Of the class token alone, a pool of one. */
  const pool = (input: View, ends: boolean): View => {
    const out = builder.matrix(ends ? 'features' : 'pooled', imageRows, dim, ends ? role : undefined);
    const of = pooling === 'token' ? { tokens: 1, front: 0 } : { tokens, front: unpooledTokens(config) };
    builder.push({ kind: 'poolMean', x: input, out, ...of, columns: dim });
    return out;
  };
  if (normed === 'none') return { features: pool(x, true), tapes, patches, last: null };
  if (pooling === 'token' || normed === 'pooled') {
    const { out, last } = lastNormOf(pooling === 'token' ? x : pool(x, false), imageRows, true);
    return { features: out, tapes, patches, last };
  }
  const { out, last } = lastNormOf(x, tokenRows, false);
  return { features: pool(out, true), tapes, patches, last };
}

function backward(net: Network, { dfeatures, tapes, patches, last }: ForwardTape & { dfeatures: View }): void {
  const { builder, config, tokens, tokenRows } = net;
  const spread = (gradient: View): View => {
    const out = builder.matrix('dpooled', tokenRows, config.dim);
    builder.push({ kind: 'poolMeanBackward', gradient, out, tokens, front: unpooledTokens(config), columns: config.dim });
    return out;
  };
  const throughNorm = (gradient: View): View =>
    last === null ? gradient : normBackward(net, 'norm', last.x, last.statistics, gradient, last.rows);
  const throughPool = (gradient: View): View => (config.pooling === 'mean' ? spread(gradient) : gradient);
  let current: View | undefined = lastNorm(config) === 'tokens' ? throughNorm(throughPool(dfeatures)) : throughPool(throughNorm(dfeatures));
  for (const { block, recall } of [...tapes].reverse()) {
    if (!current || !net.trainsBefore(block + 1)) return;
    current = blockBackward(net, recall(), current);
  }
  if (current && net.trainables.backbone === 'all') embedBackward(net, patches, current);
}
