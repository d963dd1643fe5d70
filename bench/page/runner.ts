/** One contender at work on one shape: opened, compared, warmed up, then timed in turns. */
import { wrap, type Remote } from 'comlink';
import type { Answer, ContenderId, Submission } from './contender';
import type { ContenderApi } from './contender.worker';
import { difference, gradientDifference } from './difference';
import { StoppedError, type Deadline } from './limits';
import type { Shape } from './shapes';
import { spreadOf, type Spread } from './spread';

export interface Measured {
  readonly contender: ContenderId;
  readonly device: string;
  /** Milliseconds. */
  readonly training: Spread | null;
  readonly forward: Spread | null;
  /** Milliseconds after which a step or a pass was broken off that had little left to compile: it takes longer. */
  readonly trainingOver: number | null;
  readonly forwardOver: number | null;
  /** Relative differences from ours on WASM: of the loss, of all adapter gradients together, of the features. */
  readonly loss: number | null;
  readonly gradients: number | null;
  readonly features: number | null;
  readonly activationBytes: number | null;
  readonly submission: Submission | null;
  /** Why something is missing. */
  readonly failure: string | null;
}

export interface Reference {
  readonly answer: Answer;
  readonly features: Float32Array;
}

export type Work = 'train' | 'forward';

/** A call that ends with the deadline or with its worker. */
type Ask = <T>(call: Promise<T>, what: string) => Promise<T>;

/** Fewer turns for steps and passes beyond these, milliseconds: noise matters less than the reader's time. */
const TIRESOME = 5_000;
const VERY_TIRESOME = 15_000;

export function nothingOf(contender: ContenderId, failure: string | null = null): Measured {
  const none = { training: null, forward: null, trainingOver: null, forwardOver: null, loss: null, gradients: null, features: null };
  return { contender, device: '', ...none, activationBytes: null, submission: null, failure };
}

export class Runner {
  private readonly worker: Worker;
  private readonly api: Remote<ContenderApi>;
  private readonly broken: Promise<never>;
  private readonly times: Record<Work, number[]> = { train: [], forward: [] };
  private readonly last: Record<Work, number> = { train: 0, forward: 0 };
  private found: Measured;
  private closed = false;
  /** Broken off amid work that the device may still be busy with. */
  stuck = false;

  constructor(readonly id: ContenderId) {
    this.worker = new Worker(new URL('./contender.worker.ts', import.meta.url), { type: 'module', name: id });
    this.api = wrap<ContenderApi>(this.worker);
    this.found = nothingOf(id);
    this.broken = new Promise<never>((_, reject) => {
      this.worker.onerror = (event) => reject(new Error(event.message || 'its worker broke'));
    });
    this.broken.catch(() => undefined);
  }

  /**
   * Opens the contender, compares its answers with the reference (its own, where there is none), and warms it up.
   * A first step beyond `slow` milliseconds, all compiled, is the only one. Failures stay in the row.
   */
  async first(shape: Shape, slow: number, reference: Reference | null, deadline: Deadline): Promise<Reference | null> {
    const { api } = this;
    const ask: Ask = (call, what) => deadline.guard(Promise.race([call, this.broken]), what);
    let compiled = false;
    let at: Work | null = null;
    try {
      const { device, compiles } = await ask(api.open(this.id, shape), 'its start');
      this.found = { ...this.found, device };
      compiled = !compiles;
      at = 'train';
      const answer = await this.clock('train', () => ask(api.answer(), 'its first training step'));
      at = null;
      if (answer) await this.answered(answer, reference, slow, compiled, ask);
      at = 'forward';
      const features = await this.clock('forward', () => ask(api.features(), 'its first pass'));
      if (compiled && this.last.forward > VERY_TIRESOME) this.times.forward.push(this.last.forward);
      if (features) this.found = { ...this.found, features: difference([features], [reference?.features ?? features]) };
      return reference ?? (answer && features ? { answer, features } : null);
    } catch (error) {
      this.fail(error);
      if (error instanceof StoppedError && compiled && at !== null) {
        this.found = { ...this.found, [at === 'train' ? 'trainingOver' : 'forwardOver']: error.waited };
      }
      return reference;
    }
  }

  /** Compares the first step and makes another one, unless that took so long that it has to do. */
  private async answered(answer: Answer, reference: Reference | null, slow: number, compiled: boolean, ask: Ask): Promise<void> {
    const { api } = this;
    const to = reference?.answer ?? answer;
    const loss = Math.abs(answer.loss - to.loss) / Math.abs(to.loss);
    this.found = { ...this.found, loss, gradients: gradientDifference(answer.gradients, to.gradients) };
    this.found = { ...this.found, activationBytes: await ask(api.activationBytes(), 'a question') };
    if (compiled && this.last.train > slow) {
      this.times.train.push(this.last.train);
      return;
    }
    // Once for the answer, once more with the update.
    const again = await this.clock('train', () => ask(api.time('train', 1), 'its second training step'));
    if (again !== null && this.last.train > VERY_TIRESOME) this.times.train.push(again);
    this.found = { ...this.found, submission: await ask(api.submission(), 'its submission time') };
  }

  /** One turn: as many steps as fit `budget` milliseconds; slow contenders get fewer turns, and none that would end too late. */
  async turn(work: Work, round: number, budget: number, deadline: Deadline): Promise<void> {
    const { times, last } = this;
    if (this.closed) return;
    if (times[work].length > 0 && (last[work] > VERY_TIRESOME || (last[work] > TIRESOME && round > 1))) return;
    if (1.2 * last[work] > deadline.left()) return;
    const count = Math.max(1, Math.min(50, Math.floor(budget / Math.max(1, last[work]))));
    try {
      const took = await deadline.guard(Promise.race([this.api.time(work, count), this.broken]), 'a turn');
      if (took === null) return;
      times[work].push(took);
      last[work] = took;
    } catch (error) {
      this.fail(error);
    }
  }

  /** In a few words, for whoever watches. */
  status(): string {
    const { failure } = this.found;
    const step = this.last.train > 0 ? `a step of ${Math.round(this.last.train)} ms, ` : '';
    return failure === null ? `${step}a pass of ${Math.round(this.last.forward)} ms` : failure;
  }

  measured(): Measured {
    const { train, forward } = this.times;
    return {
      ...this.found,
      training: train.length > 0 ? spreadOf(train) : null,
      forward: forward.length > 0 ? spreadOf(forward) : null,
    };
  }

  close(): void {
    this.closed = true;
    this.worker.terminate();
  }

  private fail(error: unknown): void {
    this.found = { ...this.found, failure: error instanceof Error ? error.message : String(error) };
    this.stuck = error instanceof StoppedError;
    this.close();
  }

  private async clock<T>(work: Work, call: () => Promise<T>): Promise<T> {
    const before = performance.now();
    const result = await call();
    if (result !== null) this.last[work] = performance.now() - before;
    return result;
  }
}
