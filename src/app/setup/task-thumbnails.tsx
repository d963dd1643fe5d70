/** One picture per class, grouped by task: from the loaded stream, or from the site's sprite before anything is loaded. */
import { Button } from '@mantine/core';
import type { StreamSummary } from '../../worker/api';
import { useApp, useAppState } from '../context';
import { PixelImage } from '../parts/pixel-image';
import type { StreamEntry } from '../../worker/bundled';
import { THUMBS_PER_ROW } from '../store/catalogue';
import { streamKey } from '../store/host';
import { text } from '../text';

const words = text.setup.tasks;
const SHOWN_SIDE = 28;

export function TaskThumbnails() {
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
  if (stream.value !== null && stream.for === streamKey(experiment)) return <Loaded stream={stream.value} />;
  const plain = split.kind === 'as-given' && order === 'natural' && maxTasks === undefined && maxClasses === undefined;
  return (
    <>
      {entry?.thumbs !== undefined && plain && <Sprite entry={entry} thumbs={entry.thumbs} />}
      {(entry?.thumbs === undefined || !plain) && (
        <Button size="xs" variant="default" loading={stream.state === 'loading'} onClick={() => void setup.preview()} data-testid="preview">
          {words.preview}
        </Button>
      )}
    </>
  );
}

function TaskHead({ index, name, detail }: { readonly index: number; readonly name: string; readonly detail: string }) {
  return (
    <div className="task-head">
      <strong>{words.taskHead(index + 1, name)}</strong>
      <span className="dim">{detail}</span>
    </div>
  );
}

/** Tasks, and classes of each, that are shown; the builder has them all. */
const TASKS = 30;
const CLASSES = 60;

function Loaded({ stream }: { readonly stream: StreamSummary }) {
  const { length } = stream.tasks;
  return (
    <div className="task-thumbs" data-testid="thumbnails">
      {stream.tasks.slice(0, TASKS).map((task, i) => (
        <div key={i}>
          <TaskHead index={i} name={task.name} detail={words.taskImages(task.train, task.test)} />
          <div className="thumbs">
            {stream.classNames.slice(task.from, Math.min(task.to, task.from + CLASSES)).map((name, c) => (
              <Pixels key={c} stream={stream} index={task.from + c} name={name} />
            ))}
            {task.to - task.from > CLASSES && <span className="dim">{words.moreClasses(task.to - task.from - CLASSES)}</span>}
          </div>
        </div>
      ))}
      {length > TASKS && <span className="dim">{words.moreTasks(length - TASKS)}</span>}
    </div>
  );
}

function Pixels({ stream, index, name }: { readonly stream: StreamSummary; readonly index: number; readonly name: string }) {
  const { side, pixels } = stream.thumbnails;
  return (
    <PixelImage
      side={side}
      pixels={pixels.subarray(index * side * side * 3, (index + 1) * side * side * 3)}
      name={name}
      shown={SHOWN_SIDE}
    />
  );
}

function Sprite({ entry, thumbs }: { readonly entry: StreamEntry; readonly thumbs: string }) {
  const rows = Math.ceil(entry.classes.length / THUMBS_PER_ROW);
  return (
    <div className="task-thumbs" data-testid="thumbnails">
      {entry.tasks.map((task, i) => (
        <div key={i}>
          <TaskHead index={i} name={task.name} detail="" />
          <div className="thumbs">
            {task.classes.map((c) => (
              <span
                key={c}
                role="img"
                aria-label={entry.classes[c] ?? String(c)}
                title={entry.classes[c]}
                style={{
                  width: SHOWN_SIDE,
                  height: SHOWN_SIDE,
                  backgroundImage: `url("streams/${thumbs}")`,
                  backgroundSize: `${THUMBS_PER_ROW * SHOWN_SIDE}px ${rows * SHOWN_SIDE}px`,
                  backgroundPosition: `-${(c % THUMBS_PER_ROW) * SHOWN_SIDE}px -${Math.floor(c / THUMBS_PER_ROW) * SHOWN_SIDE}px`,
                }}
              />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
