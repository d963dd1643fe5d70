/** A square to draw on with pen, finger or mouse. */
import { useEffect, useRef, useState } from 'react';
import { useText } from '../text';
import { paintDrawing, paintPicture, type BrushId, type Stroke } from './drawing';
import type { TryImage } from '../store/host';

const SIDE = 192;

export interface DrawingPadProps {
  readonly strokes: readonly Stroke[];
  readonly brush: BrushId;
  /** A picture to show instead of strokes. */
  readonly picture: TryImage | null;
  readonly onStrokes: (strokes: readonly Stroke[]) => void;
  /** The drawing after each stroke. */
  readonly onImage: (image: TryImage) => void;
}

export function DrawingPad({ strokes, brush, picture, onStrokes, onImage }: DrawingPadProps) {
  const text = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [current, setCurrent] = useState<Stroke | null>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (context == null) return;
    if (picture !== null) paintPicture(context, picture);
    else paintDrawing(context, current === null ? strokes : [...strokes, current], brush);
  }, [strokes, current, brush, picture]);

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
    onImage(paintDrawing(context, all, brush));
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
