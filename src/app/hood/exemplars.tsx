/** The images that a method stores of earlier tasks, as of the moment on the page. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { RunRecord } from '../../session/record';
import type { KnownNow } from '../charts/known';
import { useApp, useAppState } from '../context';
import { methodIn } from '../names';
import { PixelImage } from '../parts/pixel-image';
import type { TaskPictures } from '../store/host';
import { useText } from '../text';
import { pictureOf } from '../tryit/sample';

/** Of a task; what is beyond is counted. */
const SHOWN = 120;
const SIDE = 32;

interface Fetched {
  /** What was asked for; null before anything was. */
  readonly of: KnownNow['known'] | null;
  /** Null where it could not be had. */
  readonly value: readonly TaskPictures[] | null;
}

/** Pictures of a run of this page come at once, those of a record when they are asked for; then they follow it. */
function usePictures(record: RunRecord, known: KnownNow['known']): Fetched & { readonly asked: boolean; readonly ask: () => void } {
  const { host } = useApp();
  const live = useAppState((state) => state.origin === 'live' && state.status !== 'loading');
  const [asked, ask] = useState(false);
  const [fetched, set] = useState<Fetched>({ of: null, value: [] });
  const wanted = live || asked;
  const { experiment } = record;
  useEffect(() => {
    if (!wanted) return undefined;
    let over = false;
    const places = known.values.map((of) => of.slice(0, SHOWN));
    void host.trainImages(experiment, places).then((value) => {
      if (!over) set({ of: known, value });
    });
    return () => {
      over = true;
    };
  }, [wanted, known, host, experiment]);
  return { ...fetched, asked: wanted, ask: () => ask(true) };
}

export function Exemplars({ record, id, known }: { readonly record: RunRecord; readonly id: string; readonly known: KnownNow['known'] }) {
  const text = useText();
  const { known: words } = text.charts.memory;
  const waiting = text.charts.remembered;
  const { of, value, asked, ask } = usePictures(record, known);
  if (!asked) {
    return (
      <div className="panel-empty">
        {waiting.loadSentence}
        <Button mt="xs" size="xs" variant="default" onClick={ask} data-testid="load-exemplars">
          {waiting.load}
        </Button>
      </div>
    );
  }
  if (value === null) return <div className="panel-empty">{waiting.missing}</div>;
  // While others are fetched, those of the moment before stay.
  if (of === null) return <div className="panel-empty">{waiting.loading}</div>;
  const method = methodIn(text, record, id).name;
  return (
    <div className="panel-scroll remembered" tabIndex={0} role="group" aria-label={words.titles.exemplars}>
      {value.map(({ side, pixels, labels }, task) => {
        const name = record.stream.tasks[task]?.name ?? '';
        const kept = of.values[task]?.length ?? 0;
        return (
          <section key={task} aria-label={name} data-testid={`exemplars-${task}`}>
            <h3>
              {waiting.task(task + 1, name)} <small className="dim">{words.kept(kept)}</small>
            </h3>
            <ul className="strip" aria-label={words.aria(method, name)}>
              {labels.map((label, i) => (
                <li key={i}>
                  <PixelImage
                    {...{ side, shown: SIDE, pixels: pictureOf({ side, pixels }, i), name: record.stream.classNames[label] ?? '' }}
                  />
                </li>
              ))}
            </ul>
            {kept > labels.length && <small className="dim">{words.more(kept - labels.length)}</small>}
          </section>
        );
      })}
    </div>
  );
}
