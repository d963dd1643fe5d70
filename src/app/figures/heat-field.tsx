/** A heat map of cells too small for numbers, edges and names: one path for each shade, neighbours of one shade in one box. */
import { heatLook, type Scheme } from './heat-scale';

const SHADES = 32;

interface HeatFieldProps {
  readonly rows: number;
  readonly columns: number;
  /** Shares of the scale, 0..1; null where nothing is drawn. */
  readonly cells: readonly { readonly row: number; readonly column: number; readonly share: number | null }[];
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly scheme: Scheme;
}

/** Hundredths of a pixel. */
const short = (value: number): string => String(Math.round(100 * value) / 100);

export function HeatField({ rows, columns, cells, left, top, cellWidth, cellHeight, scheme }: HeatFieldProps) {
  const shades = new Int8Array(rows * columns).fill(-1);
  for (const { row, column, share } of cells)
    if (share !== null) shades[row * columns + column] = Math.round(Math.min(1, Math.max(0, share)) * (SHADES - 1));
  const paths = Array.from({ length: SHADES }, () => '');
  for (let row = 0; row < rows; row++) {
    let to = 0;
    for (let from = 0; from < columns; from = to) {
      const shade = shades[row * columns + from] ?? -1;
      while (to < columns && shades[row * columns + to] === shade) to++;
      const width = short((to - from) * cellWidth);
      if (shade >= 0)
        paths[shade] += `M${short(left + from * cellWidth)} ${short(top + row * cellHeight)}h${width}v${short(cellHeight)}h-${width}z`;
    }
  }
  return (
    // Edges on whole pixels: halves of neighbouring boxes would shine through.
    <g shapeRendering="crispEdges">
      {paths.map((path, shade) => path && <path key={shade} d={path} fill={heatLook(shade / (SHADES - 1), scheme).fill} />)}
    </g>
  );
}
