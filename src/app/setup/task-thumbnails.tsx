/** One picture per class, grouped by task: from the loaded stream, or from the site's sprite before anything is loaded. */
import { Button } from '@mantine/core';
import { picturedBy, picturedEntry, taskPictures, type Picture, type Pictured } from '../charts/task-pictures';
import { useApp, useAppState } from '../context';
import { PixelImage } from '../parts/pixel-image';
import { SpriteImage } from '../parts/sprite-image';
import { streamKey } from '../store/host';
import { useText } from '../text';

const SHOWN_SIDE = 28;

export function TaskThumbnails() {
  const words = useText().setup.tasks;
  const experiment = useAppState((state) => state.experiment);
  const stream = useAppState((state) => state.stream);
  const { from, split, order, maxTasks, maxClasses } = experiment.stream;
  const entry = useAppState((state) => (from.source === 'bundled' ? state.catalogue?.streams.find((s) => s.id === from.id) : undefined));
  const { setup } = useApp();
  const arriving = useAppState((state) => (state.loading?.what === 'stream' ? state.loading.pictures : undefined));
  if (arriving !== undefined) {
    return (
      <div className="thumbs" data-testid="arriving">
        {arriving.map((picture) => (
          <PixelImage key={picture.name} {...picture} shown={SHOWN_SIDE} />
        ))}
      </div>
    );
  }
  if (stream.value !== null && stream.for === streamKey(experiment)) {
    const { tasks } = stream.value;
    const details = tasks.map(({ train, test }) => words.taskImages(train, test));
    const of = picturedBy(stream.value);
    return <Tasks of={of} pictures={taskPictures(of, stream.value, undefined)} details={details} />;
  }
  const plain = split.kind === 'as-given' && order === 'natural' && maxTasks === undefined && maxClasses === undefined;
  if (entry?.thumbs !== undefined && plain)
    return <Tasks of={picturedEntry(entry)} pictures={taskPictures(picturedEntry(entry), null, entry)} />;
  return (
    <Button size="xs" variant="default" loading={stream.state === 'loading'} onClick={() => void setup.preview()} data-testid="preview">
      {words.preview}
    </Button>
  );
}

/** Tasks, and pictures of each, that are shown; the builder has them all. */
const TASKS = 30;
const PICTURES = 60;

interface TasksProps {
  readonly of: Pictured;
  readonly pictures: readonly (readonly Picture[])[];
  /** What is beside the names. */
  readonly details?: readonly string[];
}

function Tasks({ of, pictures, details = [] }: TasksProps) {
  const words = useText().setup.tasks;
  const more = of.tasks.length - TASKS;
  return (
    <div className="task-thumbs" data-testid="thumbnails">
      {of.tasks.slice(0, TASKS).map(({ name, classes }, i) => (
        <div key={i}>
          <div className="task-head">
            <strong>{words.taskHead(i + 1, name)}</strong>
            <span className="dim">{details[i]}</span>
          </div>
          <div className="thumbs">
            {pictures[i]
              ?.slice(0, PICTURES)
              .map((picture, c) =>
                'pixels' in picture ? (
                  <PixelImage key={c} {...picture} shown={SHOWN_SIDE} />
                ) : (
                  <SpriteImage key={c} {...picture} shown={SHOWN_SIDE} />
                ),
              )}
            {classes.length > PICTURES && <span className="dim">{words.moreClasses(classes.length - PICTURES)}</span>}
          </div>
        </div>
      ))}
      {more > 0 && <span className="dim">{words.moreTasks(more)}</span>}
    </div>
  );
}
