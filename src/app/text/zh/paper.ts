/** What is written for a paper: LaTeX with ctex. */
import type { PaperWords } from '../../../session/paper-words';
import type { MethodWords } from '../en/methods';
import { methods } from './methods';
import { options } from './options';

const joined = (parts: readonly string[]): string => parts.join('，');
const named: Readonly<Record<string, MethodWords>> = methods;

const READINGS: Readonly<Record<string, string>> = { 'class-means': '类均值', ridge: '岭回归', aligned: '对齐的分类头' };
const KINDS = { 'class-incremental': '类增量', 'domain-incremental': '域增量' } as const;
const ORDERS = { natural: '原有次序', seeded: '按随机种子打乱' } as const;
const RESIZES = { bicubic: '双三次插值', bilinear: '双线性插值' } as const;

const value = (of: unknown, choices: Readonly<Record<string, string>> = {}): string => {
  if (typeof of === 'boolean') return of ? '是' : '否';
  return typeof of === 'string' ? (choices[of] ?? of) : JSON.stringify(of);
};

export const paper: PaperWords = {
  needs: '% !TeX program = xelatex\n% \\usepackage{ctex}（用XeLaTeX或LuaLaTeX编译）',
  script: /[\p{Script=Han}\u3000-\u303f\uff01-\uff5e“”‘’]/u,
  method: (id, title) => named[id]?.name ?? title,
  quoted: (title) => `“${title}”`,
  and: joined,
  sentences: (parts) => parts.join('%\n'),
  summary: {
    caption: (stream, tasks, classes, backbone, seed) =>
      `${stream}：${tasks}个任务，${classes}个类别，骨干网络${backbone}，随机种子${seed}。所有数值以\\%计；遗忘为先前的最高准确率减去最后的准确率。`,
    columns: ['方法', '最终平均', '逐任务平均', '任务已知', '遗忘'],
  },
  matrix: {
    caption: (method) => `${method}：学完每个任务（行）后在各任务（列）上的准确率（\\%），在所有见过的类别中选择。`,
    after: '学完',
  },
  curves: { caption: '到目前为止学过的任务的平均准确率，在所有见过的类别中选择。', tasks: '已学任务数', accuracy: '平均准确率（\\%）' },
  readBy: (id, again) => `类别由${READINGS[id] ?? id}读出${again ? '，用旧的训练图像重新计算（任何方法都不得使用）' : ''}。`,
  details: ({ id, ...set }) =>
    Object.entries(set).flatMap(([key, of]) => {
      const words = named[id]?.options?.[key] ?? options[key] ?? { label: key };
      return of === undefined ? [] : [`${words.label}：${value(of, words.choices)}`];
    }),
  training: ({ epochs, batchSize, optimizer, learningRate, classifierLearningRate, schedule, weightDecay, momentum, augmentation }) => [
    `每个任务${epochs}轮，批大小${batchSize}`,
    optimizer === 'adam' ? 'Adam（β为0.9和0.999）' : `SGD，动量${momentum}`,
    `学习率${learningRate}${classifierLearningRate === undefined ? '' : `（分类器${classifierLearningRate}）`}`,
    schedule === 'constant' ? '学习率恒定' : schedule === 'cosine' ? '余弦学习率调度' : '作者的学习率调度',
    `权重衰减${weightDecay}`,
    augmentation === 'none' ? '无数据增强' : '随机裁剪和翻转',
  ],
  paragraph: {
    backbone: (cite, title, { depth, dim, heads, parameters, patchSize, imageSize, sha256 }, normalised) =>
      `我们从视觉Transformer${cite}${title}出发（${depth}个块，宽度${dim}，${heads}个头，${parameters}个参数，图块${patchSize}像素，输入${imageSize}像素${normalised}；SHA-256 ${sha256.slice(0, 16)}）。`,
    normalised: (mean, deviation) => `，以均值${mean.join('、')}和标准差${deviation.join('、')}归一化`,
    stream(title, { stream: { kind, sha256, classNames, tasks }, experiment }, train, test, limits) {
      const { order, resize, testFraction } = experiment.stream;
      return `任务流${title}（${KINDS[kind]}；SHA-256 ${sha256.slice(0, 16)}）有${classNames.length}个类别，分为${tasks.length}个任务，${train}张训练图像和${test}张测试图像${limits.length === 0 ? '' : `（${joined(limits)}）`}；类别次序：${ORDERS[order]}；缩放方式：${RESIZES[resize]}；来源未划分时，留出${testFraction}的比例用于测试。`;
    },
    trainLimit: (n) => `每类至多${n}张训练图像`,
    testLimit: (n) => `每类至多${n}张测试图像`,
    methods: (all) => `我们比较${all.join('；')}。`,
    method: (name, cite, details) => `${name}${cite}${details === '' ? '' : `（${details}）`}`,
    training: (words, seed) => `训练：${words}；随机种子${seed}。`,
    measures: (cite) => `准确率分为类增量（在所有见过的类别中选择）和任务已知两种；遗忘按照${cite}计算。`,
    software: (version, device, kind) => `由InfLoRA Playground ${version}在${device}（${kind}）上计算。`,
  },
};
