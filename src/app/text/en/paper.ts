/** What is written for a paper: LaTeX. */
import { findDefinition } from '../../../continual/registry';
import type { PaperWords } from '../../../session/paper-words';

const joined = (parts: readonly string[]): string => parts.join(', ');

export const paper: PaperWords = {
  needs: '',
  script: null,
  method: (_id, title) => title,
  quoted: (title) => '``' + title + "''",
  and: joined,
  sentences: (parts) => parts.join('\n'),
  summary: {
    caption: (stream, tasks, classes, backbone, seed) =>
      `${stream}: ${tasks} tasks, ${classes} classes, backbone ${backbone}, seed ${seed}. All numbers in \\%; forgetting is the best earlier accuracy minus the last one.`,
    columns: ['Method', 'Final average', 'Over tasks', 'Task known', 'Forgetting'],
  },
  matrix: {
    caption: (method) => `${method}: accuracy in \\% on each task (columns) after learning each task (rows), among all classes seen.`,
    after: 'After',
  },
  curves: {
    caption: 'Average accuracy over the tasks learned so far, among all classes seen.',
    tasks: 'Tasks learned',
    accuracy: 'Average accuracy (\\%)',
  },
  readBy: (id, again) =>
    ` Classes are read by ${id.replaceAll('-', ' ')}${again ? ', computed again from old training images, which no method may use' : ''}.`,
  details(spec) {
    const rate = (value: unknown, words: string): string[] => (value === undefined ? [] : [`${words} ${JSON.stringify(value)}`]);
    return [
      // The options were validated by the definition's own schema.
      ...(findDefinition(spec.id)?.describe(spec) ?? []),
      ...rate(spec.learningRate, 'learning rate'),
      ...rate(spec.classifierLearningRate, 'classifier learning rate'),
    ];
  },
  training: ({ epochs, batchSize, optimizer, learningRate, classifierLearningRate, schedule, weightDecay, momentum, augmentation }) => [
    `${epochs} epoch${epochs === 1 ? '' : 's'} per task, batches of ${batchSize}`,
    optimizer === 'adam' ? 'Adam (betas 0.9 and 0.999)' : `SGD with momentum ${momentum}`,
    `learning rate ${learningRate}${classifierLearningRate === undefined ? '' : ` (classifier ${classifierLearningRate})`}`,
    schedule === 'constant' ? 'constant schedule' : schedule === 'cosine' ? 'cosine schedule' : "the authors' schedule",
    `weight decay ${weightDecay}`,
    augmentation === 'none' ? 'no augmentation' : 'random crops and flips',
  ],
  paragraph: {
    backbone: (cite, title, { depth, dim, heads, parameters, patchSize, imageSize, sha256 }, normalised) =>
      `We start from the Vision Transformer${cite} ${title} (${depth} blocks, width ${dim}, ${heads} heads, ${parameters} parameters, patches of ${patchSize} pixels, input of ${imageSize} pixels${normalised}; SHA-256 ${sha256.slice(0, 16)}).`,
    normalised: (mean, deviation) => `, normalised by mean ${joined(mean.map(String))} and deviation ${joined(deviation.map(String))}`,
    stream(title, { stream: { kind, sha256, classNames, tasks }, experiment }, train, test, limits) {
      const { order, resize, testFraction } = experiment.stream;
      return `The stream ${title} (${kind}; SHA-256 ${sha256.slice(0, 16)}) has ${classNames.length} classes in ${tasks.length} tasks, ${train} training and ${test} test images${limits.length === 0 ? '' : ` (${joined(limits)})`}; class order ${order}, ${resize} resizing, a share of ${testFraction} kept for testing where the source has no split.`;
    },
    trainLimit: (n) => `at most ${n} training images per class`,
    testLimit: (n) => `at most ${n} test images per class`,
    methods: (methods) => `We compare ${methods.join('; ')}.`,
    method: (name, cite, details) => `${name}${cite}${details === '' ? '' : ` (${details})`}`,
    training: (words, seed) => `Training: ${words}; seed ${seed}.`,
    measures: (cite) => `Accuracies are class-incremental (among all classes seen) and task-aware; forgetting follows${cite}.`,
    software: (version, device, kind) => `Computed by InfLoRA Playground ${version} on ${device} (${kind}).`,
  },
};
