/** Time that a contender, or the whole bench, may still take. */

/** A call that was given up. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  constructor(
    what: string,
    /** How long it was waited for, milliseconds. */
    readonly waited: number,
  ) {
    super(`stopped: ${what} had not ended after ${Math.round(waited / 1000)} s`);
  }
}

export class Deadline {
  private readonly end: number;
  constructor(milliseconds: number) {
    this.end = performance.now() + milliseconds;
  }

  /** Milliseconds; 0 when it has passed. */
  left(): number {
    return Math.max(0, this.end - performance.now());
  }

  /** A deadline of its own for a part, never later than this one. */
  within(milliseconds: number): Deadline {
    return new Deadline(Math.min(milliseconds, this.left()));
  }

  /** The call's result, or a StoppedError at the deadline; nobody waits for the call any more then. */
  async guard<T>(call: Promise<T>, what: string): Promise<T> {
    call.catch(() => undefined);
    const started = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoppedError(what, performance.now() - started)), this.left());
    });
    try {
      return await Promise.race([call, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
