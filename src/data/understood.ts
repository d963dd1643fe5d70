/** What was understood of files before anything is computed with them, and what only their owner can say. */
import { oneByOne, said, type Said, type Sentence } from '../common/said';
import { DataError } from './errors';
import type { RgbImage } from './rgb-image';

/** The experiment's fields, below `stream`, that hold answers; they go with the files that were asked about. */
export const ANSWER_FIELDS = ['splitWords', 'labelColumn', 'nameEncoding', 'tableEncoding', 'valueRange'] as const;
export type AnswerField = (typeof ANSWER_FIELDS)[number];

export interface Reading {
  /** The answer as the experiment holds it. */
  readonly value: string;
  /** What files would mean under it, in words. Text from strangers: never markup. */
  readonly shows: Said;
  readonly picture?: RgbImage;
}

export interface Choice {
  readonly field: AnswerField;
  readonly asks: Sentence;
  /** Null where nothing may be assumed. */
  readonly chosen: string | null;
  /** The likeliest first. */
  readonly readings: readonly Reading[];
}

/** A sentence with counts, and the other readings where there are some. */
export interface Understood {
  readonly text: Sentence;
  readonly choice?: Choice;
}

/** Two readings are possible and give different images: the page asks, a program sets the field. */
export class DataQuestion extends DataError {
  readonly choice: Choice;

  constructor(choice: Choice) {
    const answers = oneByOne(choice.readings.map(({ value, shows }) => said`"${value}": ${shows}`));
    super(said`${choice.asks} Choose one, or set stream.${choice.field} in the experiment (${answers}).`, `stream.${choice.field}`);
    this.choice = choice;
  }
}

/** What an owner has said already. */
export interface Answers {
  readonly splitWords?: 'splits' | 'classes' | undefined;
  readonly labelColumn?: string | undefined;
  readonly nameEncoding?: string | undefined;
  readonly tableEncoding?: string | undefined;
  readonly valueRange?: string | undefined;
}
