/** What is being fetched or read, so that a person can end it. */
export interface Readings {
  /** Runs `work` with a signal that `cancel` raises. */
  during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  cancel(): void;
}

export function createReadings(): Readings {
  const going = new Set<AbortController>();
  return {
    async during(work) {
      const controller = new AbortController();
      going.add(controller);
      try {
        return await work(controller.signal);
      } finally {
        going.delete(controller);
      }
    },
    cancel() {
      for (const controller of going) controller.abort(new DOMException('The import was cancelled.', 'AbortError'));
    },
  };
}
