/** The methods' answers to one picture: now, and as they were after each task. */
import { useEffect, useState } from 'react';
import { useApp } from '../context';
import type { Answers, TryImage } from '../store/host';

export interface AskedAnswers {
  /** The likeliest classes now; null while nothing was asked or answered. */
  readonly now: Answers | null;
  /** The likeliest class after each (0-based) task that was asked so far. */
  readonly after: ReadonlyMap<number, Answers>;
}

const NOTHING: AskedAnswers = { now: null, after: new Map() };
const TOP = 3;

/** Asks again when the picture changes or another task was learned; a slow answer to an earlier picture is dropped. */
export function useAnswers(image: TryImage | null, learned: readonly number[]): AskedAnswers {
  const { host } = useApp();
  const [asked, setAsked] = useState<AskedAnswers & { readonly image: TryImage | null }>({ ...NOTHING, image: null });
  const moments = learned.join();
  useEffect(() => {
    if (image === null) return;
    let stale = false;
    const add = (change: (before: AskedAnswers) => AskedAnswers) => {
      if (!stale) setAsked((before) => ({ image, ...change(before.image === image ? before : NOTHING) }));
    };
    const ask = async () => {
      const now = await host.predict(image, TOP);
      if (now === null) return;
      add((before) => ({ ...before, now }));
      for (const task of moments.split(',').filter(Boolean).map(Number)) {
        if (stale) return;
        const then = await host.predictAfter(task, image, 1);
        if (then === null) return;
        add((before) => ({ ...before, after: new Map([...before.after, [task, then]]) }));
      }
    };
    void ask();
    return () => {
      stale = true;
    };
  }, [host, image, moments]);
  return asked.image === image && image !== null ? asked : NOTHING;
}
