/** The run record: the only source the charts draw from, live, finished, resumed, recorded or shared alike. */
import * as v from 'valibot';
import { experimentSchema, METHOD_IDS } from './experiment';

export const RECORD_SCHEMA = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const methodId = v.picklist(METHOD_IDS);

const layerDiagnostics = v.object({
  dimension: count,
  of: count,
  type: v.picklist(['remove', 'retain']),
  freeRank: count,
  leakage: v.array(v.number()),
  angles: v.array(v.object({ smallest: v.number(), mean: v.number() })),
});

/** What one method knows after one task. Row i of its accuracy matrices. */
const taskResult = v.object({
  task: count,
  /** a[i][j], j ≤ i: accuracy on task j among all classes seen. */
  classIncremental: v.array(fraction),
  /** The same, the argmax restricted to task j's classes. */
  taskAware: v.array(fraction),
  /** Predicted column per test image of task j, in the order of the stream; empty when not kept. */
  predicted: v.array(v.array(count)),
  /** Seconds this method spent on the task, by phase. */
  seconds: v.record(v.string(), v.number()),
  diagnostics: v.nullable(v.object({ threshold: v.number(), layers: v.array(layerDiagnostics) })),
});

const lossPoint = v.object({ task: count, epoch: count, step: count, loss: v.number() });

const methodRun = v.object({
  id: methodId,
  results: v.array(taskResult),
  /** Thinned for storage: at most a few hundred points a task. */
  losses: v.array(lossPoint),
  /** Why this method stopped early, for people; null while all is well. */
  failure: v.nullable(v.string()),
});

export const recordSchema = v.object({
  schema: v.literal(RECORD_SCHEMA),
  kind: v.literal('inflora-run'),
  experiment: experimentSchema,
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
  software: v.object({ version: v.string(), userAgent: v.string() }),
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
export type LossPoint = MethodRun['losses'][number];
