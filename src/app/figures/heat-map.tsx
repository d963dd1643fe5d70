/** A heat map: one scale, the number in each cell, the diagonal framed, what is unknown left empty. */
import { heatLook, type Scheme } from './heat-scale';
import { labelledOf, TICK } from './axis';
import { HeatField } from './heat-field';
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
/** Pixels of a cell, its smaller side: below the first it has no edge of its own, from the second on a frame. */
const FIELD = 4;
const ROOMY = 8;

/** Rows carry their number, which narrow columns show alone. */
const rowWords = (name: string, number: number | null) => (number === null ? name : `${number} ${name}`);

export function HeatMap({ rows, firstRow = 1, columns, cells, y: above, width, height, label, rowLabels, scheme }: HeatMapProps) {
  const longest = Math.max(0, ...rows.map((row) => textWidth(rowWords(row, firstRow === null ? null : 0), LABEL)));
  const left = rowLabels ? Math.min(longest + 8, width * 0.36) : 0;
  const cellWidth = (width - left) / Math.max(1, columns.length);
  const cellHeight = (height - TOP) / Math.max(1, rows.length);
  const named = columns.every((column) => textWidth(column, LABEL) <= cellWidth - 4);
  const columnLabelled = named ? () => true : labelledOf(columns.length, cellWidth, textWidth(String(columns.length), LABEL));
  const rowLabelled = labelledOf(rows.length, cellHeight, LABEL - 2);
  const size = Math.max(10, Math.min(17, cellWidth / 2.6, cellHeight * 0.6));
  const widths = cells.flatMap(({ words }) => (words === '' ? [] : textWidth(words, size))).sort((a, b) => a - b);
  const worded = (widths[widths.length >> 1] ?? 0) <= cellWidth && size <= cellHeight;
  const least = Math.min(cellWidth, cellHeight);
  const gap = least < ROOMY ? 1 : 2;
  const field = { rows: rows.length, columns: columns.length, cells, left, top: TOP, cellWidth, cellHeight, scheme };
  return (
    <g role="img" aria-label={label} transform={`translate(0 ${above})`}>
      {columns.map(
        (column, j) =>
          columnLabelled(j) && (
            <text key={j} {...TICK} x={left + cellWidth * (j + 0.5)} y={13} textAnchor="middle">
              {named ? column : String(j + 1)}
              <title>{column}</title>
            </text>
          ),
      )}
      {rowLabels &&
        rows.map(
          (row, i) =>
            rowLabelled(i) && (
              // From the left: in a wider font than foreseen the end of a name is lost, not its number.
              <text key={i} {...TICK} x={0} y={TOP + cellHeight * (i + 0.5)} dominantBaseline="central">
                {fitted(rowWords(row, firstRow === null ? null : i + firstRow), left - 6, LABEL)}
                <title>{row}</title>
              </text>
            ),
        )}
      {least < FIELD ? (
        <HeatField {...field} />
      ) : (
        cells.map((cell) => {
          const x = left + cellWidth * cell.column + gap / 2;
          const y = TOP + cellHeight * cell.row + gap / 2;
          const box = { x, y, width: cellWidth - gap, height: cellHeight - gap, rx: Math.min(2, least / 6) };
          if (cell.share === null) {
            return <rect key={`${cell.row}-${cell.column}`} {...box} fill="none" stroke="var(--grid)" />;
          }
          const look = heatLook(cell.share, scheme);
          return (
            <g key={`${cell.row}-${cell.column}`} className="heat-cell">
              <title>{cell.title}</title>
              <rect {...box} fill={look.fill} />
              {cell.framed && least >= ROOMY && (
                <rect
                  {...box}
                  x={x + 1}
                  y={y + 1}
                  width={box.width - 2}
                  height={box.height - 2}
                  fill="none"
                  stroke="var(--ink)"
                  strokeWidth={2}
                />
              )}
              {worded && (
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
              )}
            </g>
          );
        })
      )}
    </g>
  );
}
