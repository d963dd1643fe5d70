import type { Catalogue } from '../../../../common/said';

export const compute: Catalogue = {
  // compute/devices
  'The only graphics adapter is {0}, slower than the processor itself': '唯一的图形适配器是{0}，比处理器本身还慢',
  'The only graphics adapter is {0}: products run at {1} there, at {2} on the processor itself':
    '唯一的图形适配器是{0}：矩阵乘积在它上面为{1}，在处理器本身为{2}',
  '{0}: {1}': '{0}：{1}',
  'Nothing can compute here ({0})': '这里没有能计算的设备（{0}）',
  'No {0} device can be had here ({1})': '这里没有{0}设备可用（{1}）',
  'none is known': '没有已知的设备',

  // compute/memory
  'This needs about {0} and {1} are to be had. {2}': '这约需{0}，可用的为{1}。{2}',
  'A batch of {0} would fit.': '批大小{0}放得下。',
  'Not even one image fits: use a smaller backbone, smaller images or adapters.':
    '连一张图像也放不下：请使用更小的骨干网络、更小的图像或适配器。',

  // continual/dual-gpm
  'Expected {0} x {1} second moments, got {2} numbers.': '应为{0} x {1}的二阶矩，收到{2}个数。',
  'The second moments of the inputs are not finite: training diverged. Lower the learning rate and run again.':
    '输入的二阶矩不是有限数：训练发散了。请降低学习率后重新运行。',
  'The second moments of the inputs are all zero: this backbone passes no signal to its attention.':
    '输入的二阶矩全为零：此骨干网络没有信号进入注意力。',

  // compute/plan/prompt-layout
  'Prompts as tokens stand behind a class token; this model has none': '作为词元的提示位于分类词元之后；此模型没有分类词元',

  // compute/plan/self-check
  'The self-check failed on this device: {0} is {1} where {2} is right': '此设备的自检失败：{0}为{1}，应为{2}',
  'The self-check failed on this device: the half {0} is read as {1}': '此设备的自检失败：半精度数{0}读成了{1}',

  // compute/tfjs/backend
  'The GPU was lost during a read': '读取时失去了GPU',
  'The device has no memory left ({0}). Use a smaller batch or a smaller backbone.':
    '设备已没有内存（{0}）。请使用更小的批次或更小的骨干网络。',

  // compute/tfjs/device-wasm
  'The WASM module of tfjs could not be started': 'tfjs的WASM模块无法启动',

  // compute/tfjs/device-webgpu
  'tfjs could not start on this GPU': 'tfjs无法在此GPU上启动',
  'The device was disposed': '设备已释放',
  'The GPU was lost ({0}): {1}': '失去了GPU（{0}）：{1}',

  // compute/tfjs/gpu
  'This browser has no WebGPU': '此浏览器没有WebGPU',
  'WebGPU found no graphics adapter': 'WebGPU没有找到图形适配器',

  // compute/tfjs/model
  'The reference engine sums no squared gradients: use the plan': '参考引擎不累加梯度的平方：请使用自有内核',
  'The reference engine takes no scale of an adapter, as {0} has; our own kernels do': '参考引擎不支持{0}所有的适配器缩放；自有内核支持',
  'The reference engine has no prompts: run this method on the plan (WASM or WebGPU)':
    '参考引擎没有提示：请用自有内核（WASM或WebGPU）运行此方法',
  'The reference engine keeps no moving average; our own kernels do': '参考引擎不保存移动平均；自有内核保存',

  // compute/tfjs/trainer
  'The reference engine has no penalty "{0}": train on the plan': '参考引擎没有惩罚“{0}”：请用自有内核训练',
  'The reference engine clips no gradients: run this method on the plan (WASM or WebGPU)':
    '参考引擎不裁剪梯度：请用自有内核（WASM或WebGPU）运行此方法',
  'The reference engine cannot hold the backbone for a step; our own kernels can': '参考引擎不能在一步中固定骨干网络；自有内核能',

  // compute/wasm/device
  'More than one thread is left out.': '不使用多线程。',
  'Fused multiply-add is left out.': '不使用融合乘加。',
  '{0} {1}': '{0}{1}',

  // compute/wasm/engine
  'This browser has no WebAssembly SIMD': '此浏览器没有WebAssembly SIMD',

  // compute/wasm/executor
  '1 thread, {0}': '1个线程，{0}',
  '{0} threads, {1}': '{0}个线程，{1}',
  'SIMD with fused multiply-add': '带乘加融合的SIMD',

  // compute/wasm/heap
  'WebAssembly memory cannot grow from {0} by another {1}. Choose a smaller batch or a smaller backbone, or compare fewer methods at once.':
    'WebAssembly内存无法从{0}再增加{1}。请选择更小的批次或更小的骨干网络，或同时比较更少的方法。',

  // compute/wasm/kernels
  'The kernels ({0}) could not be loaded: {1} {2}': '内核（{0}）无法加载：{1} {2}',

  // compute/wasm/pool
  'A compute thread did not start: {0}': '一个计算线程没有启动：{0}',

  // compute/webgpu/buffers
  '"{0}" takes {1}; this GPU binds at most {2} at once. Use a smaller batch or a smaller backbone.':
    '“{0}”需要{1}；此GPU一次最多绑定{2}。请使用更小的批次或更小的骨干网络。',
  'The GPU has no memory left for "{0}", {1} ({2}). Use a smaller batch, fewer methods at once or a smaller backbone.':
    'GPU没有内存可给“{0}”，{1}（{2}）。请使用更小的批次、同时更少的方法或更小的骨干网络。',
  'a buffer': '缓冲区',

  // compute/webgpu/device
  '{0} are left out. {1}': '不使用{0}。{1}',
  'Kernels with subgroups': '含子组的内核',
  'Weights stored as halves': '以半精度存储的权重',

  // compute/webgpu/executor
  'The GPU reports: {0}': 'GPU报告：{0}',
  '{0}. Use a smaller batch or backbone.': '{0}。请使用更小的批次或骨干网络。',

  // compute/webgpu/lowering
  'The GPU binds at most {0} values at once; {1} are wanted. Use a smaller batch.': 'GPU一次最多绑定{0}个值；需要{1}个。请使用更小的批次。',

  // continual/adaptations/accumulated
  'it answers by two networks, the trained one and its average': '它由两个网络作答，训练的那个和它的平均',

  // continual/adaptations/first-task
  'its features are those of two networks, with and without the adapter': '它的特征来自两个网络，有适配器的和没有的',

  // continual/adaptations/prompting
  'its prompts stand beside the weights': '它的提示在权重之外',

  // continual/methods/dualprompt
  'DualPrompt has general and expert prompts at block {0}: give them different blocks':
    'DualPrompt在块{0}既有通用提示又有专家提示：请让它们在不同的块',

  // continual/methods/l2p
  'L2P is to pick {0} of {1} prompts: let it pick fewer, or make the pool larger': 'L2P要从{1}个提示中选{0}个：请让它少选一些，或把池加大',

  // continual/methods/ranpac
  'The random features have no finite sums.': '随机特征的和不是有限数。',

  // continual/prompts/blocks
  'There are to be prompts at block {0}: this backbone has blocks 0 to {1}': '要在块{0}放提示：此骨干网络有块0到{1}',

  // compute/webgpu/kernels/attention-tiles
  'A head of width {0} is too wide for the memory of a workgroup': '宽{0}的注意力头超出了工作组的内存',
};
