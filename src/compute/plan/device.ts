import type { VitCheckpoint } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import type { ComputeDevice, ProductKinds, VitModel } from '../backbone';
import { calibrate } from './calibrate';
import type { Calibration } from '../calibration';
import type { Executor } from './executor';
import type { StepOf, StepProfile } from '../step-profile';
import { PlanModel } from './model';
import { Products } from './product';
import { profileStep } from './profile';
import { softwareCalibration } from './software-rates';
import { productSpeed, SMALL_PRODUCT } from './speed';
import { WeightStore } from './weight-store';
import type { Yardstick, YardstickOptions } from '../yardstick';
import { measureYardstick } from './yardstick';

/** A device that runs the static plan with a given executor. */
export class PlanDevice implements ComputeDevice {
  private readonly models = new Set<PlanModel>();
  private disposed = false;
  private calibration: Promise<Calibration> | null = null;

  private readonly products: Products;

  constructor(private readonly executor: Executor) {
    this.products = new Products(executor);
  }

  get info() {
    return this.executor.info;
  }

  get budget(): number | undefined {
    return this.executor.budget;
  }

  get lost() {
    return this.executor.lost;
  }

  async load(checkpoint: VitCheckpoint): Promise<VitModel> {
    if (this.disposed) throw new Error('This device was disposed');
    await this.suit(checkpoint.config);
    if (this.disposed) throw new Error('This device was disposed');
    return new PlanModel(this.executor, checkpoint.config, WeightStore.load(this.executor, checkpoint), this.models);
  }

  suit(config: VitConfig, again = false): Promise<ProductKinds | null> {
    return this.executor.suit?.(config, again) ?? Promise.resolve(null);
  }

  profile(of: StepOf): Promise<StepProfile> {
    return profileStep(this.executor, of);
  }

  yardstick(options?: YardstickOptions): Promise<Yardstick> {
    return measureYardstick(this.executor, options);
  }

  calibrate(): Promise<Calibration> {
    const { kind, software } = this.info;
    const measure = kind === 'webgpu' && software ? softwareCalibration : calibrate;
    return (this.calibration ??= measure(this.executor).catch((error: unknown) => {
      this.calibration = null;
      throw error;
    }));
  }

  speed(): Promise<number> {
    return productSpeed(this.executor, SMALL_PRODUCT);
  }

  multiply(a: Float32Array, b: Float32Array, n: number, k: number, m: number): Promise<Float32Array> {
    return this.products.multiply(a, b, n, k, m);
  }

  memory() {
    return this.executor.memory();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const model of [...this.models]) model.dispose();
    this.executor.dispose();
  }
}
