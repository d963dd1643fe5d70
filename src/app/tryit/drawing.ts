/** Strokes on a square, in units of its side, and their picture. */
export interface Stroke {
  readonly points: readonly { readonly x: number; readonly y: number; readonly pressure: number }[];
}

export interface Ink {
  readonly ink: string;
  readonly paper: string;
}

export const INKS = { light: { ink: '#f4f4f4', paper: '#20242a' }, dark: { ink: '#1a1d21', paper: '#f6f4ee' } } as const satisfies Record<
  string,
  Ink
>;

const WIDTH = 0.085;

/** Paints paper and strokes over the whole canvas. */
export function paintStrokes(context: CanvasRenderingContext2D, strokes: readonly Stroke[], { ink, paper }: Ink): void {
  const side = context.canvas.width;
  context.fillStyle = paper;
  context.fillRect(0, 0, side, side);
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const { points } of strokes) {
    const [first] = points;
    if (first === undefined) continue;
    context.beginPath();
    context.arc(first.x * side, first.y * side, (WIDTH * side) / 2, 0, 2 * Math.PI);
    context.fill();
    context.lineWidth = WIDTH * side;
    context.beginPath();
    context.moveTo(first.x * side, first.y * side);
    for (const point of points.slice(1)) context.lineTo(point.x * side, point.y * side);
    context.stroke();
  }
}

/** The canvas as RGB bytes [side, side, 3]. */
export function canvasPixels(context: CanvasRenderingContext2D): { pixels: Uint8Array; width: number; height: number } {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) pixels.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
  return { pixels, width, height };
}

/** A picture file as RGB bytes; rejects when the browser cannot decode it. */
export async function filePixels(file: Blob, longest = 512): Promise<{ pixels: Uint8Array; width: number; height: number }> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser offers no canvas.');
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvasPixels(context);
}
