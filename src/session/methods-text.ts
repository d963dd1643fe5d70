/** A paragraph for a paper's methods section, with every hyper-parameter of the run, and the papers it rests on. */
import { resolveInflora } from '../continual/presets';
import type { Experiment, MethodId, MethodSpec } from './experiment';
import type { MethodNames } from './latex';
import { declareCharacters, escapeLatex } from './latex-text';
import type { RunRecord } from './record';

const BIBLIOGRAPHY: Readonly<Record<string, string>> = {
  liang2024inflora: `@inproceedings{liang2024inflora,
  title     = {{InfLoRA}: Interference-Free Low-Rank Adaptation for Continual Learning},
  author    = {Liang, Yan-Shuo and Li, Wu-Jun},
  booktitle = {Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition},
  year      = {2024},
  url       = {https://arxiv.org/abs/2404.00228}
}`,
  zhang2023slca: `@inproceedings{zhang2023slca,
  title     = {{SLCA}: Slow Learner with Classifier Alignment for Continual Learning on a Pre-trained Model},
  author    = {Zhang, Gengwei and Wang, Liyuan and Kang, Guoliang and Chen, Ling and Wei, Yunchao},
  booktitle = {Proceedings of the IEEE/CVF International Conference on Computer Vision},
  year      = {2023},
  url       = {https://arxiv.org/abs/2303.05118}
}`,
  hu2022lora: `@inproceedings{hu2022lora,
  title     = {{LoRA}: Low-Rank Adaptation of Large Language Models},
  author    = {Hu, Edward J. and Shen, Yelong and Wallis, Phillip and Allen-Zhu, Zeyuan and Li, Yuanzhi and Wang, Shean and Wang, Lu and Chen, Weizhu},
  booktitle = {International Conference on Learning Representations},
  year      = {2022},
  url       = {https://arxiv.org/abs/2106.09685}
}`,
  mccloskey1989catastrophic: `@incollection{mccloskey1989catastrophic,
  title     = {Catastrophic Interference in Connectionist Networks: The Sequential Learning Problem},
  author    = {McCloskey, Michael and Cohen, Neal J.},
  booktitle = {Psychology of Learning and Motivation},
  volume    = {24},
  pages     = {109--165},
  year      = {1989},
  doi       = {10.1016/S0079-7421(08)60536-8}
}`,
  janson2022simple: `@article{janson2022simple,
  title   = {A Simple Baseline that Questions the Use of Pretrained-Models in Continual Learning},
  author  = {Janson, Paul and Zhang, Wenxuan and Aljundi, Rahaf and Elhoseiny, Mohamed},
  journal = {arXiv preprint arXiv:2210.04428},
  year    = {2022}
}`,
  dosovitskiy2021image: `@inproceedings{dosovitskiy2021image,
  title     = {An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale},
  author    = {Dosovitskiy, Alexey and Beyer, Lucas and Kolesnikov, Alexander and Weissenborn, Dirk and Zhai, Xiaohua and Unterthiner, Thomas and Dehghani, Mostafa and Minderer, Matthias and Heigold, Georg and Gelly, Sylvain and Uszkoreit, Jakob and Houlsby, Neil},
  booktitle = {International Conference on Learning Representations},
  year      = {2021},
  url       = {https://arxiv.org/abs/2010.11929}
}`,
  chaudhry2018riemannian: `@inproceedings{chaudhry2018riemannian,
  title     = {Riemannian Walk for Incremental Learning: Understanding Forgetting and Intransigence},
  author    = {Chaudhry, Arslan and Dokania, Puneet K. and Ajanthan, Thalaiyasingam and Torr, Philip H. S.},
  booktitle = {Proceedings of the European Conference on Computer Vision},
  year      = {2018},
  url       = {https://arxiv.org/abs/1801.10112}
}`,
};

const CITES: Readonly<Record<MethodId, readonly string[]>> = {
  inflora: ['liang2024inflora'],
  'inflora-ca': ['liang2024inflora', 'zhang2023slca'],
  'sequential-lora': ['hu2022lora'],
  'full-fine-tuning': ['mccloskey1989catastrophic'],
  joint: [],
  'nearest-mean': ['janson2022simple'],
};

function details(spec: MethodSpec): string {
  const parts: string[] = [];
  if (spec.id === 'inflora' || spec.id === 'inflora-ca') {
    const { rank, lamb, lame, projection, energy, scaleDown, firstTaskRank, memory } = resolveInflora(spec);
    parts.push(
      `preset ${spec.preset}, rank ${rank}, threshold from ${lamb} towards ${lame}, ${projection} projection, energy of the ${energy.replace('-', ' ')}`,
      scaleDown ? 'rows of B divided by the square root of 3' : 'orthonormal rows of B',
      `first-task rank ${firstTaskRank.replace('-', ' ')} the threshold, memory ${memory === 'dualgpm' ? 'DualGPM' : 'GPM'}`,
    );
  } else if ('rank' in spec && !('adapt' in spec && spec.adapt === 'full')) parts.push(`rank ${spec.rank} on keys and values`);
  if ('adapt' in spec && spec.adapt === 'full') parts.push('all weights trained');
  if ('metric' in spec) parts.push(`${spec.metric} distance`);
  if ('learningRate' in spec && spec.learningRate !== undefined) parts.push(`learning rate ${spec.learningRate}`);
  if ('classifierLearningRate' in spec && spec.classifierLearningRate !== undefined) {
    parts.push(`classifier learning rate ${spec.classifierLearningRate}`);
  }
  return parts.join(', ');
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

/** Keys of what is cited, in order. */
export function citedKeys(record: RunRecord): string[] {
  const keys = ['dosovitskiy2021image', ...record.methods.flatMap(({ id }) => CITES[id]), 'chaudhry2018riemannian'];
  return [...new Set(keys)];
}

/** One paragraph of LaTeX text with every setting of the run. */
export function methodsParagraph(record: RunRecord, names: MethodNames): string {
  const { experiment, backbone, stream, device, software } = record;
  const { resize, order, trainPerClass, testPerClass, testFraction } = experiment.stream;
  const inputs = experiment.backbone;
  const cite = (keys: readonly string[]): string => (keys.length === 0 ? '' : `~\\cite{${keys.join(',')}}`);
  const methods = experiment.methods.map((spec) => {
    const more = escapeLatex(details(spec));
    return `${escapeLatex(names(spec.id))}${cite(CITES[spec.id])}${more === '' ? '' : ` (${more})`}`;
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
  return citedKeys(record)
    .map((key) => BIBLIOGRAPHY[key] ?? '')
    .join('\n\n')
    .concat('\n');
}
