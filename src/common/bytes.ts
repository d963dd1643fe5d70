const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes in decimal units, as disks and hubs count: 2,400,000 -> "2.4 MB". */
export function formatBytes(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${value >= 100 || step === 0 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[step] ?? ''}`;
}
