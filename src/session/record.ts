/** The run record: the only source the charts draw from, live, finished, resumed, recorded or shared alike. */
import * as v from 'valibot';
import { recordedExperiment } from './experiment';

export const RECORD_SCHEMA = 2;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
/** Of one input of one block: what DualGPM holds. */
const site = v.object({
  block: count,
  input: v.string(),
  dimension: count,
  of: count,
  type: v.picklist(['remove', 'retain']),
  freeRank: count,
  angles: v.array(v.object({ smallest: v.number(), mean: v.number() })),
});

const share = v.nullable(v.number());

/** What the newest update did to old and new inputs of one linear map (see continual/interference.ts). */
const mapInterference = v.object({
  block: count,
  target: v.string(),
  /** Share of the output changed, by old task; of the new task; by an update of the same norm in random directions. */
  old: v.array(share),
  new: share,
  random: v.array(share),
  /** old / new where only that is known: records of schema 1. */
  ratio: v.optional(v.array(v.number())),
});

/** One way of reading the features. */
const reading = v.object({
  /** a[i][j], j ≤ i: accuracy on task j among all classes seen. */
  classIncremental: v.array(fraction),
  /** The same, the argmax restricted to task j's classes. */
  taskAware: v.array(fraction),
  /** Predicted column per test image of task j, in the order of the stream; empty when not kept. */
  predicted: v.array(v.array(count)),
});

/** What one method knows after one task. Row i of its accuracy matrices. */
const taskResult = v.object({
  task: count,
  /** By read-off: `own` (the method's own; absent where it has none), `class-means`, `ridge`, `aligned`; `again-…` from old images. */
  readings: v.record(v.string(), reading),
  /** Seconds this method spent on the task, by phase. */
  seconds: v.record(v.string(), v.number()),
  /** What it keeps of the tasks so far, heads aside. */
  kept: v.array(v.object({ what: v.string(), bytes: count, images: count })),
  subspaces: v.nullable(v.object({ threshold: v.number(), sites: v.array(site) })),
  interference: v.nullable(
    v.object({
      /** Images of a task that it was measured on, at most. */
      images: count,
      maps: v.array(mapInterference),
      /** ‖W − W₀‖ / ‖W₀‖ of each block over the measured maps. */
      weightDrift: v.array(v.number()),
    }),
  ),
  /** By old task: squared change of its test features since it was learned, by their variance. */
  drift: v.array(v.number()),
  /** What the method knows of itself (continual/known.ts); absent where that is nothing or too much. */
  knows: v.optional(v.object({ what: v.string(), columns: v.optional(v.array(v.string())), values: v.array(v.array(v.number())) })),
  /** Class means of test features in a plane fixed after the first task, by task, x and y in turns; where the experiment asked for it. */
  means: v.optional(v.object({ fixed: v.number(), now: v.number(), places: v.array(v.array(v.nullable(v.number()))) })),
});

const lossPoint = v.object({ task: count, epoch: count, step: count, loss: v.number() });

/** Accuracy on a few fixed test images of each old task, after so many steps of the `of` that the new task's training has. */
const probePoint = v.object({ task: count, step: count, of: count, accuracy: v.array(fraction) });

const form = v.tuple([v.number(), v.number(), v.number()]);
const spread = v.object({ share: v.number(), form, places: v.array(v.number()) });
const energy = v.object({ memory: v.number(), b: v.number() });
const loudness = v.object({ counts: v.array(count), median: v.number() });

/** A look inside while a task was learned (continual/inside.ts): what was seen at each of the four stops that came. */
const inside = v.object({
  task: count,
  block: count,
  map: v.string(),
  gather: v.optional(v.object({ unit: v.number(), old: v.nullable(spread), fresh: spread })),
  design: v.optional(
    v.object({
      free: v.array(v.number()),
      held: v.nullable(form),
      rows: v.array(v.number()),
      energy: v.object({ old: v.nullable(energy), fresh: energy }),
    }),
  ),
  train: v.optional(
    v.object({
      hears: form,
      size: v.number(),
      loudness: v.object({ old: v.nullable(loudness), fresh: loudness, random: v.nullable(loudness) }),
    }),
  ),
  consolidate: v.optional(v.object({ held: form, before: count, after: count, of: count, threshold: v.nullable(v.number()) })),
});

const methodRun = v.object({
  id: v.string(),
  /** What it is called, for builds that do not know the method. */
  title: v.string(),
  results: v.array(taskResult),
  /** Thinned for storage: at most a few hundred points a task. */
  losses: v.array(lossPoint),
  /** By the heads in training, among all classes so far; absent where the experiment did not ask for it. */
  probes: v.optional(v.array(probePoint)),
  /** By task, where the experiment asked to look inside and the method changes that map. */
  inside: v.optional(v.array(inside)),
  /** Why this method stopped early, for people; null while all is well. */
  failure: v.nullable(v.string()),
});

export const recordSchema = v.object({
  schema: v.literal(RECORD_SCHEMA),
  kind: v.literal('inflora-run'),
  experiment: recordedExperiment,
  status: v.picklist(['running', 'stopped', 'finished', 'failed']),
  /** ISO time of the start. */
  startedAt: v.string(),
  seconds: v.number(),
  device: v.object({
    kind: v.picklist(['webgpu', 'wasm', 'cpu']),
    engine: v.picklist(['reference', 'plan']),
    name: v.string(),
    software: v.boolean(),
    threads: count,
  }),
  /** `commit`: of the build; absent in records of before. */
  software: v.object({ version: v.string(), commit: v.optional(v.string()), userAgent: v.string() }),
  backbone: v.object({
    title: v.string(),
    sha256: v.string(),
    dim: count,
    depth: count,
    heads: count,
    imageSize: count,
    patchSize: count,
    parameters: count,
  }),
  stream: v.object({
    title: v.string(),
    sha256: v.string(),
    kind: v.picklist(['class-incremental', 'domain-incremental']),
    classNames: v.array(v.string()),
    tasks: v.array(v.object({ name: v.string(), from: count, to: count, train: count, test: count })),
    skipped: v.array(v.object({ name: v.string(), reason: v.string() })),
  }),
  methods: v.array(methodRun),
  log: v.array(v.object({ at: v.number(), level: v.picklist(['info', 'warning', 'error']), text: v.string() })),
});

export type RunRecord = v.InferOutput<typeof recordSchema>;
export type MethodRun = RunRecord['methods'][number];
export type TaskResult = MethodRun['results'][number];
export type Reading = v.InferOutput<typeof reading>;
export type ProbePoint = v.InferOutput<typeof probePoint>;
export type InsideRecord = v.InferOutput<typeof inside>;
export type LossPoint = MethodRun['losses'][number];
