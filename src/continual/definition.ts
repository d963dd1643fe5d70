/** What a method is before anything runs: options, papers, plan, and how it is made. One file each under `methods/`. */
import * as v from 'valibot';
import type { MapInput, Penalty, Trainables } from '../compute/backbone';
import type { PlannedPrompts } from '../compute/prompts';
import { trainsNetwork, type PlannedAdapters, type Replay } from '../compute/trainables';
import type { AlignmentOptions } from './alignment';
import type { Bench, Kept, Method } from './method';
import type { Paper } from './papers';
import type { Targets } from './targets';

/** What time, memory and diagnostics need to know of a method. */
export interface MethodPlan {
  readonly trainables: Pick<Trainables, 'backbone' | 'adapters' | 'prompts'>;
  /** null without adapters. */
  readonly adapters: PlannedAdapters | null;
  /**
   * Pools of prompts for a backbone of this depth; absent: none. Every image is then looked at once more, by the untouched network: in
   * training once, or once an epoch where it is augmented.
   */
  readonly prompts?: (depth: number) => readonly PlannedPrompts[];
  /** Inputs whose second moments it needs of all its task's images, before training and after. */
  readonly before: readonly MapInput[];
  readonly after: readonly MapInput[];
  /** Whether subspaces are worked out of them: a design and a memory for each input of each block. */
  readonly subspaces: boolean;
  /** What each step adds to the loss; the classifier aside, on all that it trains. */
  readonly penalty: Penalty['kind'] | null;
  /** Inputs along which no step of its maps moves, once there were tasks before. */
  readonly projects: readonly MapInput[];
  /** Squared gradients after training: of at most so many images of a task, one by one or in batches, for each class seen or once. */
  readonly squares: { readonly of: 'image' | 'batch'; readonly images: number; readonly everyClass: boolean } | null;
  /** Of its own read-off, where that trains on drawn features. */
  readonly alignment: AlignmentOptions | null;
  readonly replay: Replay | null;
  /** Whether the network before the task sees each of its images, too: in every epoch where they are augmented, else once. */
  readonly teacher: boolean;
  /** What it keeps of earlier tasks, heads aside. */
  readonly keeps: readonly Kept['what'][];
  /** Share of a task's epochs, from the second task on, in which the classifier learns alone. */
  readonly held?: number;
  /** Its adapters of earlier tasks stay attached, frozen, their scales learning. */
  readonly accumulates?: boolean;
  /** How it sees an image where not by its network alone: passes that one takes, and width of the features in the network's own. */
  readonly sight?: { readonly passes: number; readonly widths: number };
}

/** Nothing trained, nothing gathered. */
export const IDLE: MethodPlan = {
  trainables: { backbone: 'none', adapters: 'none' },
  adapters: null,
  before: [],
  after: [],
  subspaces: false,
  penalty: null,
  squares: null,
  projects: [],
  alignment: null,
  replay: null,
  teacher: false,
  keeps: [],
};

export const FULL: MethodPlan = { ...IDLE, trainables: { backbone: 'all', adapters: 'none' } };

/** Read-offs that every run evaluates; `own` is the method's own. */
export const READINGS = ['own', 'class-means', 'ridge', 'aligned'] as const;
export type ReadingId = (typeof READINGS)[number];

/**
 * What guards the past: nothing; features that never change, or change once; a subspace; a penalty on change; a projection of
 * gradients; images or their statistics seen again; prompts beside a frozen network. `bound`: all tasks at once, to compare with.
 */
export const APPROACHES = ['subspace', 'freeze', 'penalise', 'project', 'rehearse', 'prompt', 'unguarded', 'bound'] as const;
export type Approach = (typeof APPROACHES)[number];

/** Options with every default filled in. */
export type OptionsOf<Entries extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<Entries, undefined>>;

export interface MethodDefinition<Id extends string = string, Entries extends v.ObjectEntries = v.ObjectEntries> {
  readonly id: Id;
  /** As records, tables and `lab` carry it. */
  readonly title: string;
  readonly role: 'contestant' | 'bound' | 'floor';
  readonly approach: Approach;
  readonly papers: readonly Paper[];
  /** Where its formulas stand, and in which function here. */
  readonly equations: readonly { readonly reference: string; readonly code: string }[];
  /**
   * `task`: the current task's batches, in lock-step with the others. `first`: those of the first task, if its plan trains at all.
   * `all`: every task's, once the stream ends. `none`: never.
   */
  readonly trainsOn: 'task' | 'first' | 'all' | 'none';
  /** Options beside the learning rates, each with its default. */
  readonly options: Entries;
  /** Options that suit the bundled backbone, where they are not the defaults (pretrain/SEARCH.md). */
  readonly suggested?: Partial<v.InferInput<v.ObjectSchema<Entries, undefined>>>;
  /** By bundled stream: its own best learning rate, searched on seeds that are not reported (pretrain/SEARCH.md), and the options it was searched with where they are not the suggested ones. */
  readonly searched?: Readonly<
    Record<string, { readonly rate: number; readonly options?: Partial<v.InferInput<v.ObjectSchema<Entries, undefined>>> }>
  >;
  /** Which of the read-offs of every run its own one is, if any. */
  readonly reads?: ReadingId;
  readonly plan: (options: OptionsOf<Entries>) => MethodPlan;
  /** Its options in words, for a paper's methods section. */
  readonly describe: (options: OptionsOf<Entries>) => readonly string[];
  /** It owns `bench.model` from here on. */
  readonly create: (bench: Bench, options: OptionsOf<Entries>) => Method;
}

/** When a method trains: never on the first task either, where its plan has nothing that learns. */
export function trainsUnder<Entries extends v.ObjectEntries>(
  { trainsOn, plan }: Pick<MethodDefinition<string, Entries>, 'trainsOn' | 'plan'>,
  options: OptionsOf<Entries>,
): MethodDefinition['trainsOn'] {
  return trainsOn === 'first' && !trainsNetwork(plan(options).trainables) ? 'none' : trainsOn;
}

/** Infers the types of a definition from its options. */
export const defineMethod = <const Id extends string, const Entries extends v.ObjectEntries>(
  definition: MethodDefinition<Id, Entries>,
): MethodDefinition<Id, Entries> => definition;

export const map = v.picklist(['q', 'k', 'v', 'proj', 'fc1', 'fc2']);

/** Linear maps that are adapted; absent: keys and values, as the paper. */
export const targets = v.optional(v.union([v.picklist(['kv', 'all']), v.pipe(v.array(map), v.minLength(1))]));

/** Blocks that are adapted, from the first on. */
export const firstBlocks = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 5);

export const rank = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 8);

/** "rank 8 on keys and values". */
export const rankWords = (of: number, on: Targets = 'kv'): string => {
  const words = { kv: 'keys and values', qv: 'queries and values', all: 'all linear maps' };
  return `rank ${of} on ${typeof on === 'string' ? words[on] : on.join(', ')}`;
};
