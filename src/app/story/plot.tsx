/** Axes of shares with room to draw in, in the page's own pixels, so that type is as large as around it. */
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';

interface Room {
  readonly width: number;
  readonly height: number;
  readonly em: number;
}

/** Measured before the first paint, and again whenever it changes. */
function useRoom(): readonly [React.RefObject<HTMLDivElement | null>, Room] {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Room>({ width: 0, height: 0, em: 16 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      setRoom({ width, height, em: Number.parseFloat(getComputedStyle(element).fontSize) });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, room];
}

export interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Pixels of one letter's height. */
  readonly em: number;
}

export interface PlotProps {
  /** What a screen reader hears of the drawing. */
  readonly label: string;
  readonly x: readonly [number, number];
  readonly xName?: string;
  readonly yName: string;
  /** `short`: where the label has no room. */
  readonly xTicks?: readonly { readonly at: number; readonly label: string; readonly short?: string }[];
  /** Lines of text below the axis that the drawing needs. */
  readonly below?: number;
  /** The axis up is of shares unless told. */
  readonly y?: readonly [number, number];
  readonly yTicks?: readonly { readonly at: number; readonly label: string }[];
  /** Of bars and curves: the method that they are of. */
  readonly colour?: string;
  /** Somebody draws: at these values. */
  readonly onDraw?: ((x: number, y: number) => void) | undefined;
  readonly children: (scale: Scale) => ReactNode;
}

const PERCENT = [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, label: `${100 * at}` }));
const within = (value: number, [least, most]: readonly [number, number]) => Math.min(most, Math.max(least, value));

export function Plot({
  label,
  x,
  xName,
  yName,
  xTicks = [],
  below = 1,
  y = [0, 1],
  yTicks = PERCENT,
  colour,
  onDraw,
  children,
}: PlotProps) {
  const [box, { width, height, em }] = useRoom();
  const drawing = useRef(false);
  const [left, right, top, bottom] = [em * 3, width - em, em * 1.8, height - em * (1.4 * below + (xName === undefined ? 0.4 : 1.8))];
  const scale: Scale = {
    x: (value) => left + ((value - x[0]) / (x[1] - x[0])) * (right - left),
    y: (value) => bottom - ((value - y[0]) / (y[1] - y[0])) * (bottom - top),
    ...{ left, right, top, bottom, em },
  };
  const crowded = (right - left) / Math.max(1, xTicks.length) < em * 6.5;
  const draw = (event: PointerEvent<SVGSVGElement>) => {
    if (onDraw === undefined || !drawing.current) return;
    const box = event.currentTarget.getBoundingClientRect();
    const [across, up] = [(event.clientX - box.left - left) / (right - left), (bottom - (event.clientY - box.top)) / (bottom - top)];
    onDraw(within(x[0] + across * (x[1] - x[0]), x), within(y[0] + up * (y[1] - y[0]), y));
  };
  return (
    <div
      className="plot"
      ref={box}
      data-drawing={onDraw !== undefined}
      style={colour === undefined ? undefined : { ['--method' as string]: colour }}
    >
      {width > 0 && bottom > top && (
        <svg
          width={width}
          height={height}
          role="group"
          aria-label={label}
          onPointerDown={(event) => {
            if (onDraw === undefined) return;
            drawing.current = true;
            event.currentTarget.setPointerCapture(event.pointerId);
            draw(event);
          }}
          onPointerMove={draw}
          onPointerUp={() => (drawing.current = false)}
          onPointerCancel={() => (drawing.current = false)}
        >
          {yTicks.map(({ at, label: words }) => (
            <g key={at}>
              <line className="plot-grid" x1={left} x2={right} y1={scale.y(at)} y2={scale.y(at)} />
              <text className="plot-soft" x={left - em * 0.4} y={scale.y(at)} dy="0.35em" textAnchor="end">
                {words}
              </text>
            </g>
          ))}
          <text className="plot-soft" x={0} y={em * 0.9}>
            {yName}
          </text>
          {xTicks.map(({ at, label: words, short = words }) => (
            <text key={at} className="plot-soft" x={scale.x(at)} y={bottom + em * 1.3} textAnchor="middle">
              {crowded ? short : words}
            </text>
          ))}
          {xName !== undefined && (
            <text className="plot-soft" x={right} y={height - em * 0.4} textAnchor="end">
              {xName}
            </text>
          )}
          {children(scale)}
        </svg>
      )}
    </div>
  );
}

/** The middle of centred words, moved so that they stay between the edges; their width is a guess. */
export const inside = (middle: number, words: string, { left, right, em }: Scale): number => {
  const half = words.length * em * 0.3;
  return Math.max(left + half, Math.min(right - half, middle));
};

export interface HandleProps {
  readonly x: number;
  readonly y: number;
  readonly em: number;
  readonly label: string;
  /** Share, 0..1. */
  readonly value: number;
  readonly said?: string;
  /** Moves along both axes; else the arrows to the sides stay the presenter's. */
  readonly freely?: boolean;
  /** By arrow keys: along each axis, in shares. */
  readonly onMove: (across: number, up: number) => void;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, 0.02],
  ArrowDown: [0, -0.02],
  ArrowRight: [0.02, 0],
  ArrowLeft: [-0.02, 0],
};

/** What is dragged, or moved by arrow keys. */
export function Handle({ x, y, em, label, value, said, freely = false, onMove }: HandleProps) {
  const press = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move === undefined || (move[0] !== 0 && !freely)) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(...move);
  };
  return (
    <circle
      className="plot-handle"
      cx={x}
      cy={y}
      r={em * 0.6}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * value)}
      aria-valuetext={said}
      onKeyDown={press}
    />
  );
}

/** What a class predicted of one number, beside where it stands: one dot each, side by side where they are alike. */
export function ClassDots({ at, values, scale }: { readonly at: number; readonly values: readonly number[]; readonly scale: Scale }) {
  const taken = new Map<number, number>();
  return (
    <g className="class-dots">
      {values.map((value, i) => {
        const row = Math.round(value * 50);
        const before = taken.get(row) ?? 0;
        taken.set(row, before + 1);
        return <circle key={i} cx={at + scale.em * 0.55 * before} cy={scale.y(row / 50)} r={scale.em * 0.25} />;
      })}
    </g>
  );
}
