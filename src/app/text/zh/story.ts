import type { story as English } from '../en/story';

/** The lesson. Figures come as words from the records; nothing here is a number of a run. */
export const story: typeof English = {
  title: '课程',
  of: (n, of) => `第${n}幕，共${of}幕`,
  loading: '正在获取录制的运行…',
  failed: (reason) => `无法读取课程的录制运行。没有它们，playground仍可使用。${reason}`,
  toPlayground: '前往playground',
  back: '上一步',
  next: '下一步',
  reveal: '揭晓',
  end: '结束',
  scenes: '各幕',
  computeHere: '在此计算',
  recordedOf: (stream, seed) => `录制：${stream}，种子${seed}`,
  fullScreen: '全屏',
  lecturer: '教师窗口',
  percent: (value) => `${value}%`,
  accuracy: '正确，%',

  titles: {
    forgets: '一个任务接一个任务',
    when: '何时失去？',
    capacity: '网络满了吗？',
    unreadable: '消失了，还是只是读不出？',
    rate: '是步长的问题吗？',
    hears: '一次更新听到什么？',
    room: '没有免费的东西',
    wins: '那么谁胜出？',
  },

  forgets: {
    ask: (task, percent) => `学完第一个任务后，网络能认出未见过的${task}中的${percent}。后面还有四个任务。到最后，它还能认出多少${task}？`,
    picture: '学完各任务后，在第一个任务上的准确率',
    handle: '您的预测：结束时的正确率，百分数',
    drag: '拖动我',
    step: (task, now, lost) => `学完${task}后：第一个任务为${now}，失去${lost}个百分点。`,
    reveal: (task, first, last, lost) => `${task}：学完时${first}，四个任务之后${last}。失去了${lost}个百分点，而它的图像一张都没有改变。`,
  },

  when: {
    ask: (old, fresh, from, steps) => `现在它用${steps}步学习${fresh}。开始时能认出${old}中的${from}。请画出这一路上它能认出多少。`,
    picture: (old, fresh) => `学习${fresh}时，在${old}上的准确率`,
    axis: (old) => `${old}：正确，%`,
    steps: (fresh) => `${fresh}的训练步 →`,
    handle: (step) => `您对第${step}步的预测，百分数`,
    draw: '在这里画',
    scrub: '步',
    atStep: (step, of) => `第${step}步，共${of}步`,
    ends: (old, from, to, steps) => `${old}在${steps}步内从${from}降到${to}。此记录只看了两端：中间何时下降，它没有说。`,
    reveal: (old, lost, half, steps, share) => `${old}失去${lost}个百分点，其中一半失去于${steps}步中的前${half}步：在训练的前${share}。`,
  },

  capacity: {
    ask: (percent) => `一个任务接一个任务，低秩适配器最终平均为${percent}。现在让同样的网络和适配器学习打乱混合的同样图像。它能保持多少？`,
    options: ['差不多：它满了', '多一些', '几乎全部五个任务'],
    picture: (order) => `结束时各任务的准确率，图像次序：${order}`,
    switch: '图像的次序',
    orders: { sequence: '一个任务接一个任务', mixed: '全部混合' },
    reveal: (sequence, mixed) => `依次学习为${sequence}，混合学习为${mixed}：一个同样大小的网络容得下全部五个任务。问题在次序，不在空间。`,
  },

  unreadable: {
    ask: (task) => `结束时，微调认错了这张图片。取它现在的特征，用三种方式读取全部${task}。哪根条最高？`,
    options: ['自身分类头', '类均值', '岭回归'],
    short: { own: '自身分类头', 'class-means': '类均值', ridge: '岭回归', 'again-ridge': '用旧图像' },
    shortest: { own: '自身', 'class-means': '均值', ridge: '岭回归', 'again-ridge': '旧图' },
    picture: '结束时第一个任务的准确率，按读出方式',
    failed: (name) => `这是：${name}`,
    answer: (name, right) => `${right ? '✓' : '✗'} ${name}`,
    whenLearned: (percent) => `学完时：${percent}`,
    reveal: (own, means, ridge) => `同样的特征：用自身分类头${own}，用类均值${means}，用岭回归${ridge}。很多内容只是读不出，并未消失。`,
    still: (learned, means, again) => `但这仍是损失：用类均值，学完时${learned}，现在${means}。即使手头有旧图像（没有方法有）：${again}。`,
  },

  rate: {
    ask: (rate, learned, kept) =>
      `学习率${rate}时，依次学习的LoRA适配器学到${learned}，保持其中的${kept}。步长太大了吗？请把点拖到它的最佳学习率所在之处。`,
    picture: '学到与保持，每个学习率一个点',
    learned: '学到，% →',
    atEnd: (percent) => `结束时${percent}`,
    kept: '保持，%',
    atRate: (method, rate) => `${method}，学习率${rate}`,
    handle: '您的预测：最佳学习率在哪里',
    place: (learned, kept) => `学到${learned}，保持${kept}`,
    drag: '学习率',
    there: (rate, learned, kept) => `${rate}：学到${learned}，保持${kept}`,
    best: (rate, learned, kept, final) => `最佳是${rate}：学到${learned}，保持${kept}，结束时为${final}。步长越小，保持越多，学到越少。`,
    reveal: (learned, kept, final, others) =>
      `InfLoRA学到${learned}，保持${kept}，结束时为${final}。试过的学习率都不能使其他方法超过${others}：问题不在步长。`,
  },

  hears: {
    ask: (random) => `方向随机的更新，使各层对旧图像的输出改变${random}。InfLoRA的更新大小相同。哪个峰会移到它的左边？`,
    options: ['都不会', '旧图像的', '新图像的', '两者都会'],
    picture: '一次更新使各层输出改变的占比',
    axis: '层数',
    across: '输出改变的占比 →',
    humps: { random: '随机方向，旧图像', old: '旧图像', fresh: '新图像' },
    threshold: '阈值ε',
    update: (task, threshold, old, fresh) => `${threshold}，${task}：旧${old}，新${fresh}`,
    reveal: (old, fresh, random) => `旧图像听到${old}，新图像听到${fresh}；随机方向会改变${random}。更新在旧输入不听的地方说话。`,
    drift: (here, there) => `因此旧特征留在原处：结束时移动了其方差的${here}；顺序LoRA用它自己的最佳学习率，移动了${there}。`,
  },

  room: {
    ask: (rank, taken) => `第一个任务所需的方向被保留：最多占一层的${taken}。每次更新需要${rank}个空闲方向。哪个任务之后没有空间了？`,
    options: ['第三个之后', '第四个之后', '第五个之后', '仍有空间'],
    picture: (task) => `学完${task}后，各层输入中被保留方向的占比`,
    axis: '被保留的方向，%',
    block: (n) => `第${n}块`,
    after: (task, n, of) => `学完${task}后，任务${n} / ${of}`,
    site: (block, input) => `第${block}块，${{ qkv: '注意力', proj: '注意力末端', fc1: 'MLP', fc2: 'MLP末端' }[input] ?? input}`,
    step: (task, site, taken, of, left) => `学完${task}后，最紧的输入（${site}）占用了${of}个方向中的${taken}个；空闲${left}个。`,
    reveal: (task, site, taken, of, left, rank) =>
      `学完${task}后：${site}占用了${of}个中的${taken}个，空闲${left}个，而一次更新需要${rank}个。保住过去的代价，是今后还能学的东西。`,
  },

  wins: {
    ask: (seeds) => `所有方法，${seeds}个随机种子，各用自己的最佳学习率。请排名：哪个最终平均最高？`,
    rank: '您的排名，最好的在前',
    switch: '学习率',
    rates: { best: '各用最佳', shared: '共用一个' },
    place: (place, method, percent) => `第${place}名：${method}，${percent}。`,
    value: (percent, deviation) => (deviation === null ? `${percent}%` : `${percent} ± ${(100 * deviation).toFixed(1)}%`),
    noRate: '无学习率',
    allImages: '保存所有图像',
    yours: (place) => `您：第${place}`,
    placed: (counts) => `全班：${counts.map((count, i) => `${count}人排第${i + 1}`).join('，')}`,
    reveal: (winner, ahead, joint, seeds) =>
      `InfLoRA：${winner}，${seeds > 1 ? `在${seeds}个随机种子上` : ''}领先微调${ahead}个百分点，没有保存旧图像。保存所有图像的联合训练：${joint}。`,
    shared: (winner, lora, tuning, seeds) =>
      `共用一个学习率，${seeds}个随机种子：InfLoRA ${winner}，顺序LoRA ${lora}，微调${tuning}。用同一个学习率比较，比的是学习率。`,
  },

  ranking: {
    up: (name) => `${name}：上移`,
    down: (name) => `${name}：下移`,
  },

  choices: {
    label: '您的预测',
    right: '这是记录所显示的',
    yours: '您的预测',
    classChose: (count) => `全班${count}人`,
  },

  class: {
    open: '全班',
    title: '全班与记录对照',
    close: '关闭',
    yours: '您的代码',
    what: '您的预测和结果，写成一行，可贴到课程聊天中。其中没有姓名，也不会自动发送任何内容。',
    copy: '复制代码',
    copied: '已复制。',
    notCopied: '无法复制，请手动选取。',
    all: '所有代码',
    paste: '把聊天内容粘贴到这里，代码之间有什么都可以',
    draw: '画出全班',
    read: (n) => (n === 1 ? '读取了1个代码。' : `读取了${n}个代码。它们是记录旁边的点。`),
    refused: (code, why) => `${code}未采用：${why}`,
    faults: {
      letter: (letter, at) => `第${at}个字符“${letter}”不会出现在任何代码中。请重新复制。`,
      length: (found, wanted) =>
        found < wanted
          ? `只有${found}个字符，应有${wanted}个；缺少末尾。`
          : `有${found}个字符，而不是${wanted}个；可能两个代码连在了一起。`,
      newer: '它由课程的另一个版本生成。请重新加载两个页面。',
      checksum: '它的字符互不吻合：至少有一个被改动了。',
      value: '它含有任何预测都不可能有的数。',
    },
    results: {
      order: '任务的次序：遗忘的百分点',
      known: '任务已知：平均准确率，%',
      own: '自己的照片：平均准确率，%',
    },
    ends: '0 … 100',
    spread: (values) => values.join('、'),
  },

  notes: {
    title: '教师窗口',
    time: '自开始以来',
    restart: '重新计时',
    waiting: '正在等待此浏览器另一个窗口中的课程。',
    next: '下一幕',
    wrong: '学生怎么想',
    answer: '如何回答',
    minutes: (n) => `约${n}分钟`,
    scenes: {
      forgets: {
        minutes: 2,
        wrong: '训练过的网络会保持学到的内容；不动原有权重的LoRA更是如此（M5）。',
        answer: '损失中没有任何一项提到旧任务。新任务的梯度指向任何能降低损失的方向。小适配器只是在更少的方向上遗忘。',
      },
      when: {
        minutes: 2,
        wrong: '遗忘是缓慢的，每个轮次一点（M6）。',
        answer:
          '步数未过半，已失去一半；最后三分之一的步数失去不到三分之一：学习还在继续，遗忘却在放慢。步长更大时，跌落发生在最初几步之内（De Lange等，2023：稳定性缺口）。任务结束时的数字掩盖了这一点。',
      },
      capacity: {
        minutes: 2,
        wrong: '网络满了：更大的网络不会遗忘（M2）。',
        answer: '图像混合到来时，同样的网络和同样的适配器容得下所有任务。改变的是数据的次序。',
      },
      unreadable: {
        minutes: 3,
        wrong: '准确率低，说明知识消失了（M1）。',
        answer:
          '旧分类头不再适合移动了的特征；换一种读出方式能找回其中很多（Davari和Belilovsky）。但相对于学到的内容，这仍是损失（Hess等，2023）：两个画面都要展示。',
      },
      rate: {
        minutes: 2,
        wrong: '步长小一些就不会遗忘；正则化就是有效（M3、M5）。',
        answer: '步长沿一条曲线在学习与保持之间取舍（Biderman等，2024）。换一种方法，就是另一条曲线。用同一个学习率比较，比的是学习率。',
      },
      hears: {
        minutes: 3,
        wrong: '正交的权重不会相互干扰（M8）。',
        answer: 'O-LoRA使参数彼此分开，InfLoRA使更新避开旧输入的方向。一次更新的影响取决于输入如何作用于它：‖dW x‖ / ‖W x‖。',
      },
      room: {
        minutes: 2,
        wrong: '那就可以永远继续下去；相似的任务没有代价（M7）。',
        answer: '保留的方向永不归还，所以学习的空间越来越小。相似的任务共享方向，但相似度居中时干扰最大（Ramasesh等，2021）。',
      },
      wins: {
        minutes: 3,
        wrong: '一张表的赢家处处都赢；各种场景是一回事（M3、M4）。',
        answer: '对每张表都要问：各用最佳学习率还是共用一个，哪种读出方式，任务是否已知，保存了过去的什么，多少个随机种子。',
      },
    },
  },

  exercises: {
    label: '练习',
    waiting: '运行完成后，您的发现会出现在这里。',
    copied: '已复制。请粘贴到课程聊天中。',
    notCopied: (code) => `无法复制；内容如下：${code}`,
    order: {
      title: '哪种任务次序遗忘最少？',
      task: '一个LoRA适配器依次学习五个任务，没有任何措施保护过去。选择它们的次序，说明理由，按“开始”。然后设法超过它。',
      list: '任务的次序',
      result: (lost, average) => `遗忘${lost}个百分点，平均${average}%。`,
    },
    known: {
      title: '知道任务有帮助吗？',
      task: '同样的十个数字，五种材质。先说出：如果告诉网络图片是哪种材质，哪些数值会改变。然后比较“平均准确率”与“任务已知”，并作解释。',
      result: (method, average, known) => `${method}：平均${average}%，任务已知时${known}%。`,
    },
    own: {
      title: '您自己的两个任务',
      task: '在两个地点给几样东西拍照，每个地点一个文件夹，其中每样东西一个文件夹。把它们拖到页面上，按“开始”，看看第二个地点使第一个付出多少代价。',
      folder: '您的照片',
      result: (method, average, lost) => `${method}：平均${average}%，遗忘${lost}个百分点。`,
    },
  },
};
