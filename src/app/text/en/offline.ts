export const offline = {
  label: 'Without a network',
  keep: (size: string) => `Keep for offline use (${size})`,
  keeping: (percent: number) => `Keeping for offline use… ${percent} %`,
  kept: 'Kept for offline use',
  done: 'The whole site is kept in this browser: it works without a network now.',
  failed: 'Not everything could be kept. What is there stays; choose it again when the network is back.',
  update: 'A new version of this site is ready. This page stays as it is until you load it.',
  load: 'Load it',
};
