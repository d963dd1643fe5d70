/** How far somebody is in the lesson, and what was predicted: kept in this browser alone. */
import * as v from 'valibot';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { ExerciseId, ExerciseResult } from './code';
import type { Answer, SceneId } from './scene';

const KEY = 'lesson';
const kept = v.object({
  scene: v.optional(v.number(), 1),
  stop: v.optional(v.number(), 0),
  answers: v.optional(v.record(v.string(), v.array(v.number())), {}),
  results: v.optional(
    v.record(v.string(), v.object({ values: v.tuple([v.number(), v.number()]), order: v.optional(v.array(v.number())) })),
    {},
  ),
  /** Tells two codes of one content apart; says nothing of whose it is. */
  mark: v.optional(v.number()),
});

export interface Progress {
  readonly scene: number;
  readonly stop: number;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly results: { readonly [id in ExerciseId]?: ExerciseResult | undefined };
  readonly mark: number;
  /** Predictions of a class, a list for each scene; gone with the page. */
  readonly others: Readonly<Partial<Record<SceneId, readonly Answer[]>>>;
}

function load(): Progress {
  const mark = Math.floor(Math.random() * 65_536);
  try {
    const known = v.safeParse(kept, JSON.parse(localStorage.getItem(KEY) ?? '{}'));
    if (known.success) return { ...known.output, mark: known.output.mark ?? mark, others: {} };
  } catch {
    // Storage that is refused, as in a frame on another page, or that holds something else.
  }
  return { scene: 1, stop: 0, answers: {}, results: {}, mark, others: {} };
}

export const progress = createStore<Progress>(load);

progress.subscribe(({ others: _gone, ...lasting }) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(lasting));
  } catch {
    // Refused: the lesson goes on without.
  }
});

export const useProgress = <T>(select: (state: Progress) => T): T => useStore(progress, select);

/** What an exercise came to, for the code. */
export const keepResult = (id: ExerciseId, result: ExerciseResult): void =>
  progress.setState(({ results }) => ({ results: { ...results, [id]: result } }));

export const answerTo = (scene: SceneId, answer: Answer): void =>
  progress.setState(({ answers }) => ({ answers: { ...answers, [scene]: answer } }));
