import type { problems as English } from '../en/problems';

const words = (safe: string, todo: string) => ({ safe, todo });

export const problems: typeof English = {
  happened: '发生了什么',
  safe: '什么没有受影响',
  todo: '该怎么做',
  dismiss: '关闭',
  retry: '重试',
  useRefused: (name) => `仍然使用“${name}”`,
  useBatch: (n) => `改用批大小${n}`,
  byPlace: {
    backbone: words('您的设置和已有结果都保留着。', '请选择另一个骨干网络，或一个包含普通ViT权重的文件（timm、Hugging Face或JAX命名）。'),
    stream: words('您的设置和已有结果都保留着。', '请选择另一个任务流，或拖入一个压缩包或文件夹，其中每个类别一个图像文件夹。'),
    device: words('到最后一个完成的任务为止的结果都保留着，设置也是。', '请按“开始”重新运行；若再次发生，请在设备菜单中选择WebAssembly。'),
    experiment: words('本页的设置没有改变。', '请改正上面指出的字段，或重新加载页面以恢复默认值。'),
    record: words('本页的设置和结果没有改变。', '请选择由本站保存的运行记录（.json）。'),
    memory: words('什么都没有启动；设置保留着。', '请选择更小的批大小、更少的并行方法或更小的骨干网络。'),
    run: words('到此为止的结果都保留着，可以保存。', '请降低学习率，或更改上面指出的设置，然后按“开始”。'),
    storage: words(
      '此前保存的内容在“我的运行”中；本页的结果可以存为记录。',
      '请在“我的运行”中删除不再需要的运行。“开始”会从头重新计算一次运行。',
    ),
    mix: words('运行及其结果没有受影响。', '请移动滑块再问一次。'),
    predict: words('运行及其结果没有受影响。', '请换一张图片。'),
  },
  memoryHappened: (needed, available) => `这次运行约需${needed}，此设备约有${available}可用。`,
  memoryTodoBatch: (n) => `批大小${n}放得下。`,
  memoryTodoSmaller: '请选择更少的并行方法、更小的骨干网络或更小的输入尺寸。',
  unknownFile: (name) =>
    `“${name}”不是本页能读取的文件：.safetensors、.pth、.bin、.npz和config.json（骨干网络），压缩包（zip、tar、tar.gz、npz、Parquet）或图像文件夹（任务），.json（运行记录）。`,
  recordFailed: (name, reason) => `无法把“${name}”作为运行记录读取：${reason}`,
  linkFailed: (reason) => `无法读取链接：${reason}`,
  nothingInDrop: '拖入的内容都无法读取。',
  configMissing: '只有config.json，没有权重。请与权重文件一起拖入。',
  adapterIncomplete: '适配器只来了一半。请把adapter_config.json和adapter_model.safetensors一起拖入。',
  brokenPanel: (reason) => `无法绘制此面板（${reason}）。运行仍在继续，结果也保留着；请保存记录并重新加载页面。`,
  choose: '请选择它是什么；链接会记住答案。',
  skipped: (count) => `跳过了${count}个文件`,
  noDefaultBackbone: '本站的这一份没有内置骨干网络。',
  noDefaultStream: '本站的这一份没有内置任务流。',
};
