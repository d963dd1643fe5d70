/** The methods' answers to one picture by one read-off: now, and as they were after each task. */
import { useEffect, useState } from 'react';
import { useApp } from '../context';
import type { Answers, TryImage } from '../store/host';

export interface AskedAnswers {
  /** The likeliest classes now; null while nothing was asked or answered. */
  readonly now: Answers | null;
  /** The likeliest class after each (0-based) task that was asked so far. */
  readonly after: ReadonlyMap<number, Answers>;
}

interface Asked extends AskedAnswers {
  readonly image: TryImage | null;
  readonly reading: string;
  /** Which moment `now` is of. */
  readonly moment: string;
}

const NOTHING: AskedAnswers = { now: null, after: new Map() };
const TOP = 3;

const called = (answers: Answers, say: (name: string) => string): Answers =>
  answers.map((answer) => ({ ...answer, rows: answer.rows.map((row) => ({ ...row, label: say(row.label) })) }));

/**
 * Asks again when picture or reading change or another task was learned; a slow answer to an earlier question is dropped.
 * `say`: names of classes, as the page calls them. `back`: whether the last of `learned` is not the newest task, since somebody looks back: then the models as they were are asked.
 */
export function useAnswers(
  image: TryImage | null,
  learned: readonly number[],
  reading: string,
  { back, say }: { readonly back: boolean; readonly say: (name: string) => string },
): AskedAnswers {
  const { host } = useApp();
  const [asked, setAsked] = useState<Asked>({ ...NOTHING, image: null, reading, moment: '' });
  const moments = learned.join();
  const moment = back ? moments : 'newest';
  useEffect(() => {
    if (image === null) return;
    let stale = false;
    const same = (before: Asked) => before.image === image && before.reading === reading;
    const add = (change: (before: AskedAnswers) => AskedAnswers) => {
      if (!stale) setAsked((before) => ({ ...change(same(before) ? before : NOTHING), image, reading, moment }));
    };
    const ask = async () => {
      const last = moments.split(',').map(Number).at(-1) ?? 0;
      const now = back ? await host.predictAfter(last, image, TOP, reading) : await host.predict(image, TOP, reading);
      if (now === null) return;
      add((before) => ({ ...before, now }));
      for (const task of moments.split(',').filter(Boolean).map(Number)) {
        if (stale) return;
        const then = await host.predictAfter(task, image, 1, reading);
        if (then === null) return;
        add((before) => ({ ...before, after: new Map([...before.after, [task, then]]) }));
      }
    };
    void ask();
    return () => {
      stale = true;
    };
  }, [host, image, moments, moment, reading, back]);
  if (image === null || asked.image !== image || asked.reading !== reading) return NOTHING;
  // What came later is not known at an earlier moment.
  const then = [...asked.after].filter(([task]) => learned.includes(task));
  return {
    now: asked.moment === moment && asked.now !== null ? called(asked.now, say) : null,
    after: new Map(then.map(([task, answers]) => [task, called(answers, say)])),
  };
}
