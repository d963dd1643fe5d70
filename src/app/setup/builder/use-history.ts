/** A value with its past. */
import { useState } from 'react';

export interface History<T> {
  readonly value: T;
  readonly canUndo: boolean;
  readonly change: (next: (now: T) => T) => void;
  readonly undo: () => void;
}

/** Keeps so many steps. */
const STEPS = 100;

export function useHistory<T>(initial: () => T): History<T> {
  const [past, setPast] = useState<readonly T[]>(() => [initial()]);
  const value = past.at(-1) as T;
  return {
    value,
    canUndo: past.length > 1,
    change: (next) =>
      setPast((steps) => {
        const now = steps.at(-1) as T;
        const then = next(now);
        return then === now ? steps : [...steps, then].slice(-STEPS);
      }),
    undo: () => setPast((steps) => (steps.length > 1 ? steps.slice(0, -1) : steps)),
  };
}
