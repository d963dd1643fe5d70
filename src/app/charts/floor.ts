/** What needs no training at all: the frozen backbone with nearest class means, beside InfLoRA. */
import { averageAccuracy } from '../../continual/metrics';
import type { MethodId } from '../../session/experiment';
import type { RunRecord } from '../../session/record';
import type { RunEntry } from '../store/catalogue';
import { matrixOf } from './matrices';

export interface Floor {
  /** Average accuracies, 0..1, at the end. */
  readonly nearestMean: number;
  readonly inflora: number;
  readonly infloraTaskKnown: number;
  /** null where the alignment was not run. */
  readonly aligned: number | null;
  /** From this run, or from the recorded one of the same backbone and stream. */
  readonly from: 'run' | 'recorded';
}

type Averages = Pick<RunEntry['summary'][string], 'final' | 'taskKnown'>;

function fromRun(record: RunRecord, id: MethodId): Averages | undefined {
  const method = record.methods.find((entry) => entry.id === id);
  if (method?.results.length !== record.stream.tasks.length) return undefined;
  const final = averageAccuracy(matrixOf(method, 'classIncremental'));
  const taskKnown = averageAccuracy(matrixOf(method, 'taskAware'));
  return final === null || taskKnown === null ? undefined : { final, taskKnown };
}

/** null while neither the run nor a recorded run of the same bundled material says. Pure. */
export function floorOf(record: RunRecord, runs: readonly RunEntry[]): Floor | null {
  const { from: stream } = record.experiment.stream;
  const bundled = stream.source === 'bundled' && record.experiment.backbone.from.source === 'bundled';
  const recorded = bundled ? runs.find((entry) => entry.stream === stream.id && entry.summary['nearest-mean'])?.summary : undefined;
  const own = fromRun(record, 'nearest-mean');
  const pick = (id: MethodId) => (own ? fromRun(record, id) : recorded?.[id]);
  const [nearest, inflora] = [pick('nearest-mean'), pick('inflora')];
  if (!nearest || !inflora) return null;
  return {
    nearestMean: nearest.final,
    inflora: inflora.final,
    infloraTaskKnown: inflora.taskKnown,
    aligned: pick('inflora-ca')?.final ?? null,
    from: own ? 'run' : 'recorded',
  };
}
