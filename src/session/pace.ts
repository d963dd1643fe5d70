/** How far a run is and how long it will take, from the measured pace of each method in each stage. */
import type { MethodId } from './experiment';

export type Stage = 'prepare' | 'train' | 'consolidate' | 'evaluate';

/** Images that one method will pass through one stage, over the whole run. */
export interface Work {
  readonly method: MethodId;
  readonly stage: Stage;
  readonly images: number;
}

interface Tally {
  readonly method: MethodId;
  readonly guess: number;
  planned: number;
  done: number;
  seconds: number;
}

/** Forward passes an image costs, before anything was measured. A training step is one forward and about two backward. */
const guesses: Readonly<Record<Stage, number>> = { prepare: 0.5, train: 3, consolidate: 0.5, evaluate: 1 };

export interface Pace {
  plan(work: readonly Work[]): void;
  /** `images` more went through a stage in `seconds`. */
  did(method: MethodId, stage: Stage, images: number, seconds: number): void;
  /** A method ended early; nothing of it is left to do. */
  drop(method: MethodId): void;
  /** Share of the work done, never falling, and seconds left; null until something was measured. */
  now(): { readonly progress: number; readonly secondsLeft: number | null };
}

export function createPace(): Pace {
  const tallies = new Map<string, Tally>();
  let reached = 0;
  const of = (method: MethodId, stage: Stage): Tally => {
    const key = `${method}/${stage}`;
    const known = tallies.get(key) ?? { method, guess: guesses[stage], planned: 0, done: 0, seconds: 0 };
    tallies.set(key, known);
    return known;
  };
  return {
    plan(work) {
      for (const { method, stage, images } of work) of(method, stage).planned += images;
      reached = 0;
    },
    did(method, stage, images, seconds) {
      const tally = of(method, stage);
      tally.done += images;
      tally.seconds += seconds;
    },
    drop(method) {
      for (const tally of tallies.values()) if (tally.method === method) tally.planned = tally.done;
    },
    now() {
      const all = [...tallies.values()];
      const spent = all.reduce((sum, tally) => sum + tally.seconds, 0);
      const guessed = all.reduce((sum, tally) => sum + tally.guess * tally.done, 0);
      const scale = guessed > 0 && spent > 0 ? spent / guessed : null;
      const left = all.reduce((sum, tally) => {
        const rate = tally.done > 0 ? tally.seconds / tally.done : tally.guess * (scale ?? 1);
        return sum + Math.max(0, tally.planned - tally.done) * rate;
      }, 0);
      if (scale === null) return { progress: reached, secondsLeft: null };
      reached = Math.max(reached, left === 0 ? 1 : spent / (spent + left));
      return { progress: reached, secondsLeft: left };
    },
  };
}
