/** Interference, angles and drift as heat maps: by task, by layer, by method. */
import type { RunRecord } from '../../session/record';
import {
  driftNow,
  ratioWords,
  sharesByMap,
  sharesByPair,
  sharesInWords,
  sharesOverall,
  weightDriftNow,
  type Shares,
  type SharesOfMap,
  type SharesOfPair,
} from '../charts/interference';
import { methodRun } from '../charts/matrices';
import { ownAlone } from '../charts/readings';
import { anglePairs, methodsWithSubspaces } from '../charts/subspaces';
import { share } from '../format';
import { methodIn } from '../names';
import type { Texts } from '../text/en';
import { methodsOf, type ChartProps } from './chart';
import { gridChart, gridOf, type Grid, type GridPart } from './grid-chart';
import { sayInterference } from './interference-bars';

/** 1 and more is the end of the scale. */
const ratioCell = (texts: Texts, name: string, shares: Shares | undefined) =>
  shares?.ratio == null
    ? null
    : { share: Math.min(1, shares.ratio), words: ratioWords(shares.ratio), title: `${name}: ${sharesInWords(texts, shares)}` };

const byTasks = ({ stream: { tasks } }: RunRecord, cellOf: (update: number, old: number, name: string) => ReturnType<typeof ratioCell>) => {
  const names = tasks.map(({ name }) => name);
  return gridOf(names.slice(1), names.slice(0, -1), 2, (i, old) => cellOf(i + 1, old, `${names[i + 1] ?? ''} → ${names[old] ?? ''}`));
};

export function pairsGrid(texts: Texts, record: RunRecord, id: string): Grid {
  const run = methodRun(record, id);
  const pairs: readonly SharesOfPair[] = run ? sharesByPair(run) : [];
  return byTasks(record, (task, oldTask, name) =>
    ratioCell(
      texts,
      name,
      pairs.find((pair) => pair.task === task && pair.oldTask === oldTask),
    ),
  );
}

export function anglesGrid({ charts }: Texts, record: RunRecord, id: string): Grid {
  const pairs = anglePairs(record, id);
  return byTasks(record, (task, old, name) => {
    const pair = pairs.find((each) => each.task === task && each.old === old);
    if (!pair) return null;
    const mean = pair.mean.toFixed(1);
    return {
      share: pair.mean / 90,
      words: mean,
      title: `${name}: ${mean}° (${charts.interference.angles.smallest(pair.smallest.toFixed(1))})`,
    };
  });
}

export function mapsGrid(texts: Texts, record: RunRecord, id: string): Grid {
  const words = texts.charts.interference;
  const run = methodRun(record, id);
  const maps: readonly SharesOfMap[] = run ? sharesByMap(run) : [];
  const blocks = [...new Set(maps.map(({ block }) => block))].sort((a, b) => a - b);
  const targets = [...new Set(maps.map(({ target }) => target))];
  const rows = blocks.map(() => words.maps.block);
  return gridOf(rows, targets, (blocks[0] ?? 0) + 1, (row, column) => {
    const found = maps.find((map) => map.block === blocks[row] && map.target === targets[column]);
    return ratioCell(texts, `${words.drift.block((blocks[row] ?? 0) + 1)}, ${targets[column] ?? ''}`, found);
  });
}

/** Methods by old tasks, and methods by blocks; each with a scale of its own. */
export function driftGrids(texts: Texts, record: RunRecord, methods = record.methods): { readonly features: Grid; readonly weights: Grid } {
  const names = methods.map(({ id }) => methodIn(texts, record, id).short);
  const grid = (columns: readonly string[], values: readonly (readonly number[])[]) => {
    const largest = Math.max(0, ...values.flat());
    return gridOf(names, columns, null, (row, column) => {
      const value = values[row]?.[column];
      if (value === undefined) return null;
      const said = share(value);
      return {
        share: largest > 0 ? value / largest : 0,
        words: said,
        title: `${names[row] ?? ''}, ${columns[column] ?? ''}: ${texts.charts.interference.percent(said)}`,
      };
    });
  };
  const weights = methods.map(weightDriftNow);
  const blocks = Array.from({ length: Math.max(0, ...weights.map(({ length }) => length)) }, (_, i) => String(i + 1));
  return {
    features: grid(
      record.stream.tasks.slice(0, -1).map(({ name }) => name),
      methods.map(driftNow),
    ),
    weights: grid(blocks, weights),
  };
}

/** Of every method, why there is nothing. */
const reasons = ({ record, words }: ChartProps): string =>
  record.methods.map((run) => `${methodIn(words, record, run.id).short}: ${sayInterference(words, record, run)}`).join('. ');

export const measuredMethods = (props: ChartProps): string[] =>
  methodsOf(props).flatMap((run) => (sharesOverall(run) === null ? [] : run.id));
export const angledMethods = (props: ChartProps): string[] =>
  methodsOf(props).flatMap(({ id }) =>
    methodsWithSubspaces(props.record).includes(id) && anglePairs(props.record, id).length > 0 ? id : [],
  );
/** Of one method: the first that has something to show. */
const first = (ids: readonly string[], part: (id: string) => GridPart): GridPart[] => ids.slice(0, 1).map(part);

export const pairsChart = gridChart(
  ({ words }) => words.charts.interference.pairs.title,
  (props) => (measuredMethods(props).length > 0 ? null : reasons(props)),
  (props) => {
    const { unit, aria } = props.words.charts.interference.pairs;
    return first(measuredMethods(props), (id) => ({ grid: pairsGrid(props.words, props.record, id), unit, label: aria }));
  },
);

export const mapsChart = gridChart(
  ({ words }) => words.charts.interference.maps.title,
  (props) => (measuredMethods(props).length > 0 ? null : reasons(props)),
  (props) => {
    const { unit, aria } = props.words.charts.interference.maps;
    return first(measuredMethods(props), (id) => ({ grid: mapsGrid(props.words, props.record, id), unit, label: aria }));
  },
);

export const anglesChart = gridChart(
  ({ words }) => words.charts.interference.angles.title,
  (props) => {
    const { empty, noSubspaces } = props.words.charts.interference;
    if (angledMethods(props).length > 0) return null;
    return methodsWithSubspaces(props.record).length > 0 ? empty : noSubspaces;
  },
  (props) => {
    const { unit, aria } = props.words.charts.interference.angles;
    return first(angledMethods(props), (id) => ({ grid: anglesGrid(props.words, props.record, id), unit, label: aria }));
  },
);

export const driftChart = gridChart(
  ({ words }) => words.charts.interference.drift.title,
  (props) => {
    const { notThen, empty } = props.words.charts.interference.drift;
    if (methodsOf(props).some((run) => driftNow(run).length > 0 || weightDriftNow(run).length > 0)) return null;
    return ownAlone(props.record) && props.record.methods.some(({ results }) => results.length > 1) ? notThen : empty;
  },
  (props) => {
    const words = props.words.charts.interference.drift;
    const { features, weights } = driftGrids(props.words, props.record, methodsOf(props));
    return [
      { grid: features, unit: words.featuresUnit, label: `${words.aria}: ${words.features}` },
      ...(weights.columns.length > 0 ? [{ grid: weights, unit: words.weightsUnit, label: `${words.aria}: ${words.weights}` }] : []),
    ];
  },
);
