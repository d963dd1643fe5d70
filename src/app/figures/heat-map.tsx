/** A heat map: one scale, the number in each cell, the diagonal framed, what is unknown left empty. */
import { heatLook, type Scheme } from './heat-scale';
import { TICK } from './axis';
import { fitted, textWidth } from './text-width';

export interface HeatCell {
  readonly row: number;
  readonly column: number;
  /** Share of the scale, 0..1; null leaves the cell empty. */
  readonly share: number | null;
  readonly words: string;
  readonly title: string;
  readonly framed: boolean;
}

export interface HeatMapProps {
  readonly rows: readonly string[];
  /** Number of the first row; 1 unless told, null for rows that are not counted. */
  readonly firstRow?: number | null;
  readonly columns: readonly string[];
  readonly cells: readonly HeatCell[];
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly rowLabels: boolean;
  readonly scheme: Scheme;
}

const TOP = 20;
const LABEL = 13;

/** Rows carry their number, which narrow columns show alone. */
const rowWords = (name: string, number: number | null) => (number === null ? name : `${number} ${name}`);

export function HeatMap({ rows, firstRow = 1, columns, cells, y: above, width, height, label, rowLabels, scheme }: HeatMapProps) {
  const longest = Math.max(0, ...rows.map((row) => textWidth(rowWords(row, firstRow === null ? null : 0), LABEL)));
  const left = rowLabels ? Math.min(longest + 8, width * 0.36) : 0;
  const cellWidth = (width - left) / Math.max(1, columns.length);
  const cellHeight = (height - TOP) / Math.max(1, rows.length);
  const named = columns.every((column) => textWidth(column, LABEL) <= cellWidth - 4);
  const size = Math.max(10, Math.min(17, cellWidth / 2.6, cellHeight * 0.6));
  return (
    <g role="img" aria-label={label} transform={`translate(0 ${above})`}>
      {columns.map((column, j) => (
        <text key={j} {...TICK} x={left + cellWidth * (j + 0.5)} y={13} textAnchor="middle">
          {named ? column : String(j + 1)}
          <title>{column}</title>
        </text>
      ))}
      {rowLabels &&
        rows.map((row, i) => (
          // From the left: in a wider font than foreseen the end of a name is lost, not its number.
          <text key={i} {...TICK} x={0} y={TOP + cellHeight * (i + 0.5)} dominantBaseline="central">
            {fitted(rowWords(row, firstRow === null ? null : i + firstRow), left - 6, LABEL)}
            <title>{row}</title>
          </text>
        ))}
      {cells.map((cell) => {
        const x = left + cellWidth * cell.column + 1;
        const y = TOP + cellHeight * cell.row + 1;
        const box = { x, y, width: Math.max(0, cellWidth - 2), height: Math.max(0, cellHeight - 2), rx: 2 };
        if (cell.share === null) {
          return <rect key={`${cell.row}-${cell.column}`} {...box} fill="none" stroke="var(--grid)" />;
        }
        const look = heatLook(cell.share, scheme);
        return (
          <g key={`${cell.row}-${cell.column}`} className="heat-cell">
            <title>{cell.title}</title>
            <rect {...box} fill={look.fill} />
            {cell.framed && (
              <rect
                {...box}
                x={x + 1}
                y={y + 1}
                width={Math.max(0, box.width - 2)}
                height={Math.max(0, box.height - 2)}
                fill="none"
                stroke="var(--ink)"
                strokeWidth={2}
              />
            )}
            <text
              x={x + box.width / 2}
              y={y + box.height / 2}
              textAnchor="middle"
              dominantBaseline="central"
              fontSize={size}
              fontWeight={600}
              fill={look.ink}
            >
              {cell.words}
            </text>
          </g>
        );
      })}
    </g>
  );
}
