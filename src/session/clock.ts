/** Working time: what a run spent computing, the pauses between pulls left out. */
export interface WorkClock {
  /** Seconds of work so far. */
  seconds(): number;
  /** The same events; the clock runs only while the next one is being made. */
  timed<T>(events: AsyncGenerator<T>): AsyncGenerator<T>;
}

/** `now` in milliseconds; `spent`: seconds that were worked before. */
export function createWorkClock(now: () => number = () => performance.now(), spent = 0): WorkClock {
  let worked = 1000 * spent;
  let since: number | null = null;
  const stop = () => {
    if (since !== null) worked += now() - since;
    since = null;
  };
  return {
    seconds: () => (worked + (since === null ? 0 : now() - since)) / 1000,
    async *timed(events) {
      try {
        for (;;) {
          since = now();
          const next = await events.next();
          stop();
          if (next.done) return;
          yield next.value;
        }
      } finally {
        stop();
        await events.return(undefined);
      }
    },
  };
}
