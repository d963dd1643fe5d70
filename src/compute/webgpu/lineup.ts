/** Work for the queue in call order. A task that must wait (for pipelines, for room in the queue) holds up those behind it. */
export class Lineup {
  private readonly waiting: { readonly task: () => Promise<void> | undefined; readonly reject: (error: Error) => void }[] = [];
  private busy = false;
  private failure: Error | null = null;

  get idle(): boolean {
    return !this.busy && this.waiting.length === 0;
  }

  /** Does `task` as soon as all before it are done, at once if they are; `reject` hears of its failure. */
  add(task: () => Promise<void> | undefined, reject: (error: Error) => void): void {
    if (this.failure) return reject(this.failure);
    this.waiting.push({ task, reject });
    if (!this.busy) this.work();
  }

  /** Rejects what waits, and everything to come. */
  close(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }

  private work(): void {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const { task, reject } = next;
      try {
        const pause = task();
        if (!pause) continue;
        this.busy = true;
        pause
          .catch((error: unknown) => reject(asError(error)))
          .finally(() => {
            this.busy = false;
            this.work();
          });
        return;
      } catch (error) {
        reject(asError(error));
      }
    }
  }
}

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
