/** The experiment: everything that decides a run, as one validated value. Its link holds what differs from the defaults. */
import { issueSaid } from '../common/issue';
import { SaidError, said, worded } from '../common/said';
import * as v from 'valibot';
import { READINGS, type MethodDefinition, type OptionsOf } from '../continual/definition';
import { isMethodId, METHODS, type MethodId as KnownMethodId, type MethodSpecification } from '../continual/registry';
import { ALL_MAPS } from '../continual/targets';
import { ENCODINGS } from '../data/text/encodings';
import { VALUE_RANGE } from '../data/value-range';

export const EXPERIMENT_SCHEMA = 1;

const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const rgb = v.tuple([v.number(), v.number(), v.number()]);
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Where the hub is asked; absent: at its own address. */
export const HUB_HOSTS = ['huggingface.co', 'hf-mirror.com'] as const;
export type HubHost = (typeof HUB_HOSTS)[number];
const hubHost = v.optional(v.picklist(HUB_HOSTS));

/** Where a backbone comes from. A `file` is matched by digest when the experiment is opened elsewhere. */
const backboneSource = v.variant('source', [
  v.object({ source: v.literal('bundled'), id: v.string() }),
  v.object({ source: v.literal('url'), url: v.string(), configUrl: v.optional(v.string()) }),
  v.object({ source: v.literal('file'), name: v.string(), sha256: v.optional(digest) }),
  /** A model of the Hugging Face hub. */
  v.object({ source: v.literal('hub'), id: v.string(), revision: v.optional(v.string()), host: hubHost }),
]);

const streamSource = v.variant('source', [
  v.object({ source: v.literal('bundled'), id: v.string() }),
  /** An archive, or a folder that its server lists. */
  v.object({ source: v.literal('url'), url: v.string() }),
  /** A data set of the Hugging Face hub, "owner/name" or "name". */
  v.object({
    source: v.literal('hub'),
    id: v.pipe(v.string(), v.regex(/^[\w.-]+(\/[\w.-]+)?$/)),
    config: v.optional(v.string()),
    host: hubHost,
  }),
  /** `files` and `bytes` tell people what they are asked for; the digest alone decides. */
  v.object({
    source: v.literal('file'),
    name: v.string(),
    sha256: v.optional(digest),
    files: v.optional(positiveInteger),
    bytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
]);

/** How classes become tasks. `natural`: by name (or as the pack gives them); `seeded`: shuffled by the experiment's seed. */
const taskSplit = v.variant('kind', [
  v.object({ kind: v.literal('as-given') }),
  v.object({ kind: v.literal('equal'), classesPerTask: positiveInteger }),
  v.object({ kind: v.literal('counts'), counts: v.pipe(v.array(positiveInteger), v.minLength(1)) }),
  v.object({
    kind: v.literal('explicit'),
    tasks: v.pipe(
      v.array(
        v.object({
          name: v.string(),
          classes: v.pipe(v.array(v.string()), v.minLength(1)),
          /** Only images of this domain. */
          domain: v.optional(v.string()),
        }),
      ),
      v.minLength(1),
    ),
  }),
]);

const override = {
  learningRate: v.optional(positive),
  classifierLearningRate: v.optional(positive),
};
type Rates = OptionsOf<typeof override>;

/** A method with all its options and, where it trains, learning rates of its own. */
export type MethodSpec = MethodSpecification & Rates;
export type { KnownMethodId };
/** Records may hold methods that only another build knows. */
export type MethodId = string;
export const METHOD_IDS: readonly KnownMethodId[] = METHODS.map(({ id }) => id);

type MethodInput = { readonly id: string } & Readonly<Record<string, unknown>>;

const entryOf = ({ id, trainsOn, options }: MethodDefinition) =>
  v.object({ id: v.literal(id), ...(trainsOn === 'none' ? {} : override), ...options });

// The registry's definitions differ in their options: the compiler knows the union, the list at hand only its members.
const definitions = METHODS as unknown as readonly [MethodDefinition, MethodDefinition, ...MethodDefinition[]];
const entriesById = definitions.map(entryOf) as unknown as [v.ObjectSchema<{ id: v.LiteralSchema<string, undefined> }, undefined>];
const method = v.variant('id', entriesById) as unknown as v.GenericSchema<MethodInput, MethodSpec>;

/** A method that another build wrote and this one does not know: kept as it is. */
const unknownMethod = v.looseObject({ id: v.string() });
const recordedMethod = v.lazy((value: unknown) => {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' && !isMethodId(id) ? unknownMethod : method;
}) as v.GenericSchema<MethodInput | v.InferInput<typeof unknownMethod>, MethodSpec | v.InferOutput<typeof unknownMethod>>;

const training = v.object({
  epochs: v.optional(positiveInteger, 4),
  batchSize: v.optional(positiveInteger, 32),
  optimizer: v.optional(v.picklist(['adam', 'sgd']), 'adam'),
  learningRate: v.optional(positive, 3e-3),
  /** Heads start from noise and may need larger steps than the backbone. Absent: the same rate. */
  classifierLearningRate: v.optional(positive),
  schedule: v.optional(v.picklist(['authors', 'cosine', 'constant']), 'authors'),
  weightDecay: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  momentum: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.9),
  augmentation: v.optional(v.picklist(['none', 'crop-flip']), 'none'),
});

const entries = {
  schema: v.literal(EXPERIMENT_SCHEMA),
  title: v.optional(v.string(), ''),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  backbone: v.object({
    from: backboneSource,
    /** A PEFT adapter that is merged into it. */
    adapter: v.optional(v.object({ name: v.string(), sha256: v.optional(digest) })),
    /** Which of several models in the file (an averaged copy, the plain one), as its notes call them. */
    copy: v.optional(v.string()),
    /** Side of the input, pixels; position embeddings are resized. Absent: the checkpoint's own. */
    inputSize: v.optional(positiveInteger),
    /** Replace the checkpoint's normalisation. */
    mean: v.optional(rgb),
    std: v.optional(rgb),
    /** Answers to what a checkpoint does not say. */
    heads: v.optional(positiveInteger),
    layerNormEps: v.optional(positive),
  }),
  stream: v.object({
    from: streamSource,
    /** Keep only the first so many classes (natural order). */
    maxClasses: v.optional(positiveInteger),
    trainPerClass: v.optional(positiveInteger),
    testPerClass: v.optional(positiveInteger),
    /** Share of each class that becomes test images where the source has no split of its own. */
    testFraction: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), 0.25),
    order: v.optional(v.picklist(['natural', 'seeded']), 'natural'),
    split: v.optional(taskSplit, { kind: 'as-given' }),
    /** What an outer folder with class folders inside stands for. */
    outerFolder: v.optional(v.picklist(['auto', 'group', 'domain']), 'auto'),
    /** Answers to what files do not say themselves; absent: not asked, or asked when they are read. */
    splitWords: v.optional(v.picklist(['splits', 'classes'])),
    labelColumn: v.optional(v.string()),
    nameEncoding: v.optional(v.picklist(ENCODINGS)),
    tableEncoding: v.optional(v.picklist(ENCODINGS)),
    valueRange: v.optional(v.pipe(v.string(), v.regex(VALUE_RANGE))),
    /** Other names for the source's classes; classes given one name become one class. */
    rename: v.optional(v.array(v.object({ from: v.string(), to: v.pipe(v.string(), v.minLength(1)) }))),
    /** Run only the first so many tasks (more can be appended later). */
    maxTasks: v.optional(positiveInteger),
    resize: v.optional(v.picklist(['bicubic', 'bilinear']), 'bicubic'),
  }),
  training: v.optional(training, {}),
  /** What is measured beside accuracy, which costs time: interference of updates and drift. Absent: on a sample of each task's images. */
  interference: v.optional(v.picklist(['off', 'sampled', 'exact'])),
  /** Whether accuracy on a few old images is followed while a new task is learned (session/probe.ts). Absent: off. */
  probe: v.optional(v.picklist(['off', 'on'])),
  /** Where it is looked inside methods while they work (continual/inside.ts): a block, counted from 0, and a linear map of it. Absent: nowhere. */
  inside: v.optional(v.object({ block: v.pipe(v.number(), v.integer(), v.minValue(0)), map: v.picklist(ALL_MAPS) })),
  /** Whether class means are followed in a plane that is fixed after the first task (continual/mean-places.ts). Absent: off. */
  means: v.optional(v.picklist(['off', 'on'])),
  /** The read-off that is shown first; every run holds all of them. Absent: each method's own. */
  readBy: v.optional(v.picklist(READINGS)),
};
const once = (list: readonly { readonly id: string }[]): boolean => new Set(list.map(({ id }) => id)).size === list.length;
const ONCE = worded(said`each method may be chosen once`);

