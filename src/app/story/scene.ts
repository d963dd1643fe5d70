/**
 * A scene of the lesson: what of the records it shows, what is to be predicted, how its picture goes on, what was seen, and what has to
 * hold for it to be told. Its words are in the catalogue; its figures are computed from the records.
 */
import type { ComponentType } from 'react';
import type { Experiment } from '../../session/experiment';
import type { Texts } from '../text/en';
import type { StoryTexts } from '../text/story';
import type { Material } from './material';

/** What somebody predicted; what the numbers are, the scene's `predict` says. Shares are 0..1. */
export type Answer = readonly number[];

export type Predict =
  /** [share]: a bar's height. */
  | { readonly kind: 'bar' }
  /** A share for each of so many places, the last at the end. */
  | { readonly kind: 'curve'; readonly places: number }
  /** [index of the option]. */
  | { readonly kind: 'choice'; readonly options: number }
  /** [x, y] in a plane of shares. */
  | { readonly kind: 'point' }
  /** Indices of what is ranked, best first. */
  | { readonly kind: 'rank'; readonly of: number };

/** The language that a scene is told in. */
export interface SceneWords {
  readonly story: StoryTexts;
  readonly text: Texts;
}

export interface PictureProps<Facts> {
  readonly facts: Facts;
  /** 0: the question; from 1 on the cues of the reveal. */
  readonly stop: number;
  readonly answer: Answer | null;
  readonly onAnswer: (answer: Answer) => void;
  /** Predictions of a class, drawn beside the record once it is revealed. */
  readonly others: readonly Answer[];
}

export type SceneId = 'forgets' | 'when' | 'capacity' | 'unreadable' | 'rate' | 'hears' | 'room' | 'wins';

export interface Scene<Facts> {
  readonly id: SceneId;
  /** What "Compute it here" opens. */
  readonly experiment: (material: Material, words: SceneWords) => Experiment;
  readonly record: (material: Material) => Facts;
  /** Stops after the question. */
  readonly cues: (facts: Facts) => number;
  readonly predict: Predict;
  /** The question, in words. */
  readonly ask: (facts: Facts, words: SceneWords) => string;
  /** What was seen by this stop, in one sentence. */
  readonly reveal: (facts: Facts, stop: number, words: SceneWords) => string;
  /** Of a choice: words of its options. */
  readonly options?: (words: SceneWords) => readonly string[];
  /** Index of the option that the record bears out; of a choice alone. */
  readonly right?: (facts: Facts) => number;
  /** Claims by name, and whether the records bear them. */
  readonly check: (facts: Facts) => Readonly<Record<string, boolean>>;
  readonly Picture: ComponentType<PictureProps<Facts>>;
}

/** A scene over the material at hand, its facts within. */
export interface OpenScene {
  readonly id: SceneId;
  readonly experiment: Experiment;
  readonly cues: number;
  readonly predict: Predict;
  readonly right: number | null;
  readonly options: readonly string[];
  readonly ask: string;
  readonly reveal: (stop: number) => string;
  readonly check: () => Readonly<Record<string, boolean>>;
  readonly Picture: ComponentType<Omit<PictureProps<unknown>, 'facts'>>;
}

export interface AnyScene {
  readonly id: SceneId;
  readonly predict: Predict;
  readonly open: (material: Material, words: SceneWords) => OpenScene;
}
