/** Taking turns: one piece of work on the models at a time, with room for messages in between. */
export interface Turns {
  /** Runs `work` after everything asked for before; its outcome is the returned promise's. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(work) {
      const mine = last.then(work, work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Lets waiting messages in. Promises alone never do, and timers are slowed to 4 ms a turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
