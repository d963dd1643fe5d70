/** What a run will take on the device in use, and where the time of a step goes. */
import { BUILD } from '../common/build';
import type { DeviceInfo } from '../compute/backbone';
import type { Calibration } from '../compute/calibration';
import { correction } from '../compute/forecast';
import { trainsNetwork } from '../compute/trainables';
import { estimateDuration, stepTime } from '../session/duration';
import { fitMemory, plannedModels } from '../session/estimate';
import type { Experiment } from '../session/experiment';
import type { RunRecord } from '../session/record';
import { tokenCount, type VitConfig } from '../vit/config';
import type { LabHost } from './api';
import type { Bench } from './bench';
import { HostStateError, type HostParts } from './host-parts';

export function softwareFacts(): RunRecord['software'] {
  return { ...BUILD, userAgent: typeof navigator === 'undefined' ? 'Node' : navigator.userAgent };
}

const trains = ({ trainables }: ReturnType<typeof plannedModels>[number]): boolean => trainsNetwork(trainables);

/** What time costs on the device in use, kept for the next visit. */
export interface Timekeeper {
  /** Measured once a device, and corrected by what runs took since; null where it cannot be told. */
  readonly calibration: () => Promise<Calibration | null>;
  /** `steps`: milliseconds that the first steps of a run took, all of its methods together. */
  learn(experiment: Experiment, steps: readonly number[]): Promise<void>;
}

export function createTimekeeper(bench: Bench, { calibrations }: Pick<HostParts, 'calibrations'>): Timekeeper {
  const nameOf = ({ kind, name }: DeviceInfo): string => JSON.stringify([BUILD.version, kind, name]);

  async function calibration(): Promise<Calibration | null> {
    const { device } = await bench.device();
    const measure = device.calibrate?.bind(device);
    if (!measure) return null;
    const name = nameOf(device.info);
    const known = await calibrations?.read(name);
    if (known) return known;
    const found = await bench.turns.take(measure);
    await calibrations?.write(name, found);
    return found;
  }

  return {
    calibration,
    async learn(experiment, steps) {
      const known = await calibration();
      if (!known) return;
      const { config } = (await bench.backbone(experiment)).summary;
      const foretold = plannedModels(experiment, config).map((model) => stepTime(config, experiment.training.batchSize, model, known) ?? 0);
      const factor = correction(
        foretold.reduce((sum, each) => sum + each, 0),
        steps,
      );
      if (!Number.isFinite(factor) || factor <= 0) return;
      const { device } = await bench.device();
      await calibrations?.write(nameOf(device.info), { ...known, eachRun: factor * known.eachRun, together: factor * known.together });
    },
  };
}

export function timingCalls(bench: Bench, { layers }: Pick<HostParts, 'layers'>, { calibration: calibrated }: Timekeeper) {
  /** Images and classes of each task, once they are loaded. */
  function sizesOf(experiment: Experiment, { imageSize }: VitConfig) {
    const tasks = bench.known(experiment, imageSize)?.facts.tasks;
    return tasks?.map(({ train, test, from, to }) => ({ train, test, classes: to - from })) ?? null;
  }

  return {
    async estimate(experiment) {
      const { config } = (await bench.backbone(experiment)).summary;
      const { device } = await bench.device();
      const calibration = await calibrated();
      const time = calibration && estimateDuration(config, experiment, sizesOf(experiment, config), calibration, layers?.lanes);
      return { ...fitMemory(config, experiment, device.info, device.budget ?? null), time };
    },
    async stepTimes(experiment, shapes) {
      const calibration = await calibrated();
      const modelOf = (config: VitConfig) => plannedModels(experiment, config).find(trains);
      const [smallest] = shapes;
      if (!calibration || !smallest || !modelOf(smallest)) return null;
      return shapes.map((config) => {
        const model = modelOf(config);
        return (model && stepTime(config, experiment.training.batchSize, model, calibration)) ?? NaN;
      });
    },
    async measure(experiment) {
      const { config } = (await bench.backbone(experiment)).summary;
      const { device } = await bench.device();
      const profile = device.profile?.bind(device);
      if (!profile) throw new HostStateError('This engine cannot tell where its time goes. Choose WebAssembly or WebGPU as the device.');
      const kernels = await bench.turns.take(async () => (await device.suit?.(config, true)) ?? null);
      const steps = [];
      for (const { id, ...model } of plannedModels(experiment, config).filter(trains)) {
        const of = { config, batch: experiment.training.batchSize, ...model };
        steps.push({ method: id, profile: await bench.turns.take(() => profile(of)) });
      }
      const yardstick = await bench.turns.take(async () => device.yardstick?.());
      const where = { ...softwareFacts(), device: { ...device.info }, config, tokens: tokenCount(config) };
      return { date: new Date().toISOString(), ...where, ...(kernels ? { kernels } : {}), steps, ...(yardstick ? { yardstick } : {}) };
    },
  } satisfies Partial<LabHost>;
}