const experimentSchema = v.object({
  ...entries,
  methods: v.pipe(
    v.array(method),
    v.minLength(1),
    v.check((list) => once(list), ONCE),
  ),
});
export type Experiment = v.InferOutput<typeof experimentSchema>;

/** As a record carries it: it may hold methods of another build. */
export const recordedExperiment = v.object({
  ...entries,
  methods: v.pipe(
    v.array(recordedMethod),
    v.check((list) => once(list), ONCE),
  ),
});
export type RecordedExperiment = v.InferOutput<typeof recordedExperiment>;

/** What of a recorded experiment this build can run, and the ids of the methods that it cannot; null where none is left. */
export function runnable(recorded: RecordedExperiment): { readonly experiment: Experiment | null; readonly unknown: readonly string[] } {
  const methods = recorded.methods.filter((spec): spec is MethodSpec => isMethodId(spec.id));
  const unknown = recorded.methods.flatMap(({ id }) => (isMethodId(id) ? [] : [id]));
  return { experiment: methods.length === 0 ? null : { ...recorded, methods }, unknown };
}

export type ExperimentInput = v.InferInput<typeof experimentSchema>;
export type TaskSplit = Experiment['stream']['split'];
export type BackboneSource = Experiment['backbone']['from'];
export type StreamSource = Experiment['stream']['from'];

/** An experiment that cannot be understood; the message names the field and what it takes. */
export class ExperimentError extends SaidError {
  override readonly name = 'ExperimentError';
}

/** Validates and fills defaults. Throws ExperimentError naming the first bad field. */
export function parseExperiment(value: unknown): Experiment {
  if (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    typeof value.schema === 'number' &&
    value.schema > EXPERIMENT_SCHEMA
  ) {
    throw new ExperimentError(
      said`This experiment was written by a newer version (schema ${value.schema}; this one reads up to ${EXPERIMENT_SCHEMA}). Open it on an up-to-date site.`,
    );
  }
  refuseUnknownMethods(value);
  const result = v.safeParse(experimentSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new ExperimentError(said`Field "${v.getDotPath(issue) ?? '(root)'}": ${issueSaid(issue)}`);
}

/** The schema would only list what it knows. */
function refuseUnknownMethods(value: unknown): void {
  const methods = typeof value === 'object' && value !== null && 'methods' in value ? value.methods : [];
  for (const [i, entry] of (Array.isArray(methods) ? (methods as unknown[]) : []).entries()) {
    const id = typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : null;
    if (typeof id !== 'string' || isMethodId(id)) continue;
    throw new ExperimentError(
      said`Field "methods.${i}.id": this version has no method "${id}". It has ${METHOD_IDS.join(', ')}. Open it on an up-to-date site.`,
    );
  }
}
