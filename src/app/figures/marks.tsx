/** Lines and bars of all charts: the shapes of recharts, which draw in Node as they do on the page (its charts do not: they wait for a browser). */
import { Curve, Rectangle, type CurveProps, type RectangleProps } from 'recharts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Tenths of a pixel: what nobody sees need not be in a file. */
const tenths = (value: number): number => Math.round(10 * value) / 10;

type PolylineProps = Pick<CurveProps, 'stroke' | 'strokeWidth' | 'strokeOpacity' | 'strokeDasharray' | 'strokeLinejoin' | 'className'> & {
  readonly points: readonly Point[];
};

/** Straight from point to point. */
export function Polyline({ points, ...line }: PolylineProps) {
  return <Curve {...line} fill="none" type="linear" points={points.map(({ x, y }) => ({ x: tenths(x), y: tenths(y) }))} />;
}

type BarProps = Pick<RectangleProps, 'fill' | 'fillOpacity' | 'stroke' | 'strokeDasharray' | 'className'> &
  Point & { readonly width: number; readonly height: number };

/** Corners a little round; nothing where it has no extent. */
export function Bar({ x, y, width, height, ...look }: BarProps) {
  const corner = Math.min(2, width / 2, height / 2);
  return <Rectangle {...look} x={tenths(x)} y={tenths(y)} width={tenths(width)} height={tenths(height)} radius={corner} />;
}
