/** A paragraph for a paper's methods section, with every hyper-parameter of the run, and the papers it rests on. */
import { RIEMANNIAN_WALK, VIT, type Paper } from '../continual/papers';
import { findDefinition } from '../continual/registry';
import type { Experiment, RecordedExperiment } from './experiment';
import { declareCharacters, escapeLatex } from './latex-text';
import type { RunRecord } from './record';

type Spec = RecordedExperiment['methods'][number];

/** What a method rests on; nothing for one that this build does not know. */
const papersOf = (id: string): readonly Paper[] => findDefinition(id)?.papers ?? [];

function details(spec: Spec): string {
  const rate = (key: string, words: string): string[] => {
    const value = (spec as Readonly<Record<string, unknown>>)[key];
    return value === undefined ? [] : [`${words} ${JSON.stringify(value)}`];
  };
  return [
    // The options were validated by the definition's own schema.
    ...(findDefinition(spec.id)?.describe(spec) ?? []),
    ...rate('learningRate', 'learning rate'),
    ...rate('classifierLearningRate', 'classifier learning rate'),
  ].join(', ');
}

function trainingWords(training: Experiment['training']): string {
  const { epochs, batchSize, optimizer, learningRate, classifierLearningRate, schedule, weightDecay, momentum, augmentation } = training;
  return [
    `${epochs} epoch${epochs === 1 ? '' : 's'} per task, batches of ${batchSize}`,
    optimizer === 'adam' ? 'Adam (betas 0.9 and 0.999)' : `SGD with momentum ${momentum}`,
    `learning rate ${learningRate}${classifierLearningRate === undefined ? '' : ` (classifier ${classifierLearningRate})`}`,
    schedule === 'constant' ? 'constant schedule' : schedule === 'cosine' ? 'cosine schedule' : "the authors' schedule",
    `weight decay ${weightDecay}`,
    augmentation === 'none' ? 'no augmentation' : 'random crops and flips',
  ].join(', ');
}

const quoted = (title: string): string => '``' + escapeLatex(title) + "''";

/** What is cited, in order, each once. */
function cited(record: RunRecord): Paper[] {
  const papers = [VIT, ...record.methods.flatMap(({ id }) => papersOf(id)), RIEMANNIAN_WALK];
  return [...new Map(papers.map((paper) => [paper.key, paper])).values()];
}

/** One paragraph of LaTeX text with every setting of the run. */
export function methodsParagraph(record: RunRecord): string {
  const names = (id: string): string => record.methods.find((method) => method.id === id)?.title ?? id;
  const { experiment, backbone, stream, device, software } = record;
  const { resize, order, trainPerClass, testPerClass, testFraction } = experiment.stream;
  const inputs = experiment.backbone;
  const cite = (keys: readonly string[]): string => (keys.length === 0 ? '' : `~\\cite{${keys.join(',')}}`);
  const methods = experiment.methods.map((spec) => {
    const more = escapeLatex(details(spec));
    return `${escapeLatex(names(spec.id))}${cite(papersOf(spec.id).map(({ key }) => key))}${more === '' ? '' : ` (${more})`}`;
  });
  const limits = [
    ...(trainPerClass === undefined ? [] : [`at most ${trainPerClass} training images per class`]),
    ...(testPerClass === undefined ? [] : [`at most ${testPerClass} test images per class`]),
  ];
  const normalised =
    inputs.mean && inputs.std ? `, normalised by mean ${inputs.mean.join(', ')} and deviation ${inputs.std.join(', ')}` : '';
  const train = stream.tasks.reduce((sum, task) => sum + task.train, 0);
  const test = stream.tasks.reduce((sum, task) => sum + task.test, 0);
  const sentences = [
    `We start from the Vision Transformer${cite(['dosovitskiy2021image'])} ${quoted(backbone.title)} (${backbone.depth} blocks, width ${backbone.dim}, ${backbone.heads} heads, ${backbone.parameters} parameters, patches of ${backbone.patchSize} pixels, input of ${backbone.imageSize} pixels${normalised}; SHA-256 ${backbone.sha256.slice(0, 16)}).`,
    `The stream ${quoted(stream.title)} (${stream.kind}; SHA-256 ${stream.sha256.slice(0, 16)}) has ${stream.classNames.length} classes in ${stream.tasks.length} tasks, ${train} training and ${test} test images${limits.length === 0 ? '' : ` (${limits.join(', ')})`}; class order ${order}, ${resize} resizing, a share of ${testFraction} kept for testing where the source has no split.`,
    `We compare ${methods.join('; ')}.`,
    `Training: ${escapeLatex(trainingWords(experiment.training))}; seed ${experiment.seed}.`,
    `Accuracies are class-incremental (among all classes seen) and task-aware; forgetting follows${cite(['chaudhry2018riemannian'])}.`,
    `Computed by InfLoRA Playground ${escapeLatex(software.version)} on ${escapeLatex(device.name)} (${device.kind}).`,
  ];
  return declareCharacters(sentences.join('\n').concat('\n'));
}

/** The entries that the paragraph cites. */
export function bibtex(record: RunRecord): string {
  return cited(record)
    .map((paper) => paper.bibtex)
    .join('\n\n')
    .concat('\n');
}
