import type { VitConfig } from '../../vit/config';
import type { InputPlace, MapInput, MomentOptions, TrainSpec } from '../backbone';
import { columnsOf, needsTargets, soleClasses, type Objective } from '../objective';
import { embedBackward, normBackward, blockBackward } from './backward';
import { classTokens, columnsFrom } from './builder';
import { correctUpdate } from './corrections';
import { orthogonalPrompts } from './orthogonal';
import { blockForward, blockTape, embed, norm, type BlockOptions, type BlockTape } from './forward';
import { inParts, type PartPrograms } from './micro-batches';
import { Network, type NetworkSpec } from './network';
import { addPenalties, type Constant } from './penalties';
import { lastNorm, maximumShare, unpooledTokens } from '../../vit/config';
import { SCALARS, fixed, perImage, type Extent, type Pool, type Program, type Update, type View } from './ops';
import { amongTokens, promptRows, tokensBackward, withTokens } from './prompts';
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

/** What maps of a block read, all tokens of it. */
function inputOf({ block, maps }: BlockTape, input: MapInput): View {
  const { qkv, proj, fc1, fc2 } = maps;
  const z = { qkv: qkv.at(-1)?.tape, proj: proj.tape, fc1: fc1.tape, fc2: fc2.tape }[input]?.x;
  if (!z) throw new Error(`Block ${block} has no input "${input}"`);
  return z;
}

/** Images to what the maps of one input of one block read: the program's one result, [n · N, size]. */
export function inputsProgram(spec: NetworkSpec, { block, input }: InputPlace): Program {
  const net = new Network(spec);
  const found = new Set<string>();
  const visit = (tape: BlockTape): void => void (tape.block === block && found.add(inputOf(tape, input).buffer));
  forwardFeatures(net, 'workspace', { allTokens: true, visit });
  const program = net.builder.program();
  const buffers = [...program.buffers].map(([name, of]) => [name, found.has(name) ? { ...of, role: 'result' as const } : of] as const);
  return pruned({ ...program, buffers: new Map(buffers) });
}

