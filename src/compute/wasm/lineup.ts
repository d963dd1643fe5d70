/** Work done without a break before other tasks of this thread (messages: pause, stop) get their turn, milliseconds. */
const PATIENCE = 12;

interface Waiting {
  readonly task: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Tasks in call order, on this thread. While there is nothing to wait for they run within the call that adds them;
 * after `PATIENCE` of unbroken work the thread goes back to its event loop first.
 */
export class Lineup {
  private readonly waiting: Waiting[] = [];
  private pausing = false;
  private since = -Infinity;
  private closed = false;

  get idle(): boolean {
    return !this.pausing && this.waiting.length === 0;
  }

  add<T>(task: () => T): Promise<T> {
    if (this.closed) return Promise.reject(new Error('This device was disposed'));
    return new Promise<T>((resolve, reject) => {
      const run = (): void => {
        try {
          resolve(task());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.waiting.push({ task: run, reject });
      if (!this.pausing) this.work();
    });
  }

  /** As `add`, for tasks that nobody awaits; after `close` they are dropped. */
  post(task: () => void): void {
    if (this.closed) return;
    this.waiting.push({ task, reject: () => undefined });
    if (!this.pausing) this.work();
  }

  /** Rejects what still waits, and everything to come. */
  close(): void {
    this.closed = true;
    for (const { reject } of this.waiting.splice(0)) reject(new Error('This device was disposed'));
  }

  private work(): void {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      next.task();
      if (performance.now() - this.since < PATIENCE) continue;
      this.pausing = true;
      afterOtherTasks(() => {
        this.pausing = false;
        this.since = performance.now();
        this.work();
      });
      return;
    }
  }
}

/** A turn of the event loop; a message channel, as timers are held back to 4 ms when nested. */
function afterOtherTasks(then: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    then();
  };
  port2.postMessage(null);
}
