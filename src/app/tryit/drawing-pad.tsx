/** A square to draw on with pen, finger or mouse. */
import { useEffect, useRef, useState } from 'react';
import { text } from '../text';
import { canvasPixels, INKS, paintStrokes, type Stroke } from './drawing';
import type { TryImage } from '../store/host';

const SIDE = 192;

export interface DrawingPadProps {
  readonly strokes: readonly Stroke[];
  readonly ink: keyof typeof INKS;
  /** A picture to show instead of strokes. */
  readonly picture: TryImage | null;
  readonly onStrokes: (strokes: readonly Stroke[]) => void;
  /** The drawing after each stroke. */
  readonly onImage: (image: TryImage) => void;
}

function paintPicture(context: CanvasRenderingContext2D, { pixels, width, height }: TryImage): void {
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
  context.fillRect(0, 0, SIDE, SIDE);
  const scale = SIDE / Math.max(width, height);
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(scratch, (SIDE - width * scale) / 2, (SIDE - height * scale) / 2, width * scale, height * scale);
}

export function DrawingPad({ strokes, ink, picture, onStrokes, onImage }: DrawingPadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [current, setCurrent] = useState<Stroke | null>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (context == null) return;
    if (picture !== null) paintPicture(context, picture);
    else paintStrokes(context, current === null ? strokes : [...strokes, current], INKS[ink]);
  }, [strokes, current, ink, picture]);

  const pointOf = (event: React.PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height, pressure: event.pressure };
  };
  const finish = () => {
    if (current === null) return;
    const all = [...strokes, current];
    setCurrent(null);
    onStrokes(all);
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (context == null) return;
    paintStrokes(context, all, INKS[ink]);
    onImage(canvasPixels(context));
  };
  return (
    <canvas
      ref={canvas}
      className="drawing-pad"
      width={SIDE}
      height={SIDE}
      role="img"
      aria-label={text.charts.tryIt.canvas}
      data-testid="drawing-pad"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        if (picture !== null) onStrokes([]);
        setCurrent({ points: [pointOf(event)] });
      }}
      onPointerMove={(event) => {
        if (current === null) return;
        const moved = event.nativeEvent.getCoalescedEvents?.() ?? [];
        const box = event.currentTarget.getBoundingClientRect();
        const points = moved.map((e) => ({
          x: (e.clientX - box.left) / box.width,
          y: (e.clientY - box.top) / box.height,
          pressure: e.pressure,
        }));
        setCurrent({ points: [...current.points, ...(points.length > 0 ? points : [pointOf(event)])] });
      }}
      onPointerUp={finish}
      onPointerCancel={finish}
    />
  );
}
