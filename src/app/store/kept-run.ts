/** A run in the list of kept ones: what a row shows, without its record. */
import * as v from 'valibot';
import { averageAccuracies } from '../../continual/metrics';
import { recordedExperiment } from '../../session/experiment';
import { OWN } from '../../session/read-by';
import type { RunRecord } from '../../session/record';
import { matrixOf } from '../charts/matrices';
import { readingOn } from '../charts/readings';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What this build reads; a row of another schema is left as it is and counted. */
export const keptRun = v.object({
  schema: v.literal(1),
  id: v.string(),
  /** Place in the list. It counts up: clocks are set back. */
  order: count,
  /** As somebody called it; empty: by what it is. */
  name: v.string(),
  startedAt: v.string(),
  /** `running` as long as nobody ended it: one that no tab has open was cut off. */
  status: v.picklist(['running', 'stopped', 'finished', 'failed']),
  /** What the others are measured by. */
  reference: v.boolean(),
  /** Taken away, until that can no longer be undone. */
  gone: v.boolean(),
  experiment: recordedExperiment,
  stream: v.string(),
  backbone: v.string(),
  tasks: count,
  /** Average accuracy after each task, by method; a title for methods of other builds. */
  methods: v.array(v.object({ id: v.string(), title: v.string(), averages: v.array(v.nullable(v.number())) })),
  /** Of the record, and of the state that it goes on from: 0 where there is none. */
  bytes: v.object({ record: count, state: count }),
});

export type KeptRun = v.InferOutput<typeof keptRun>;

/** The row of a record; `before` holds what the record does not. */
export function rowOf(
  record: RunRecord,
  before: Pick<KeptRun, 'id' | 'order'> & Partial<Pick<KeptRun, 'name' | 'reference'>>,
  bytes: KeptRun['bytes'],
): KeptRun {
  const { experiment, stream, backbone, startedAt, status, methods } = record;
  const reading = readingOn(record, experiment.readBy ?? OWN);
  return {
    schema: 1,
    name: '',
    reference: false,
    gone: false,
    ...before,
    ...{ startedAt, status, experiment, bytes },
    stream: stream.title,
    backbone: backbone.title,
    tasks: stream.tasks.length,
    methods: methods.map((method) => ({
      id: method.id,
      title: method.title,
      averages: averageAccuracies(matrixOf(method, 'classIncremental', reading)),
    })),
  };
}

/** Tasks that some method has learned. */
export const learned = ({ methods }: Pick<KeptRun, 'methods'>): number => Math.max(0, ...methods.map(({ averages }) => averages.length));

/** Whether it can go on where it stood. */
export const resumable = ({ status, bytes }: Pick<KeptRun, 'status' | 'bytes'>): boolean => status !== 'finished' && bytes.state > 0;
