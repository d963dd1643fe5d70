/**
 * Runs a model's operations one after the other, in call order: an operation that pauses (to read a result, or to let the
 * device catch up) must not see the effects of one that was called later.
 */
export class CallQueue {
  private tail: Promise<unknown> = Promise.resolve();
  private pending = 0;
  private failure: Error | null = null;

  /** Runs `work` after all that was called before; rejects with its error, or with that of an earlier `runVoid`. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.pending++;
    const idle = this.pending === 1;
    const task = idle ? this.checked(work) : this.tail.then(() => this.checked(work));
    this.tail = task.then(noop, noop);
    try {
      return await task;
    } finally {
      this.pending--;
    }
  }

  /** Runs `work` now when nothing is under way, else in its turn; an error then surfaces at the next `run`. */
  runVoid(work: () => void): void {
    if (this.pending === 0) {
      work();
      return;
    }
    this.pending++;
    this.tail = this.tail.then(() => {
      try {
        work();
      } catch (error) {
        this.failure ??= error instanceof Error ? error : new Error(String(error));
      } finally {
        this.pending--;
      }
    });
  }

  private async checked<T>(work: () => Promise<T>): Promise<T> {
    if (this.failure !== null) {
      const failure = this.failure;
      this.failure = null;
      throw failure;
    }
    return work();
  }
}

function noop(): void {
  // Each caller hears of its own error; the queue only needs to know that a task has ended.
}
