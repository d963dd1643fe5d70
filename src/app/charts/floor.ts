/** What needs no training at all: the frozen backbone with nearest class means, beside InfLoRA. */
import { averageAccuracy } from '../../continual/metrics';
import type { MethodId } from '../../session/experiment';
import { bestRates, rateChoice } from '../../session/rates';
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

/** Recorded runs of every method at its own best rate, one a stream. */
const isOfBestRates = ({ id, stream }: RunEntry): boolean => id === `${stream}-best-rates`;

type Averages = Pick<RunEntry['summary'][string], 'final' | 'taskKnown'>;

function fromRun(record: RunRecord, id: MethodId): Averages | undefined {
  const method = record.methods.find((entry) => entry.id === id);
  if (method?.results.length !== record.stream.tasks.length) return undefined;
  const final = averageAccuracy(matrixOf(method, 'classIncremental'));
  const taskKnown = averageAccuracy(matrixOf(method, 'taskAware'));
  return final === null || taskKnown === null ? undefined : { final, taskKnown };
}

/** What InfLoRA and full fine-tuning reach when each learns at its own best rate, 0..1. */
export interface AtBestRates {
  readonly inflora: number;
  readonly fineTuning: number;
}

/** The recorded figures, beside a run of the same material in which one rate serves both methods; null elsewhere. Pure. */
export function atBestRates({ experiment }: RunRecord, runs: readonly RunEntry[]): AtBestRates | null {
  const compares = experiment.methods.some(({ id }) => id === 'full-fine-tuning') && experiment.methods.some(({ id }) => id === 'inflora');
  const { from } = experiment.stream;
  if (!compares || from.source !== 'bundled' || bestRates(experiment) === null || rateChoice(experiment) !== 'shared') return null;
  const summary = runs.find((entry) => entry.stream === from.id && isOfBestRates(entry))?.summary;
  const [inflora, fineTuning] = [summary?.['inflora']?.final, summary?.['full-fine-tuning']?.final];
  return inflora === undefined || fineTuning === undefined ? null : { inflora, fineTuning };
}

/** null while neither the run nor a recorded run of the same bundled material says. Pure. */
export function floorOf(record: RunRecord, runs: readonly RunEntry[]): Floor | null {
  const { from: stream } = record.experiment.stream;
  const bundled = stream.source === 'bundled' && record.experiment.backbone.from.source === 'bundled';
  const same = bundled ? runs.filter((entry) => entry.stream === stream.id && entry.summary['nearest-mean']) : [];
  const ofBest = rateChoice(record.experiment) === 'best';
  const recorded = same.find((entry) => isOfBestRates(entry) === ofBest)?.summary;
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
