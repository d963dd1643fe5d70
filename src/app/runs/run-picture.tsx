/** A run as a small picture: average accuracy of each method as tasks arrive, from 0 to 100 %. */
import { lookOf } from '../looks';
import { percent } from '../format';
import type { KeptRun } from '../store/kept-run';
import { useText } from '../text';
import { methodIn } from '../names';

const WIDTH = 96;
const HEIGHT = 40;
const EDGE = 3;

export function RunPicture({ run }: { readonly run: Pick<KeptRun, 'methods' | 'tasks'> }) {
  const text = useText();
  const x = (after: number) => EDGE + ((WIDTH - 2 * EDGE) * after) / Math.max(1, run.tasks - 1);
  const y = (accuracy: number) => HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * accuracy;
  const finals = run.methods.flatMap(({ id, averages }) => {
    const last = averages.at(-1);
    return last === undefined || last === null ? [] : `${methodIn(text, run, id).short} ${percent(last)} %`;
  });
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={text.runs.picture(finals.join(', '))} className="run-picture">
      <rect x={0.5} y={0.5} width={WIDTH - 1} height={HEIGHT - 1} rx={3} fill="var(--surface)" stroke="var(--grid)" />
      {run.methods.map(({ id, averages }) => {
        const { colour, dash, reference } = lookOf(run, id);
        const points = averages.flatMap((value, after) => (value === null ? [] : [[x(after), y(value)] as const]));
        const [only] = points;
        if (only === undefined) return null;
        // One point alone is no line.
        if (points.length === 1) return <circle key={id} cx={only[0]} cy={only[1]} r={2.5} fill={colour} />;
        return (
          <polyline
            key={id}
            points={points.map((at) => at.join(',')).join(' ')}
            fill="none"
            stroke={colour}
            strokeWidth={reference ? 1 : 2}
            strokeDasharray={dash}
          />
        );
      })}
    </svg>
  );
}
