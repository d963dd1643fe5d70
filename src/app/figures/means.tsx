/** Class means of each method in a plane of its own that is fixed after the first task, with the way that they went: all in the same unit. */
import { trailsOf, type Trail } from '../charts/means';
import { share } from '../format';
import { lookOf } from '../looks';
import { methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { Polyline } from './marks';

const NARROWEST = 230;
const LEAST_PLANE = 150;
const GAP = 20;
const DIGIT = 12;

interface Shown {
  readonly id: string;
  readonly trails: readonly Trail[];
  readonly fixed: number;
  readonly now: number;
}

export const shownMeans = (props: ChartProps): Shown[] =>
  methodsOf(props).flatMap((run) => {
    const means = run.results.findLast((result) => result.means)?.means;
    return means ? [{ id: run.id, trails: trailsOf(run, props.record), fixed: means.fixed, now: means.now }] : [];
  });

function layout(props: ChartProps) {
  const { view, words } = props;
  const own = words.charts.interference.means;
  const shown = shownMeans(props);
  const columns = view.bare
    ? Math.max(1, shown.length)
    : Math.max(1, Math.min(shown.length, Math.floor((view.width + GAP) / (NARROWEST + GAP))));
  const gap = view.bare ? 0 : GAP;
  const width = (view.width - gap * (columns - 1)) / columns;
  const above = keyOf(props, [], [own.key]);
  const heads = shown.map(({ id, fixed, now }) =>
    keyOf({ ...props, view: { ...view, width } }, [id], [own.inPlane(share(fixed), share(now))]),
  );
  const head = Math.max(0, ...heads.map(({ height }) => height));
  const rows = Math.ceil(shown.length / columns);
  return { shown, columns, rows, gap, width, above, heads, head, least: above.height + rows * (head + LEAST_PLANE + gap) };
}

export const meansChart: Chart = {
  title: ({ words }) => words.charts.interference.means.title,
  empty(props) {
    const { off, waiting } = props.words.charts.interference.means;
    if (shownMeans(props).length > 0) return null;
    return props.record.experiment.means === 'on' ? waiting : off;
  },
  least: (props) => layout(props).least,
  draw(props) {
    const { view, words } = props;
    const { shown, columns, rows, gap, width, above, heads, head } = layout(props);
    const row = (view.height - above.height) / Math.max(1, rows);
    const height = Math.max(1, row - head - gap);
    const all = shown.flatMap(({ trails }) => trails.flatMap(({ places }) => places));
    const [x, y] = [spanOf(all.map((place) => place.x)), spanOf(all.map((place) => place.y))];
    const inset = view.bare ? 3 : DIGIT;
    const scale = Math.max(0, Math.min((width - 2 * inset) / (x.to - x.from), (height - 2 * inset) / (y.to - y.from)));
    const at = (place: Trail['places'][number]) => ({
      x: width / 2 + scale * (place.x - (x.from + x.to) / 2),
      y: height / 2 - scale * (place.y - (y.from + y.to) / 2),
    });
    return (
      <svg width={view.width} height={view.height}>
        {above.at(0)}
        <g role="img" aria-label={words.charts.interference.means.aria}>
          {shown.map((of, i) => (
            <g key={of.id} transform={`translate(${(i % columns) * (width + gap)} ${above.height + Math.floor(i / columns) * row})`}>
              {heads[i]?.at(0)}
              <g transform={`translate(0 ${head})`} data-testid={`means-${of.id}`}>
                <PlaneOf {...props} {...of} {...{ at, width, height }} />
              </g>
            </g>
          ))}
        </g>
      </svg>
    );
  },
};

/** From the smallest to the largest value; never empty. */
function spanOf(values: readonly number[]): { readonly from: number; readonly to: number } {
  const [from, to] = [Math.min(0, ...values), Math.max(0, ...values)];
  return to > from ? { from, to } : { from: -1, to: 1 };
}

interface PlaneProps extends ChartProps, Shown {
  readonly at: (place: Trail['places'][number]) => { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
}

function PlaneOf({ record, view, id, trails, at, width, height }: PlaneProps) {
  const { colour } = lookOf(record, id);
  const middle = at({ x: 0, y: 0 });
  return (
    <>
      <rect width={width} height={height} fill="none" stroke="var(--grid)" />
      <line x1={0} x2={width} y1={middle.y} y2={middle.y} stroke="var(--grid)" />
      <line x1={middle.x} x2={middle.x} y1={0} y2={height} stroke="var(--grid)" />
      {trails.map(({ column, places }) => (
        <Polyline key={column} points={places.map(at)} stroke={colour} strokeOpacity={0.45} strokeWidth={1.5} />
      ))}
      {trails.map(({ task, column, places }) => {
        const now = at(places.at(-1) ?? { x: 0, y: 0 });
        return view.bare ? (
          <circle key={column} cx={now.x} cy={now.y} r={1.5} fill={colour} />
        ) : (
          <text
            key={column}
            x={now.x}
            y={now.y}
            textAnchor="middle"
            dominantBaseline="central"
            fontSize={DIGIT}
            fontWeight={650}
            fill={colour}
            stroke="var(--surface)"
            strokeWidth={2.5}
            paintOrder="stroke"
          >
            {task + 1}
            <title>{record.stream.classNames[column]}</title>
          </text>
        );
      })}
    </>
  );
}
