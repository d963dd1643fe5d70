import type { methods as English } from '../en/methods';

export const methods: typeof English = {
  inflora: {
    name: 'InfLoRA',
    short: 'InfLoRA',
    sentence: '在一个小子空间内学习每个任务；选择这个子空间，使它几乎不扰动先前任务所需的内容。',
  },
  'inflora-ca': {
    name: 'InfLoRA + 对齐',
    short: 'InfLoRA+CA',
    sentence: '先做InfLoRA，再用记住的特征统计量短暂地回放所有分类头，不用图像。',
  },
  'inflora-b5': {
    name: 'InfLoRA-b5',
    short: 'InfLoRA-b5',
    sentence: '只在前几块中使用InfLoRA，其已用方向的记忆只增不减。',
  },
  'sequential-lora': {
    name: '顺序LoRA',
    short: '顺序LoRA',
    sentence: '一个普通的低秩适配器，逐个任务训练，没有任何措施保护过去。',
  },
  'full-fine-tuning': {
    name: '微调',
    short: '微调',
    sentence: '所有权重都跟随最新的任务，没有任何措施保护过去。',
  },
  joint: {
    name: '联合训练',
    short: '联合',
    sentence: '同时看到所有任务的图像：如果什么都不必记住，能做到怎样。',
  },
  'nearest-mean': {
    name: '最近类均值',
    short: '最近均值',
    sentence: '不训练任何东西：图片属于平均特征最近的类别。这是实实在在的下限。',
  },
  frozen: {
    name: '冻结的骨干网络',
    short: '冻结',
    sentence: '完全不训练：只凭预训练特征，用各种读出方式能分辨多少。学习必须超过它。',
  },
  ranpac: {
    name: 'RanPAC',
    short: 'RanPAC',
    sentence: '对后续任务不再改动的网络取随机特征，用回归读出；回归的累加和逐任务增长，从不遗忘。',
    options: { width: { label: '随机特征数' } },
  },
  slca: {
    name: 'SLCA',
    short: 'SLCA',
    sentence: '所有权重都学习，但比分类头慢得多；之后用记住的特征统计量回放分类头。',
    options: { slow: { label: '骨干网络学习率占比' } },
  },
  'experience-replay': {
    name: '经验回放',
    short: '回放',
    sentence: '保存少量过去的图像，在每个批次中混入一些。在允许保存图像之处，简单而有效。',
    options: {
      newImages: { label: '新图像与谁竞争', choices: { seen: '目前所有类别', task: '本任务的类别（ER-ACE）' } },
    },
  },
  'aper-lora': {
    name: 'APER与LoRA',
    short: 'APER',
    sentence: '第一个任务适配网络一次；此后图片属于适配前后的平均特征最近的类别。',
  },
  l2p: {
    name: 'L2P',
    short: 'L2P',
    sentence: '网络保持冻结；图片挑选键最近的已训练提示，这些提示加入它的词元。',
    options: {
      pool: { label: '提示池中的提示数' },
      length: { label: '一个提示的词元数' },
      picks: { label: '一张图片挑选的提示数' },
      pull: { label: '键的拉力' },
      clip: { label: '梯度最大长度' },
      choice: { label: '由谁挑选', choices: { image: '每张图片', batch: '整个批次，同公开代码' } },
    },
  },
  dualprompt: {
    name: 'DualPrompt',
    short: 'DualPrompt',
    sentence: '网络保持冻结；一组所有任务共用的提示和每个任务各一组的提示放在键和值之前，后者按最近的键选取。',
    options: {
      generalLength: { label: '所有任务共用的行数' },
      expertLength: { label: '每个任务的行数' },
      keys: { label: '键的分配', choices: { task: '每个任务一个', block: '每个任务每块一个' } },
      candidates: { label: '谁可以最近', choices: { seen: '学过的任务', all: '所有任务，同公开代码' } },
      pull: { label: '一个批次的拉力', choices: { sum: '求和', mean: '求均值' } },
      start: { label: '任务的提示', choices: { fresh: '随机抽取', previous: '承接上一任务' } },
    },
  },
  'coda-prompt': {
    name: 'CODA-Prompt',
    short: 'CODA-Prompt',
    sentence: '网络保持冻结；提示是各分量按图片加权的和，每个任务增加自己的分量。',
    options: {
      components: { label: '所有任务的分量总数' },
      length: { label: '一个分量的行数' },
      orthogonality: { label: '正交约束的权重' },
    },
  },
  'c-lora': {
    name: 'C-LoRA',
    short: 'C-LoRA',
    sentence: '每个任务一个新适配器；再次改变先前适配器改变过的权重要付出代价。',
    options: { lambda: { label: '惩罚的权重' } },
  },
  'o-lora': {
    name: 'O-LoRA',
    short: 'O-LoRA',
    sentence: '每个任务一个新适配器，促使其各行与先前所有适配器的行正交。',
    options: {
      scaling: { label: '增量的系数' },
      lambda1: { label: '重叠项的权重' },
      lambda2: { label: '范数项的权重' },
      targets: {
        label: '适配的映射',
        term: 'lora',
        choices: { qv: '查询和值', kv: '键和值', all: '所有线性映射' },
      },
    },
  },
  ewc: {
    name: 'EWC',
    short: 'EWC',
    sentence: '把每个权重拉在旧值附近；它对先前任务越重要，拉得越紧。',
    options: {
      form: {
        label: '形式',
        choices: { online: '在线', classic: '按论文', mammoth: '按Mammoth的运行', pycil: '按PyCIL的运行' },
      },
      lambda: { label: '惩罚的权重' },
      fisher: {
        label: '重要性',
        choices: {
          exact: '精确的Fisher信息',
          'true-label': '取真实标签',
          'own-probability': '按其概率加权',
          'batch-mean': '取批次均值',
        },
      },
      joining: { label: '如何延续', choices: { fading: '求和并衰减', mixed: '按类别数混合', 'each-task': '每个任务一项惩罚' } },
      gamma: { label: '衰减' },
      clip: { label: '重要性上限' },
      crossEntropy: { label: '交叉熵的范围', choices: { local: '本任务的类别', seen: '目前所有类别' } },
      fisherImages: { label: '估计重要性的图像数' },
    },
  },
  gpm: {
    name: 'GPM',
    short: 'GPM',
    sentence: '所有线性映射继续学习，但任何一步都不沿先前任务的输入用过的方向移动。',
    options: {
      threshold: { label: '初始阈值', term: 'threshold' },
      growth: { label: '每个任务的增幅' },
      maps: { label: '学习的映射', choices: { all: '所有线性映射', qkv: '查询、键和值' } },
    },
  },
  lae: {
    name: 'LAE',
    short: 'LAE',
    sentence: '一个适配器学习所有任务，一份慢速副本跟随它；两者中更确信的类别就是图片的类别。',
    options: { decay: { label: '慢速副本每步的衰减', hint: '留空：按任务的步数' } },
  },
  'sd-lora': {
    name: 'SD-LoRA',
    short: 'SD-LoRA',
    sentence: '保留每个任务找到的低秩方向，并继续学习沿其中每个方向走多远。',
  },
  lwf: {
    name: '无遗忘学习',
    short: 'LwF',
    sentence: '保留此前的网络，只用新图像，学习对旧类别像它那样作答。',
    options: { lambda: { label: '旧答案的权重' } },
  },
  derpp: {
    name: '暗经验回放++',
    short: 'DER++',
    sentence: '经验回放，其图像还带着到来时的logits，并要求与之保持一致。',
    options: { alpha: { label: '旧logits的权重' }, beta: { label: '旧标签的权重' } },
  },
};
