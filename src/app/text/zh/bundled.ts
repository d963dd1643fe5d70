import type { bundled as English } from '../en/bundled';

const best = (stream: string) => `${stream}：每种方法用各自的最佳学习率`;
const every = (stream: string) => `${stream}：所有方法`;

export const bundled: typeof English = {
  names: {
    Materials: '材质',
    'Ten in materials': '十个数字的材质',
    Alphabets: '文字系统',
    'Digits in changing styles': '风格变化的数字',
    'Coloured things': '彩色物体',
    Digits: '数字',
    Latin: '拉丁字母',
    Greek: '希腊字母',
    Cyrillic: '西里尔字母',
    Hebrew: '希伯来字母',
    Glaze: '釉面',
    Weave: '编织',
    Enamel: '珐琅',
    Engraving: '雕版',
    Corduroy: '灯芯绒',
    Ink: '墨水',
    Chalk: '粉笔',
    Neon: '霓虹',
    Print: '印刷',
    Inverted: '反色',
    Rotated: '旋转',
    Animals: '动物',
    Vehicles: '交通工具',
    Food: '食物',
    Objects: '日用品',
    Buildings: '建筑',
  },
  streams: {
    materials:
      '先是釉面的数字，然后是编织的拉丁字母、珐琅的希腊字母、雕版的西里尔字母和灯芯绒的希伯来字母：每种文字系统用一种主干网络从未见过的材质；测试使用训练中从未见过的字体。它说明：主干网络起初只能认出一半，因此每个任务都要学习，而且没有两个任务相像。一个任务写在另一个任务输入之上的，就是被遗忘的。',
    ten: '同样的十个数字，依次为釉面、编织、珐琅、雕版和灯芯绒：类别不变，材质改变；测试使用训练中从未见过的字体。它说明：类别不变时，在一种材质上学到的有助于下一种，用各自学习率的全量微调与InfLoRA不相上下。',
    alphabets:
      '先是数字，然后是拉丁、希腊、西里尔和希伯来字母，一次学习一种文字系统；测试使用训练中从未见过的字体。它说明：几乎没有什么可学。冻结的特征就能区分所有字母；下降的是分别训练的分类头之间的比较。',
    styles:
      '同样的十个手写数字，依次为墨水、粉笔、霓虹、粗印刷、反色和侧转：类别不变，外观改变；测试使用训练中从未见过的笔迹。它说明：同样的类别在一个分类头下有六种外观。冻结的特征几乎足够，几乎不改动特征的方法表现良好。',
    things:
      '动物、交通工具、食物、日用品和建筑的彩色图标，经过旋转、染色和部分遮挡；一种东西有多个图样时，测试使用训练中从未见过的图样。它说明：保护是有代价的。所有任务彼此相像并共享输入，InfLoRA为旧任务留出的，正是新任务所需要的。',
  },
  backbones: { 'glyph-vit': '一个小型视觉Transformer，在绘制的形状和任何内置任务流都不使用的文字系统上训练。' },
  runs: {
    default: '材质：InfLoRA、全量微调、顺序LoRA、冻结',
    'materials-best-rates': best('材质'),
    'ten-best-rates': best('十个数字的材质'),
    alphabets: every('文字系统'),
    'alphabets-best-rates': best('文字系统'),
    styles: every('风格变化的数字'),
    'styles-best-rates': best('风格变化的数字'),
    things: every('彩色物体'),
    'things-best-rates': best('彩色物体'),
  },
};
