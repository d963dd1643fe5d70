import { METHOD_IDS, parseExperiment, type Experiment } from '../../session/experiment';
import { joining } from '../../session/suggested';
import type { RunHost } from '../../worker/api';

/** A step of every method in steps of full fine-tuning, as forecast for this device; null where that cannot be told. */
export async function stepCosts(experiment: Experiment, connect: () => Promise<RunHost>): Promise<ReadonlyMap<string, number> | null> {
  const methods = METHOD_IDS.map((id) => experiment.methods.find((spec) => spec.id === id) ?? joining(experiment, id));
  try {
    const { time } = await (await connect()).estimate(parseExperiment({ ...experiment, methods }));
    const step = new Map(time?.map((each) => [each.method, each.step]));
    const unit = step.get('full-fine-tuning');
    if (!unit) return null;
    return new Map([...step].flatMap(([id, milliseconds]) => (milliseconds === null ? [] : [[id, milliseconds / unit] as const])));
  } catch {
    // A foretaste only: Start says what is wrong.
    return null;
  }
}