/** Adds one sum of z zᵀ a block and input to the `moment.N.<input>` buffers; gives `features` [n, D] where they are asked for. */
export function momentsProgram(spec: NetworkSpec, { inputs, features }: Required<MomentOptions>): Program {
  const net = new Network(spec);
  const { builder, config, tokenRows } = net;
  const visit = (tape: BlockTape): void => {
    for (const input of inputs) {
      const z = inputOf(tape, input);
      const n = inputWidth(config, input);
      const out = builder.matrix(momentName(tape.block, input), fixed(n), n, 'trainer');
      builder.push({ kind: 'gemm', form: 'TN', a: z, b: z, out, add: out, m: fixed(n), n, k: tokenRows, symmetric: true });
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
  /** The same for parts of a batch; null where it is never cut. */
  readonly parts: { readonly gradients: PartPrograms; readonly step: PartPrograms; readonly held: () => PartPrograms } | null;
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
  readonly constants: readonly Constant[];
}

/** A training step of the declared trainables; classes of the classifier: `classes`. */
export function trainingPrograms(
  spec: NetworkSpec,
  {
    trainables,
    objective,
    optimizer,
    rates,
    corrections = [],
    penalties,
    mixGradients,
    orthogonality,
    logits: keepLogits,
    average,
  }: TrainSpec,
  classes: number,
): TrainingPrograms {
  const net = new Network(spec, trainables, mixGradients, spec.recompute !== true);
  const { builder, config, imageRows } = net;
  const { dim } = config;
  const trainerBuffer = (name: string, floats: number): string => builder.declare(name, 'trainer', fixed(floats));
  trainerBuffer('classifier.weight', classes * dim);
  trainerBuffer('classifier.bias', classes);
  trainerBuffer('gradient.classifier.weight', classes * dim);
  trainerBuffer('gradient.classifier.bias', classes);
  if (trainables.backbone === 'all') for (const [name, floats] of net.weights.buffers) trainerBuffer(`gradient.${name}`, floats);
  if (net.learnsPrompts) trainerBuffer('gradient.prompts', net.prompts.total);
  if (net.trainsAdapters) trainerBuffer('gradient.adapters', net.adapterFloats);
  builder.declare('labels', 'input', perImage(1), 'i32');
  builder.declare('loss', 'result', fixed(4));

  const { features, ...tape } = forwardFeatures(net, 'workspace', { recompute: spec.recompute });
  const { terms } = objective;
  const { from, to } = columnsOf(objective);
  const rows = (buffer: string, stride: number): View => ({ buffer, offset: from * stride, stride });
  const logits = builder.matrix('logits', imageRows, to - from, keepLogits ? 'result' : undefined);
  const dlogits = builder.matrix('dlogits', imageRows, to - from);
  builder.push({
    ...{ kind: 'gemm', form: 'NT', a: features, b: rows('classifier.weight', dim), bias: rows('classifier.bias', 1) },
    ...{ out: logits, m: imageRows, n: to - from, k: fixed(dim) },
  });
  const loss: View = { buffer: 'loss', offset: 0, stride: 1 };
  const weighs = weighsRows(objective, spec);
  if (weighs) {
    builder.declare('weights', 'input', fixed(terms.length * spec.maxBatch));
    // The sum over no rows clears what the terms are added to.
    const clear = { kind: 'columnSum', x: logits, rows: fixed(0) } as const;
    builder.push({ ...clear, out: dlogits, columns: spec.maxBatch * (to - from) }, { ...clear, out: loss, columns: 1 });
  }
  const targets = needsTargets(objective) ? builder.matrix('targets', imageRows, to - from, 'input') : logits;
  terms.forEach((term, i) => {
    const { from: first, to: end } = term.classes;
    const own = (of: View): View => columnsFrom(of, first - from);
    const common = { logits: own(logits), gradient: own(dlogits), loss, classes: end - first, rows: imageRows };
    const weights: View = { buffer: 'weights', offset: i * spec.maxBatch, stride: 1 };
    if (term.kind === 'cross-entropy') {
      const weighted = weighs ? { weights } : {};
      builder.push({ kind: 'crossEntropy', labels: 'labels', first, ...common, ...weighted });
      return;
    }
    const distils = term.kind === 'distil';
    const towards = { form: distils ? 'distil' : 'squared', temperature: distils ? term.temperature : 1 } as const;
    builder.push({ kind: 'targetLoss', ...common, weights, targets: own(targets), ...towards });
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
  const data = builder.program().ops;
  const sums = [...builder.program().buffers.keys()].filter((name) => name.startsWith('gradient.'));
  const penalised = addPenalties(net, penalties, { classes, written: { from, to } });
  const runs = rateRuns(net, rates);
  const factors = [...new Set(runs.map(({ factor }) => factor))].filter((factor) => factor !== 1);
  builder.declare('scalars', 'input', fixed(SCALARS.factors + factors.length));
  const orthogonal = orthogonality ? orthogonalPrompts(net, orthogonality) : [];
  const gradients = builder.program();
  const ofRuns = runs.map(({ buffer, offset, count, factor }) => ({
    ...{ buffer, offset, count, corrections: SCALARS.corrections },
    rate: factor === 1 ? SCALARS.backbone : SCALARS.factors + factors.indexOf(factor),
  }));
  const { from: first, to: end } = trainables.classifier;
  const ofClassifier = [
    { buffer: 'classifier.weight', offset: first * dim, count: (end - first) * dim },
    { buffer: 'classifier.bias', offset: first, count: end - first },
  ].map((span) => ({ ...span, rate: SCALARS.classifier, corrections: SCALARS.classifierCorrections }));
  const corrected = correctUpdate(net, corrections, [...ofRuns, ...ofClassifier]);
  const update = ({ buffer, offset, count, ...scalars }: (typeof ofRuns | typeof ofClassifier)[number]): void => {
    if (count === 0) return;
    const parameter: View = { buffer, offset, stride: 1 };
    const beside = (prefix: string): View => ({ ...parameter, buffer: `${prefix}.${buffer}` });
    const size = gradients.buffers.get(`gradient.${buffer}`)?.size.fixed ?? 0;
    const moment = beside('first');
    trainerBuffer(moment.buffer, size);
    const common = { kind: 'update', optimizer, parameter, gradient: beside('gradient'), first: moment, count, ...scalars } as const;
    if (optimizer.kind === 'adam') trainerBuffer(beside('second').buffer, size);
    builder.push(optimizer.kind === 'adam' ? { ...common, second: beside('second') } : common);
  };
  ofRuns.forEach(update);
  const body = builder.program().ops.length;
  ofClassifier.forEach(update);
  corrected.afterUpdate();
  if (average) builder.push(...averaging(net));
  const step = builder.program();
  const mayHold = (): void => {
    if (penalties?.length || orthogonality || corrections.length > 0)
      throw new Error('A step that holds the backbone has neither penalties nor corrections');
  };
  const parts = spec.partial && {
    gradients: inParts(net, sums, data, gradients.ops.slice(data.length)),
    step: inParts(net, sums, data, step.ops.slice(data.length)),
    held: () => {
      mayHold();
      const ofHead = sums.filter((name) => name.startsWith('gradient.classifier.'));
      return inParts(net, ofHead, pruned({ ...step, ops: head }).ops, step.ops.slice(body));
    },
  };
  return {
    ...{ gradients, step, factors, constants: [...penalised, ...orthogonal, ...corrected.constants] },
    parts: parts || null,
    held: () => {
      mayHold();
      return pruned({ ...step, ops: [...head, ...step.ops.slice(body)] });
    },
    averageStart: average ? { ...step, ops: averaging(net) } : null,
  };
}

/** Whether rows of a batch are weighed one by one, by an input: a mean over all rows of a whole batch needs no weights. */
export const weighsRows = (objective: Objective, { partial = false }: Pick<NetworkSpec, 'partial'>): boolean =>
  partial || soleClasses(objective) === null;

/** Of which tokens the feature is made, and how. */
function pooling({ config, tokens, promptTokens }: Network): Pick<Pool, 'tokens' | 'front' | 'columns' | 'maximum'> {
  const columns = config.dim;
  if (promptTokens > 0) return { tokens: promptTokens, front: 0, columns, maximum: 0 };
  if (config.pooling === 'token') return { tokens: 1, front: 0, columns, maximum: 0 };
  return { tokens, front: unpooledTokens(config), columns, maximum: maximumShare(config) };
}

/** Whether the feature is the class token as it is. */
const isClassToken = ({ config, promptTokens }: Network): boolean => config.pooling === 'token' && promptTokens === 0;

/**
 * average ← average + rate (trained − average), the rate in `scalars`: a step of plain SGD of rate −rate on g = trained − average, for
 * which −1 stands as weight decay. Gradients, used up by then, hold its momentum.
 */
function averaging(net: Network): Update[] {
  const of = (prefix: string, buffer: string): View => ({ buffer: `${prefix}${buffer}`, offset: 0, stride: 1 });
  const floatsOf = (buffer: string): number =>
    ({ adapters: net.adapterFloats, prompts: net.prompts.total })[buffer] ?? net.weights.buffers.get(buffer) ?? 0;
  return [...new Set(net.learned().map(({ buffer }) => buffer))].map((buffer) => {
    const count = floatsOf(buffer);
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
  /** What is pooled. */
  readonly pooled: View;
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
  const { depth, dim } = config;
  const normed = lastNorm(config);
  const embedded = embed(net);
  const { patches } = embedded;
  const prompted = net.promptTokens > 0;
  const tapes: { block: number; recall: () => BlockTape }[] = [];
  let x = withTokens(net, embedded.x);
  for (let block = 0; block < depth; block++) {
    const classTokenOnly = isClassToken(net) && !allTokens && block === depth - 1;
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
  if (prompted) x = promptRows(net, x, 'prompts.out');
  else if (isClassToken(net) && allTokens) x = classTokens(x, tokens);
  const lastNormOf = (input: View, rows: Extent, ends: boolean) => {
    const { out, statistics } = norm(net, 'norm', input, rows, ends ? role : undefined, ends ? 'features' : undefined);
    return { out, last: { x: input, statistics, rows } };
  };
  /** Of the prompts where they are tokens; of the class token alone, a pool of one. */
  const pool = (input: View, ends: boolean): View => {
    const out = builder.matrix(ends ? 'features' : 'pooled', imageRows, dim, ends ? role : undefined);
    builder.push({ kind: 'pool', x: input, out, ...pooling(net) });
    return out;
  };
  if (normed === 'none') return { features: pool(x, true), tapes, patches, last: null, pooled: x };
  if (isClassToken(net) || normed === 'pooled') {
    const { out, last } = lastNormOf(isClassToken(net) ? x : pool(x, false), imageRows, true);
    return { features: out, tapes, patches, last, pooled: x };
  }
  const { out, last } = lastNormOf(x, prompted ? perImage(net.promptTokens) : tokenRows, false);
  return { features: pool(out, true), tapes, patches, last, pooled: out };
}

function backward(net: Network, { dfeatures, tapes, patches, last, pooled }: ForwardTape & { dfeatures: View }): void {
  const { builder, config } = net;
  const spread = (gradient: View): View => {
    const of = pooling(net);
    const out = builder.matrix('dpooled', perImage(of.tokens), of.columns);
    builder.push({ kind: 'poolBackward', gradient, out, ...of, ...(of.maximum > 0 ? { x: pooled } : {}) });
    return out;
  };
  const throughNorm = (gradient: View): View =>
    last === null ? gradient : normBackward(net, 'norm', last.x, last.statistics, gradient, last.rows);
  const prompted = net.promptTokens > 0;
  const throughPool = (gradient: View): View => (isClassToken(net) ? gradient : spread(gradient));
  let current: View | undefined = lastNorm(config) === 'tokens' ? throughNorm(throughPool(dfeatures)) : throughPool(throughNorm(dfeatures));
  if (prompted) current = amongTokens(net, current);
  for (const { block, recall } of [...tapes].reverse()) {
    if (!current || !net.trainsBefore(block + 1)) return;
    current = blockBackward(net, recall(), current);
  }
  if (current) tokensBackward(net, current);
  if (current && net.trainables.backbone === 'all') embedBackward(net, patches, current);
}
