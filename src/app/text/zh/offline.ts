import type { offline as English } from '../en/offline';

export const offline: typeof English = {
  label: '无网络使用',
  keep: (size) => `保存以供离线使用（${size}）`,
  keeping: (percent) => `正在保存以供离线使用… ${percent}%`,
  kept: '已保存，可离线使用',
  done: '整个网站已保存在此浏览器中，没有网络也能使用。',
  failed: '未能全部保存。已保存的部分会保留；网络恢复后请再次选择。',
  update: '本站有新版本。在您加载之前，本页保持不变。',
  load: '加载',
};
