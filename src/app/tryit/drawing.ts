/** Strokes on a square, in units of its side, and their picture. */
import type { TryImage } from '../store/host';
import { inMaterial, SIDE as MATERIAL_SIDE, type MaterialId } from './materials';

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

export type BrushId = keyof typeof INKS | MaterialId;

const WIDTH = 0.085;

/** Paints paper and strokes over the whole canvas. */
function paintStrokes(context: CanvasRenderingContext2D, strokes: readonly Stroke[], { ink, paper }: Ink): void {
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

/** How much of each pixel of a material's picture white strokes on black cover, 0..1. */
function coverage(context: CanvasRenderingContext2D): Float64Array {
  const { width } = context.canvas;
  const step = width / MATERIAL_SIDE;
  const { data } = context.getImageData(0, 0, width, width);
  const ink = new Float64Array(MATERIAL_SIDE * MATERIAL_SIDE);
  for (let y = 0; y < width; y += 1)
    for (let x = 0; x < width; x += 1) {
      const i = Math.floor(y / step) * MATERIAL_SIDE + Math.floor(x / step);
      ink[i] = (ink[i] ?? 0) + (data[4 * (y * width + x)] ?? 0) / (255 * step * step);
    }
  return ink;
}

/** Paints the drawing over the whole canvas -> what the methods are asked about. A material's picture has the size of its stream's. */
export function paintDrawing(context: CanvasRenderingContext2D, strokes: readonly Stroke[], brush: BrushId): TryImage {
  if (brush === 'light' || brush === 'dark') {
    paintStrokes(context, strokes, INKS[brush]);
    return canvasPixels(context);
  }
  paintStrokes(context, strokes, { ink: '#fff', paper: '#000' });
  const image = { pixels: inMaterial(coverage(context), brush), width: MATERIAL_SIDE, height: MATERIAL_SIDE };
  paintPicture(context, image);
  return image;
}

/** Paints a picture as large as the canvas allows; small ones keep their pixels. */
export function paintPicture(context: CanvasRenderingContext2D, { pixels, width, height }: TryImage): void {
  const side = context.canvas.width;
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    image.data.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  const scratch = document.createElement('canvas');
  scratch.width = width;
  scratch.height = height;
  scratch.getContext('2d')?.putImageData(image, 0, 0);
  context.fillStyle = INKS.light.paper;
  context.fillRect(0, 0, side, side);
  const scale = side / Math.max(width, height);
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(scratch, (side - width * scale) / 2, (side - height * scale) / 2, width * scale, height * scale);
}

/** The canvas as RGB bytes [side, side, 3]. */
function canvasPixels(context: CanvasRenderingContext2D): TryImage {
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
