/** Widths of words in the page's own font, for labels that must fit. */
let context: CanvasRenderingContext2D | null | undefined;
const known = new Map<string, number>();

/** Pixels that `words` take at this size and weight; a guess where there is no canvas. */
export function textWidth(words: string, size: number, weight = 400): number {
  const key = `${size} ${weight} ${words}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  context ??= typeof document === 'undefined' ? null : document.createElement('canvas').getContext('2d');
  if (context === null) return words.length * size * 0.6;
  context.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  const width = context.measureText(words).width;
  known.set(key, width);
  return width;
}

/** Cut with an ellipsis to what fits. */
export function fitted(words: string, pixels: number, size: number): string {
  if (textWidth(words, size) <= pixels) return words;
  let length = words.length - 1;
  while (length > 1 && textWidth(`${words.slice(0, length)}…`, size) > pixels) length -= 1;
  return `${words.slice(0, length)}…`;
}
