/** Labels at the ends of lines, pushed apart until none covers another. */
export interface Wanted {
  readonly key: string;
  /** Where the label would like to be, pixels. */
  readonly y: number;
}

/**
 * Positions for labels of `height` within [top, bottom], in the order of their wishes and at least `height` apart; the
 * pushed groups stay centred on their wishes. More labels than fit are squeezed evenly.
 */
export function spreadLabels(wanted: readonly Wanted[], height: number, top: number, bottom: number): Map<string, number> {
  const sorted = [...wanted].sort((a, b) => a.y - b.y);
  const room = bottom - top;
  const step = sorted.length > 1 ? Math.min(height, room / (sorted.length - 1)) : height;
  const groups: { sum: number; members: number }[] = [];
  const start = (group: { sum: number; members: number }) => {
    const middle = group.sum / group.members;
    const span = step * (group.members - 1);
    return Math.min(Math.max(middle - span / 2, top), bottom - span);
  };
  for (const { y } of sorted) {
    groups.push({ sum: y, members: 1 });
    for (;;) {
      const last = groups.at(-1);
      const before = groups.at(-2);
      if (last === undefined || before === undefined) break;
      if (start(before) + step * before.members <= start(last) + 1e-9) break;
      groups.splice(-2, 2, { sum: before.sum + last.sum, members: before.members + last.members });
    }
  }
  const placed = groups.flatMap((group) => Array.from({ length: group.members }, (_, i) => start(group) + step * i));
  return new Map(sorted.map(({ key }, i) => [key, placed[i] ?? top]));
}
