/** Below an axis of tasks: what each is called, and pictures of those that have come. */
import type { StreamEntry } from '../../worker/bundled';
import { picturedEntry, taskPictures, type Picture } from '../charts/task-pictures';
import type { Scale } from './plot';

/** "Digits" of "Digits · Glaze". */
export const shortName = (task: string | undefined): string => task?.split(' · ')[0] ?? '';

/** One of a sprite, as part of a drawing. */
function Cell({ picture, x, y, side }: { readonly picture: Picture; readonly x: number; readonly y: number; readonly side: number }) {
  if (!('url' in picture)) return null;
  const { url, index, columns, rows } = picture;
  const [column, row] = [index % columns, Math.floor(index / columns)];
  return (
    <svg x={x} y={y} width={side} height={side} viewBox={`${column} ${row} 1 1`} aria-hidden>
      <image href={url} width={columns} height={rows} preserveAspectRatio="none" style={{ imageRendering: 'pixelated' }} />
    </svg>
  );
}

export function TaskPictures(props: {
  readonly stream: StreamEntry | undefined;
  readonly tasks: readonly string[];
  /** The last task that has come; pictures of later ones would give them away. */
  readonly reached: number;
  readonly scale: Scale;
}) {
  const { stream, tasks, reached, scale } = props;
  const { x, bottom, em } = scale;
  const pictures = stream === undefined ? [] : taskPictures(picturedEntry(stream), null, stream);
  const room = x(1) - x(0);
  const side = Math.min(em * 2.4, room / 2.4);
  const many = Math.max(1, Math.min(3, Math.floor(room / (side + 2)) - (room > 4 * side ? 1 : 0)));
  return (
    <>
      {tasks.map((task, i) => {
        const shown = i <= reached ? (pictures[i]?.slice(0, many) ?? []) : [];
        return (
          <g key={task} className={i <= reached ? undefined : 'plot-coming'}>
            <text className="plot-soft" x={x(i)} y={bottom + em * 1.4} textAnchor="middle">
              {room > em * 5.5 ? `${i + 1}. ${shortName(task)}` : String(i + 1)}
            </text>
            {shown.map((picture, k) => (
              <Cell key={k} picture={picture} x={x(i) + (k - shown.length / 2) * (side + 2)} y={bottom + em * 2} side={side} />
            ))}
          </g>
        );
      })}
    </>
  );
}
