import type { given as English } from '../en/given';

const MATERIALS = { Glaze: '釉面', Weave: '织物', Enamel: '珐琅', Engraving: '雕刻', Corduroy: '灯芯绒' };
const SCRIPTS = { Digits: '数字', Latin: '拉丁字母', Greek: '希腊字母', Cyrillic: '西里尔字母', Hebrew: '希伯来字母' };
const LETTERS: readonly (readonly [english: string, names: string, chinese: string])[] = [
  ['Latin', 'A E F G H K M N P R T W', '拉丁'],
  ['Greek', 'alpha beta gamma delta theta lambda xi pi sigma psi omega', '希腊'],
  ['Cyrillic', 'De Zhe I El Ef Tse E Yu Ya', '西里尔'],
  ['Hebrew', 'Alef Gimel Tet Lamed Mem Ayin Tsadi Qof', '希伯来'],
];

const letters = LETTERS.flatMap(([english, names, chinese]) => names.split(' ').map((name) => [`${english} ${name}`, chinese + name]));

export const given: typeof English = {
  Materials: '材质',
  'Glazed digits, then woven Latin, enamelled Greek, engraved Cyrillic and corduroy Hebrew letters: each writing system in a material that the backbone has never seen; the test uses typefaces never seen in training.':
    '釉面的数字，然后是织物的拉丁字母、珐琅的希腊字母、雕刻的西里尔字母和灯芯绒的希伯来字母：每种文字用一种骨干网络从未见过的材质；测试用训练中从未见过的字体。',
  "What it shows: the backbone reads half of it at first, so every task has to be learned, and no two look alike. What one task writes over another's inputs is what is forgotten.":
    '它说明什么：骨干网络起初能认出一半，因此每个任务都必须学习，而且没有两个任务看起来相似。一个任务覆写到另一任务的输入上的，就是被遗忘的。',
  'Ten in materials': '十个数字的材质',
  'The same ten digits glazed, woven, enamelled, engraved and in corduroy: the classes stay, the material changes; the test uses typefaces never seen in training.':
    '同样的十个数字，分别为釉面、织物、珐琅、雕刻和灯芯绒：类别不变，材质改变；测试用训练中从未见过的字体。',
  'What it shows: where the classes stay the same, what is learned in one material helps in the next, and full fine-tuning at its own rate keeps up with InfLoRA.':
    '它说明什么：类别不变时，在一种材质上学到的有助于下一种；全量微调用自己的学习率，能跟上InfLoRA。',
  Alphabets: '字母表',
  'Digits, then Latin, Greek, Cyrillic and Hebrew letters, learned one writing system at a time; the test uses typefaces never seen in training.':
    '数字，然后是拉丁字母、希腊字母、西里尔字母和希伯来字母，每次学习一种文字；测试用训练中从未见过的字体。',
  'What it shows: there is next to nothing to learn. The frozen features tell all letters apart; what falls is the comparison between heads that were trained apart.':
    '它说明什么：几乎没有什么要学。冻结的特征就能区分所有字母；下降的是分开训练的分类头之间的比较。',
  'Digits in changing styles': '风格变化的数字',
  'The same ten hand-drawn digits as ink, chalk, neon, coarse print, inverted and turned on their side: the classes stay, the look changes; the test uses hands never seen in training.':
    '同样的十个手写数字，分别为墨水、粉笔、霓虹、粗网印刷、反色和侧放：类别不变，外观改变；测试用训练中从未见过的笔迹。',
  'What it shows: the same classes in six looks under one head. The frozen features nearly suffice, and a method that hardly moves them does well.':
    '它说明什么：同样的类别，六种外观，共用一个分类头。冻结的特征几乎就够了，几乎不移动特征的方法表现好。',
  'Coloured things': '彩色事物',
  'Pictograms of animals, vehicles, food, everyday objects and buildings in colour, turned, tinted and partly covered; where a thing has several designs, the test uses designs never seen in training.':
    '动物、交通工具、食物、日用物品和建筑的彩色图标，经旋转、染色和部分遮挡；一种事物有多种图样时，测试用训练中从未见过的图样。',
  'What it shows: protection has its price. All tasks look alike and share their inputs, so what InfLoRA keeps free of new tasks they would have needed.':
    '它说明什么：保护有代价。所有任务看起来相似，共享输入，因此InfLoRA不让新任务使用的，正是新任务本来需要的。',
  'A small Vision Transformer taught on drawn shapes and on writing systems that no bundled stream uses.':
    '一个小型视觉Transformer，用绘制的形状和内置任务流都不用的文字训练而成。',

  'Materials: InfLoRA, full fine-tuning, sequential LoRA, frozen': '材质：InfLoRA、全量微调、顺序LoRA、冻结',
  'Materials: each method at its own best rate': '材质：各方法用自己的最佳学习率',
  'Ten in materials: each method at its own best rate': '十个数字的材质：各方法用自己的最佳学习率',
  'Alphabets: every method': '字母表：所有方法',
  'Alphabets: each method at its own best rate': '字母表：各方法用自己的最佳学习率',
  'Digits in changing styles: every method': '风格变化的数字：所有方法',
  'Digits in changing styles: each method at its own best rate': '风格变化的数字：各方法用自己的最佳学习率',
  'Coloured things: every method': '彩色事物：所有方法',
  'Coloured things: each method at its own best rate': '彩色事物：各方法用自己的最佳学习率',

  ...SCRIPTS,
  ...MATERIALS,
  'Digits · Glaze': `${SCRIPTS.Digits} · ${MATERIALS.Glaze}`,
  'Latin · Weave': `${SCRIPTS.Latin} · ${MATERIALS.Weave}`,
  'Greek · Enamel': `${SCRIPTS.Greek} · ${MATERIALS.Enamel}`,
  'Cyrillic · Engraving': `${SCRIPTS.Cyrillic} · ${MATERIALS.Engraving}`,
  'Hebrew · Corduroy': `${SCRIPTS.Hebrew} · ${MATERIALS.Corduroy}`,
  ...Object.fromEntries(letters),

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
};
