import type { LearningRates, ModelState, VitModel } from '../../compute/backbone';
import type { Classifier } from '../../vit/checkpoint';
import { Learner, type Guards, type LearnerHooks } from '../learner';
import type { Bench, LearningBatch } from '../method';

/** A network and what trains it, between two steps. */
export interface Trained {
  readonly model: ModelState;
  readonly learner: Awaited<ReturnType<Learner['state']>>;
}

/** What adaptations of one network by one learner have in common: its heads, steps and losses, and going on where they stood. */
export abstract class LearnedAdaptation {
  protected readonly bench: Bench;
  protected readonly learner: Learner;

  constructor(bench: Bench, hooks?: LearnerHooks) {
    this.bench = bench;
    this.learner = new Learner(bench, hooks);
  }

  get model(): VitModel {
    return this.bench.model;
  }

  get heads(): Classifier {
    return this.learner.classifier;
  }

  set heads(heads: Classifier) {
    this.learner.classifier = heads;
  }

  step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    return this.learner.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.learner.losses();
  }

  presentHeads(): Promise<Classifier> {
    return this.learner.present(this.model.config.dim);
  }

  protected async trained(): Promise<Trained> {
    return { model: await this.model.state(), learner: await this.learner.state() };
  }

  /** `guards`: as the training under way was opened with, asked for once the network is back. */
  protected async takeUp({ model, learner }: Trained, guards?: () => Guards | Promise<Guards>): Promise<void> {
    this.learner.dispose();
    await this.model.restore(model);
    await this.learner.restore(learner, this.model, await guards?.());
  }

  dispose(): void {
    this.learner.dispose();
    this.model.dispose();
  }
}
