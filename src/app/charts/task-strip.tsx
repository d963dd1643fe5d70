/** What is learned, in pictures: every task on the main view, filling as tasks arrive. */
import { useElementSize, useMediaQuery } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import { namesFrom } from '../bundled-names';
import { useAppState } from '../context';
import { PixelImage } from '../parts/pixel-image';
import { SpriteImage } from '../parts/sprite-image';
import { streamKey } from '../store/host';
import { useText } from '../text';
import { picturedBy, picturedEntry, taskPictures, taskStates, type Picture, type Pictured, type TaskState } from './task-pictures';

/** Sides of a picture on the page, at most, in pixels: by the height that the page has. */
const SIDE = 40;
const SIDE_WHERE_TALL = 64;
const GAP = 2;
const PADDING = 8;
/** Of one task; more tasks than fit side by side are scrolled. */
const NARROWEST = 72;
const WIDEST = 400;
/** Where a word of what is going on fits beside the name. */
const ROOM_FOR_WORD = 150;
/** Where the number of a task fits before its name. */
const ROOM_FOR_NUMBER = 100;

interface Strip extends Pictured {
  readonly states: readonly TaskState[];
  readonly pictures: readonly (readonly Picture[])[];
}

/** Pictures are found by the names that tasks and classes have; only then these are said in the language of the page. */
const named = (strip: Strip, say: (name: string) => string): Strip => ({
  ...strip,
  tasks: strip.tasks.map(({ name, classes }) => ({ name: say(name), classes: classes.map(say) })),
  pictures: strip.pictures.map((pictures) => pictures.map((picture) => ({ ...picture, name: say(picture.name) }))),
});

/** Of the record on the page; before one, of the set-up as far as its tasks are known; null where they are not. */
function useStrip(): Strip | null {
  const text = useText();
  const record = useAppState((state) => state.results);
  const experiment = useAppState((state) => state.experiment);
  const starting = useAppState((state) => state.status === 'loading' || state.status === 'running');
  const stream = useAppState((state) => state.stream);
  const streams = useAppState((state) => state.catalogue?.streams);
  return useMemo(() => {
    const { from, split, order, maxTasks, maxClasses } = (record?.experiment ?? experiment).stream;
    const say = namesFrom(text, from);
    const entry = from.source === 'bundled' ? streams?.find(({ id }) => id === from.id) : undefined;
    if (record !== null) {
      const loaded = stream.value?.sha256 === record.stream.sha256 ? stream.value : null;
      const of = picturedBy(record.stream);
      return named({ ...of, states: taskStates(record), pictures: taskPictures(of, loaded, entry) }, say);
    }
    const loaded = stream.for === streamKey(experiment) ? stream.value : null;
    const plain = split.kind === 'as-given' && order === 'natural' && maxClasses === undefined;
    const all = loaded !== null ? picturedBy(loaded) : entry !== undefined && plain ? picturedEntry(entry) : null;
    if (all === null) return null;
    const of = { ...all, tasks: all.tasks.slice(0, maxTasks) };
    // Until something is started, the pictures are of what Start will teach.
    const states = of.tasks.map((_, task): TaskState => (!starting ? 'learned' : task === 0 ? 'learning' : 'coming'));
    return named({ ...of, states, pictures: taskPictures(of, loaded, entry) }, say);
  }, [text, record, experiment, starting, stream, streams]);
}

export function TaskStrip() {
  const words = useText().charts.tasks;
  const strip = useStrip();
  const listed = useAppState((state) => state.catalogue?.streams);
  const idle = useAppState((state) => state.results === null && state.status !== 'loading' && state.status !== 'running');
  const tall = useMediaQuery('(min-height: 900px) and (min-width: 1024px)', false);
  const { ref, width } = useElementSize<HTMLDivElement>();
  const list = useRef<HTMLOListElement>(null);
  const learning = strip?.states.indexOf('learning') ?? -1;
  useEffect(() => {
    const box = list.current?.parentElement;
    const task = list.current?.querySelectorAll('li')[learning];
    if (box && task) box.scrollLeft = task.offsetLeft - (box.clientWidth - task.clientWidth) / 2;
  }, [learning, width]);
  // What comes with the list of streams has its place from the start.
  if (strip === null && listed === undefined) return <div className="panel task-strip" style={{ height: tall ? 95 : 63 }} />;
  if (strip === null || strip.tasks.length === 0) return null;
  const each = Math.min(WIDEST, Math.max(NARROWEST, width / strip.tasks.length));
  return (
    <section className="panel task-strip" aria-label={words.aria} data-testid="task-strip">
      <div className="task-strip-scroll" ref={ref} tabIndex={0} role="group" aria-label={words.aria}>
        <ol ref={list}>
          {strip.tasks.map(({ name }, task) => (
            <Task
              key={task}
              index={task}
              name={name}
              state={strip.states[task] ?? 'coming'}
              idle={idle}
              pictures={strip.pictures[task] ?? []}
              width={each}
              largest={tall ? SIDE_WHERE_TALL : SIDE}
            />
          ))}
        </ol>
      </div>
    </section>
  );
}

interface TaskProps {
  readonly index: number;
  readonly name: string;
  readonly state: TaskState;
  readonly idle: boolean;
  readonly pictures: readonly Picture[];
  /** Pixels. */
  readonly width: number;
  readonly largest: number;
}

function Task({ index, name, state, idle, pictures, width, largest }: TaskProps) {
  const words = useText().charts.tasks;
  // Pixels of a picture are drawn as whole squares.
  const side = pictures[0]?.side ?? 0;
  const shown = side === 0 ? 0 : side * Math.max(1, Math.floor(largest / side));
  const shownPictures = pictures.slice(0, Math.max(1, Math.floor((width - PADDING + GAP) / (shown + GAP))));
  const word = idle ? '' : words.states[state];
  const reached = state !== 'coming';
  return (
    <li style={{ width }} data-state={state} aria-current={state === 'learning' ? 'step' : undefined} data-testid={`strip-task-${index}`}>
      <div className="task-strip-head" title={name}>
        <span>{width < ROOM_FOR_NUMBER ? name : words.head(index + 1, name)}</span>
        {word !== '' && <small className={width < ROOM_FOR_WORD || state !== 'learning' ? 'visually-hidden' : ''}>{word}</small>}
      </div>
      <div
        className="task-strip-pictures"
        style={{ height: shown }}
        {...(reached && pictures.length > 0
          ? {
              role: 'img',
              'aria-label': words.alt(
                name,
                pictures.map((picture) => picture.name),
              ),
            }
          : {})}
      >
        {shownPictures.map((picture, i) =>
          reached ? <OnePicture key={i} picture={picture} shown={shown} /> : <i key={i} style={{ width: shown, height: shown }} />,
        )}
      </div>
    </li>
  );
}

/** The list's own words tell the task's pictures together. */
function OnePicture({ picture, shown }: { readonly picture: Picture; readonly shown: number }) {
  return 'pixels' in picture ? <PixelImage {...picture} shown={shown} /> : <SpriteImage {...picture} shown={shown} />;
}
