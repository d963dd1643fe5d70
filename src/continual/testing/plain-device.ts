import type { ComputeDevice, VitModel } from '../../compute/backbone';
import { PlanDevice } from '../../compute/plan/device';
import { PlanModel } from '../../compute/plan/model';
import { PlainExecutor } from '../../compute/plan/testing/plain-executor';
import { WeightStore } from '../../compute/plan/weight-store';
import type { VitCheckpoint } from '../../vit/checkpoint';

/** The plan in float64 on one thread: what the methods are tested against where no engine should matter. */
export function plainDevice(): ComputeDevice {
  return new PlanDevice(new PlainExecutor());
}

/** A model on a plain device of its own, at once. */
export function plainModel(checkpoint: VitCheckpoint): VitModel {
  const executor = new PlainExecutor();
  return new PlanModel(executor, checkpoint.config, WeightStore.load(executor, checkpoint), new Set());
}
