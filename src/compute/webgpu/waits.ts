/** How soon this browser notices that the GPU is done, and what makes it look. */

/** Milliseconds beyond which a browser is taken to look at its GPU from time to time only: Firefox does every 100. */
const POLLED = 20;
const NUDGE_MS = 4;

/** Milliseconds until the end of no work at all is noticed, the better of two. */
export async function measureWait(queue: GPUQueue, now: () => number = () => performance.now()): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 2; i++) {
    const since = now();
    queue.submit([]);
    await queue.onSubmittedWorkDone();
    least = Math.min(least, now() - since);
  }
  return least;
}

/** While somebody waits, hands nothing to the GPU now and then: a browser that polls looks whenever it is handed something. */
export class Nudges {
  private timer: ReturnType<typeof setInterval> | null = null;

  /** `waited`: as `measureWait` tells; nothing is done where the browser needs no nudging. */
  constructor(
    private readonly queue: Pick<GPUQueue, 'submit'>,
    private readonly waited: number,
    private readonly busy: () => boolean,
  ) {}

  wake(): void {
    if (this.waited <= POLLED) return;
    this.timer ??= setInterval(() => {
      if (this.busy()) this.queue.submit([]);
      else this.stop();
    }, NUDGE_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}
