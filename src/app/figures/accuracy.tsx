/** The picture everyone came for: small charts, one a task, of what is learned and what is forgotten. */
import { averagePanel, looksBelong, spreadTasks, taskPanels, type TaskPanel } from '../charts/accuracy';
import { floorOf } from '../charts/floor';
import { readTitle, unread, whyUnread } from '../charts/readings';
import { percent } from '../format';
import { beyondSlots } from '../looks';
import { methodIn } from '../names';
import { AccuracySmall } from './accuracy-small';
import { methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf, type Note } from './flow';
import { labelSize, panelLayout, rowHeight } from './panel-layout';
import { textWidth } from './text-width';

const GAP = { x: 8, y: 4 };
/** Pixels for the name at a line that has no colour of its own, cut to fit. */
const NAME_BEYOND_SLOTS = 72;
const NARROW = 560;
const ROW_NARROW = 150;

/** Small charts of tasks, where the view names none: a wall of them shows nothing. */
const MOST_TASKS = 23;

function tasksIn({ record, view }: ChartProps): number[] {
  const all = record.stream.tasks.length;
  return view.panels?.filter((panel) => panel !== 'average').filter((task) => task < all) ?? spreadTasks(all, MOST_TASKS);
}

/** The average over the tasks so far, then the tasks; those that are drawn unless told, of the methods that the view names. */
export function accuracyPanels(props: ChartProps, tasks: readonly number[] = tasksIn(props)): TaskPanel[] {
  const { record, view, words } = props;
  const { accuracy, reading, panels } = view;
  const ids = methodsOf(props).map(({ id }) => id);
  const average =
    panels === null || panels.includes('average') ? [averagePanel(record, accuracy, words.charts.accuracy.average, reading)] : [];
  const found = [...average, ...taskPanels(record, accuracy, reading, tasks)];
  return found.map((panel) => ({ ...panel, series: panel.series.filter(({ method }) => ids.includes(method)) }));
}

/** How many of the tasks are drawn, where it is not all of them. */
function tasksNote({ record, view, words }: ChartProps): Note[] {
  const all = record.stream.tasks.length;
  return view.panels !== null || all <= MOST_TASKS ? [] : [{ id: 'tasks-shown', words: words.charts.accuracy.some(MOST_TASKS, all) }];
}

/** Why nothing of some methods is drawn; no note where all are. */
export function unreadNote({ record, view, words }: ChartProps): Note[] {
  const ids = unread(record, view.reading);
  if (ids.length === 0) return [];
  const line = (id: string) => words.charts.readBy.line(methodIn(words, record, id).short, whyUnread(words, view.reading));
  return [{ id: 'unread', words: ids.map(line).join(' · ') }];
}

/** What a method that trains nothing reached in this run, once the whole run is drawn. */
function floorNote({ record, view, words }: ChartProps): Note[] {
  const found = floorOf(record, view.accuracy, view.reading);
  if (found === null) return [];
  const { floor, contestant } = found;
  const name = (id: string) => methodIn(words, record, id).name;
  const say = floor.final > contestant.final ? words.charts.floor.ahead : words.charts.floor.behind;
  return [{ id: 'floor-note', words: say(name(floor.id), percent(floor.final), name(contestant.id), percent(contestant.final)) }];
}

/** Where the way from task to task was followed: what it shows, or by which reading it can be seen. */
function looksNote({ record, view, words }: ChartProps): Note[] {
  if (!record.methods.some(({ probes = [] }) => probes.length > 0)) return [];
  const { looks, looksElsewhere } = words.charts.accuracy;
  return [{ id: 'looks', words: looksBelong(view.accuracy, view.reading) ? looks : looksElsewhere(words.glossary.ownHeads.word) }];
}

function layoutOf(props: ChartProps) {
  const { record, view, words } = props;
  const { unit, x, chance } = words.charts.accuracy;
  const panels = accuracyPanels(props);
  const names = [chance, ...record.methods.map(({ id }) => methodIn(words, record, id).short)];
  const nameWidth = Math.max(...names.map((name) => textWidth(` ${name}`, labelSize(record).size, 650))) + 4;
  const everywhere = beyondSlots(record) ? Math.min(nameWidth, NAME_BEYOND_SLOTS) : 0;
  const layout = panelLayout(view.width, panels.length, nameWidth, everywhere);
  const foot = keyOf(props, [], [`${unit} · ${x}`, ...tasksNote(props), ...looksNote(props), ...unreadNote(props), ...floorNote(props)]);
  return { panels, layout, foot, nameWidth, everywhere };
}

export const accuracyChart: Chart = {
  title: ({ record, view, words }) => readTitle(words, words.charts.accuracy.title, record, view.reading),
  // Axes stand there before the first result.
  empty: () => null,
  least(props) {
    const { layout, foot } = layoutOf(props);
    const row = Math.max(rowHeight(props.record), props.view.width < NARROW ? ROW_NARROW : 0);
    return layout.rows * (row + GAP.y) - GAP.y + foot.height;
  },
  draw(props) {
    const { record, view, words } = props;
    const { panels, layout, foot, nameWidth, everywhere } = layoutOf(props);
    const height = (view.height - foot.height - (layout.rows - 1) * GAP.y) / layout.rows;
    const left = (column: number) => layout.widths.slice(0, column).reduce((sum, width) => sum + width + GAP.x, 0);
    return (
      <svg width={view.width} height={view.height}>
        {panels.map((panel, i) => {
          const column = i % layout.columns;
          const named = column === 0 && layout.names;
          return (
            <AccuracySmall
              key={panel.task ?? 'average'}
              {...{ panel, record, words, height, bare: view.bare }}
              x={left(column)}
              y={Math.floor(i / layout.columns) * (height + GAP.y)}
              width={layout.widths[column] ?? view.width}
              axis={column === 0}
              names={named}
              nameWidth={named ? nameWidth : everywhere}
            />
          );
        })}
        {foot.at(view.height - foot.height)}
      </svg>
    );
  },
};
