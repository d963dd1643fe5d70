import type { bundled as English } from '../en/bundled';

const LETTERS: readonly (readonly [english: string, names: string, chinese: string])[] = [
  ['Latin', 'A E F G H K M N P R T W', '拉丁'],
  ['Greek', 'alpha beta gamma delta theta lambda xi pi sigma psi omega', '希腊'],
  ['Cyrillic', 'De Zhe I El Ef Tse E Yu Ya', '西里尔'],
  ['Hebrew', 'Alef Gimel Tet Lamed Mem Ayin Tsadi Qof', '希伯来'],
];
const letters = LETTERS.flatMap(([english, names, chinese]) =>
  names.split(' ').map((name): [string, string] => [`${english} ${name}`, chinese + name]),
);

const every = (stream: string) => `${stream}：所有方法`;
const best = (stream: string) => `${stream}：各方法用自己的最佳学习率`;

export const bundled: typeof English = {
  names: {
    Materials: '材质',
    'Ten in materials': '十个数字的材质',
    Alphabets: '字母表',
    'Digits in changing styles': '风格变化的数字',
    'Coloured things': '彩色事物',
    Digits: '数字',
    Latin: '拉丁字母',
    Greek: '希腊字母',
    Cyrillic: '西里尔字母',
    Hebrew: '希伯来字母',
    ...Object.fromEntries(letters),
    Glaze: '釉面',
    Weave: '织物',
    Enamel: '珐琅',
    Engraving: '雕刻',
    Corduroy: '灯芯绒',
    Ink: '墨水',
    Chalk: '粉笔',
    Neon: '霓虹',
    Print: '印刷',
    Inverted: '反色',
    Rotated: '侧放',
    Animals: '动物',
    Vehicles: '交通工具',
    Food: '食物',
    Objects: '物品',
    Buildings: '建筑',
    Cat: '猫',
    Monkey: '猴子',
    Chick: '小鸡',
    Fish: '鱼',
    Ladybird: '瓢虫',
    Car: '汽车',
    Lorry: '卡车',
    Train: '火车',
    'Sailing boat': '帆船',
    Bicycle: '自行车',
    Apple: '苹果',
    Cake: '蛋糕',
    'Ice cream': '冰淇淋',
    Glass: '玻璃杯',
    Cup: '杯子',
    Clock: '时钟',
    Book: '书',
    Lock: '锁',
    Key: '钥匙',
    Umbrella: '雨伞',
    House: '房子',
    Office: '办公楼',
    Castle: '城堡',
    Church: '教堂',
    Tower: '塔',
  },
  streams: {
    materials:
      '釉面的数字，然后是织物的拉丁字母、珐琅的希腊字母、雕刻的西里尔字母和灯芯绒的希伯来字母：每种文字用一种骨干网络从未见过的材质；测试用训练中从未见过的字体。它说明什么：骨干网络起初能认出一半，因此每个任务都必须学习，而且没有两个任务看起来相似。一个任务覆写到另一任务的输入上的，就是被遗忘的。',
    ten: '同样的十个数字，分别为釉面、织物、珐琅、雕刻和灯芯绒：类别不变，材质改变；测试用训练中从未见过的字体。它说明什么：类别不变时，在一种材质上学到的有助于下一种；全量微调用自己的学习率，能跟上InfLoRA。',
    alphabets:
      '数字，然后是拉丁字母、希腊字母、西里尔字母和希伯来字母，每次学习一种文字；测试用训练中从未见过的字体。它说明什么：几乎没有什么要学。冻结的特征就能区分所有字母；下降的是分开训练的分类头之间的比较。',
    styles:
      '同样的十个手写数字，分别为墨水、粉笔、霓虹、粗网印刷、反色和侧放：类别不变，外观改变；测试用训练中从未见过的笔迹。它说明什么：同样的类别，六种外观，共用一个分类头。冻结的特征几乎就够了，几乎不移动特征的方法表现好。',
    things:
      '动物、交通工具、食物、日用物品和建筑的彩色图标，经旋转、染色和部分遮挡；一种事物有多种图样时，测试用训练中从未见过的图样。它说明什么：保护有代价。所有任务看起来相似，共享输入，因此InfLoRA不让新任务使用的，正是新任务本来需要的。',
  },
  backbones: { 'glyph-vit': '一个小型视觉Transformer，用绘制的形状和内置任务流都不用的文字训练而成。' },
  runs: {
    default: '材质：InfLoRA、全量微调、顺序LoRA、冻结',
    'materials-best-rates': best('材质'),
    'default-2': '材质：先前的默认实验，取三个学习率中最好的',
    'ten-best-rates': best('十个数字的材质'),
    alphabets: every('字母表'),
    'alphabets-best-rates': best('字母表'),
    styles: every('风格变化的数字'),
    'styles-best-rates': best('风格变化的数字'),
    things: every('彩色事物'),
    'things-best-rates': best('彩色事物'),
  },
};
