import type { collect as English } from '../en/collect';

export const collect: typeof English = {
  title: '摄像头与剪贴板',
  className: '接下来的图片属于哪个类别',
  pasteHint: '拍照，或在此输入框获得焦点时粘贴图片。',
  nameFirst: '请先给类别命名。',
  camera: '打开摄像头',
  cameraPicture: '摄像头画面',
  take: '拍一张图片',
  stopCamera: '关闭摄像头',
  noCamera: '没有摄像头，或本页无权使用。请在浏览器地址栏中允许，或改为粘贴图片。',
  pictures: (n) => `${n}张图片`,
  takeBack: (name) => `撤回“${name}”的最后一张`,
  use: '使用这些图片',
  enough: '至少需要两个类别，每类两张图片；其中一部分留作测试。',
};
