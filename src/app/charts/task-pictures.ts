/** Small pictures of each task: of the loaded images, else from the site's sprite; none where neither is sure to show that very task. */
import type { RunRecord } from '../../session/record';
import type { StreamSummary } from '../../worker/api';
import type { StreamEntry } from '../../worker/bundled';
import { THUMBS_PER_ROW } from '../store/catalogue';
import { pictureOf } from '../tryit/sample';
import { isLevel } from './matrices';

export type Picture = { readonly name: string; readonly side: number } & (
  | { readonly pixels: Uint8Array }
  | { readonly url: string; readonly index: number; readonly columns: number; readonly rows: number }
);

/** What decides the pictures of tasks: those of a record, of a loaded stream, or of one that the site lists. */
export interface Pictured {
  readonly kind: RunRecord['stream']['kind'];
  readonly tasks: readonly { readonly name: string; readonly classes: readonly string[] }[];
}

export const picturedBy = ({ kind, tasks, classNames }: Pick<StreamSummary, 'kind' | 'tasks' | 'classNames'>): Pictured => ({
  kind,
  tasks: tasks.map(({ name, from, to }) => ({ name, classes: classNames.slice(from, to) })),
});

export const picturedEntry = ({ kind, tasks, classes: names }: StreamEntry): Pictured => ({
  kind,
  tasks: tasks.map(({ name, classes }) => ({ name, classes: classes.map((c) => names[c] ?? String(c)) })),
});

/** `loaded`, `entry`: the same images as the tasks are of, as far as they are at hand. One list a task, empty where nothing is. Pure. */
export function taskPictures(of: Pictured, loaded: StreamSummary | null, entry: StreamEntry | undefined): Picture[][] {
  if (loaded !== null && loaded.examples.length > 0) return of.tasks.map((task) => examplesOf(loaded, task));
  const all = of.tasks.flatMap(({ classes }) => classes);
  // One picture a class would show another task's look where tasks share their classes.
  if (of.kind === 'domain-incremental' || new Set(all).size < all.length) return of.tasks.map(() => []);
  return of.tasks.map(({ classes }) =>
    classes.flatMap(
      (name) => (loaded === null ? null : ofLoaded(loaded, name)) ?? (entry === undefined ? null : ofSprite(entry, name)) ?? [],
    ),
  );
}

function examplesOf(loaded: StreamSummary, { name, classes }: Pictured['tasks'][number]): Picture[] {
  const { side } = loaded.thumbnails;
  const index = picturedBy(loaded).tasks.findIndex((task) => task.name === name && task.classes.join('\n') === classes.join('\n'));
  const own = loaded.examples[index];
  if (own === undefined) return [];
  return own.labels.map((label, i) => ({
    name: loaded.classNames[label] ?? String(label),
    side,
    pixels: pictureOf({ side, pixels: own.pixels }, i),
  }));
}

function ofLoaded({ classNames, thumbnails }: StreamSummary, name: string): Picture | null {
  const column = classNames.indexOf(name);
  return column < 0 ? null : { name, side: thumbnails.side, pixels: pictureOf(thumbnails, column) };
}

function ofSprite({ classes, thumbs, imageSize = 32 }: StreamEntry, name: string): Picture | null {
  const index = classes.indexOf(name);
  if (index < 0 || thumbs === undefined) return null;
  return {
    name,
    side: imageSize,
    url: `streams/${thumbs}`,
    index,
    columns: THUMBS_PER_ROW,
    rows: Math.ceil(classes.length / THUMBS_PER_ROW),
  };
}

export type TaskState = 'learned' | 'learning' | 'coming';

/** Where each task of a run stands: learned once every method that goes on task by task has been tested on it. Pure. */
export function taskStates({ methods, stream: { tasks }, status }: RunRecord): TaskState[] {
  const along = methods.filter((method) => method.failure === null && !isLevel(method, tasks.length));
  const counted = along.length > 0 ? along : methods;
  const done = (task: number) => counted.every(({ results }) => results.some((result) => result.task >= task));
  const next = tasks.findIndex((_, task) => !done(task));
  return tasks.map((_, task) => (done(task) ? 'learned' : task === next && status === 'running' ? 'learning' : 'coming'));
}
