/** A look inside one map while a task is learned: a plane that stays the same over the four stops, and beside it the stop's numbers. */
import { formAt, type Form } from '../../continual/plane';
import type { InsideRecord } from '../../session/record';
import { lookedInto, lookOn, pairsOf, stopOn, type Stop } from '../charts/inside';
import { share } from '../format';
import { lookOf } from '../looks';
import { TICK } from './axis';
import { methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { sidePiece } from './inside-side';
import { Polyline } from './marks';

const LEAST_PLANE = 190;
const MOST_PLANE = 420;
/** Beside the plane there is room for bars from this width on. */
const BESIDE = 560;
const LABEL = 18;

/** All directions alike. */
const ALIKE: Form = [1, 0, 1];

export interface InsideShown {
  readonly id: string;
  readonly look: InsideRecord;
  readonly stop: Stop;
}

/** The one that is drawn; null where none of the view was looked into. */
export function insideOf(props: ChartProps): InsideShown | null {
  const ids = lookedInto(props.record);
  const run = methodsOf(props).find(({ id }) => ids.includes(id));
  const look = run ? lookOn(run) : null;
  return run && look ? { id: run.id, look, stop: stopOn(look, props.view.stop) } : null;
}

function noted(props: ChartProps, { id, look, stop }: InsideShown) {
  const { record, words } = props;
  const own = words.charts.inside;
  const task = record.stream.tasks[look.task];
  const shares = look.gather && own.inPlane(look.gather.old && share(look.gather.old.share), share(look.gather.fresh.share));
  return {
    above: keyOf(props, record.methods.length > 1 ? [id] : [], [
      own.of(look.task + 1, task?.name ?? '', look.block + 1, look.map),
      own.shows[stop],
    ]),
    below: keyOf(
      props,
      [],
      [...(stop === 'train' ? [own.loudness] : []), ...(shares === undefined ? [] : [look.gather?.old ? own.axes : own.axesFirst, shares])],
    ),
  };
}

function layout(props: ChartProps, shown: InsideShown) {
  const { width, height, bare } = props.view;
  const { above, below } = noted(props, shown);
  const beside = width >= BESIDE;
  const room = height - above.height - below.height - (bare ? 0 : LABEL);
  const most = Math.min(MOST_PLANE, beside ? 0.46 * width : width);
  // Below one another the plane has a size of its own, so that what is below it knows its place.
  const side = beside ? Math.max(Math.min(LEAST_PLANE, most), Math.min(most, room)) : Math.min(260, most);
  const rest = sidePiece(props, shown, beside ? width - side - 24 : width, beside ? side : LEAST_PLANE);
  const least =
    above.height + below.height + LABEL + (beside ? Math.max(Math.min(LEAST_PLANE, most), rest.height) : side + rest.height + 8);
  return { above, below, beside, side: bare ? Math.min(width, height) : side, rest, least };
}

export const insideChart: Chart = {
  title: (props) => {
    const shown = insideOf(props);
    const { title, titles } = props.words.charts.inside;
    return shown ? titles[shown.stop] : title;
  },
  empty(props) {
    const { off, waiting, unchanged } = props.words.charts.inside;
    if (insideOf(props) !== null) return null;
    if (props.record.experiment.inside === undefined) return off;
    return props.record.methods.some(({ results }) => results.length > 0) ? unchanged : waiting;
  },
  least(props) {
    const shown = insideOf(props);
    return shown ? layout(props, shown).least : 0;
  },
  draw(props) {
    const { view, words } = props;
    const shown = insideOf(props);
    if (!shown) return <svg width={view.width} height={view.height} />;
    const { above, below, beside, side, rest } = layout(props, shown);
    const top = above.height;
    return (
      <svg width={view.width} height={view.height}>
        {above.at(0)}
        <g role="img" aria-label={words.charts.inside.aria[shown.stop]} transform={`translate(0 ${top})`}>
          <PlaneOf {...props} shown={shown} side={side} />
        </g>
        {!view.bare && rest.at(beside ? side + 24 : 0, beside ? top : top + side + LABEL)}
        {below.at(view.height - below.height)}
      </svg>
    );
  },
};

function PlaneOf({ record, view, words, shown, side }: ChartProps & { readonly shown: InsideShown; readonly side: number }) {
  const own = words.charts.inside;
  const { look, stop } = shown;
  const { colour } = lookOf(record, shown.id);
  const half = side / 2;
  const reach = half - 8;
  const at = (x: number, y: number) => ({ x: half + x * reach, y: half - y * reach });
  const { gather, design, train, consolidate } = look;
  /** Places reach from −100 to 100. */
  const dots = (places: readonly number[], mine: boolean, pale = false) =>
    pairsOf(places).map(({ x, y }, i) => {
      const to = at(x / 100, y / 100);
      return mine ? (
        <circle key={i} cx={to.x} cy={to.y} r={3} fill={colour} fillOpacity={pale ? 0.25 : 0.8} />
      ) : (
        <rect key={i} x={to.x - 3} y={to.y - 3} width={6} height={6} fill="none" stroke="var(--ink-soft)" strokeOpacity={0.8} />
      );
    });
  /** How much of a form is in each direction. */
  const polar = (form: Form, radiusOf = (value: number) => value) =>
    Array.from({ length: 121 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 120;
      const radius = radiusOf(Math.max(0, formAt(form, angle)));
      return at(radius * Math.cos(angle), radius * Math.sin(angle));
    });
  const loudest = train ? Math.max(1, Math.sqrt(train.hears[0] + train.hears[2])) : 1;
  const loud = (square: number) => Math.sqrt(square) / loudest;
  return (
    <>
      <rect width={side} height={side} fill="none" stroke="var(--grid)" />
      <line x1={0} x2={side} y1={half} y2={half} stroke="var(--line)" />
      <line x1={half} x2={half} y1={0} y2={side} stroke="var(--line)" />
      {gather && stop === 'gather' && (
        <>
          {gather.old && dots(gather.old.places, false)}
          {dots(gather.fresh.places, true)}
        </>
      )}
      {gather && design && stop === 'design' && (
        <>
          {gather.old && dots(gather.old.places, false)}
          {dots(gather.fresh.places, true, true)}
          {dots(design.free, true)}
          {pairsOf(design.rows).map(({ x, y }, i) => {
            const to = at(x, y);
            return <line key={i} x1={half} y1={half} x2={to.x} y2={to.y} stroke={colour} strokeWidth={2.5} />;
          })}
        </>
      )}
      {gather && train && stop === 'train' && (
        <>
          {gather.old && dots(gather.old.places, false)}
          {dots(gather.fresh.places, true, true)}
          <Polyline points={polar(ALIKE, loud)} stroke="var(--ink-soft)" strokeDasharray="3 3" strokeWidth={1.5} />
          <Polyline points={polar(train.hears, loud)} stroke={colour} strokeWidth={2.5} />
        </>
      )}
      {consolidate && stop === 'consolidate' && (
        <>
          <Polyline points={polar(ALIKE)} stroke="var(--grid)" strokeWidth={1.5} />
          {design?.held && <Polyline points={polar(design.held)} stroke="var(--ink-soft)" strokeDasharray="3 3" strokeWidth={1.5} />}
          <Polyline points={polar(consolidate.held)} stroke={colour} strokeWidth={2.5} />
        </>
      )}
      {!view.bare && (
        <>
          <text {...TICK} x={side - 4} y={half - 6} textAnchor="end">
            {gather?.old ? own.across : own.first}
          </text>
          <text {...TICK} x={half + 6} y={14}>
            {gather?.old ? own.up : own.second}
          </text>
        </>
      )}
    </>
  );
}
