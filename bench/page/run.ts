/** The bench: every contender solves the same problem, answers are compared, then all are timed in turns. */
import { wrap, type Remote } from 'comlink';
import { CONTENDERS, type Answer, type ContenderId } from './contender';
import type { ContenderApi } from './contender.worker';
import { SHAPES, type Shape } from './shapes';
import { spreadOf, type Spread } from './spread';

export interface BenchOptions {
  readonly shapes: readonly string[];
  readonly contenders: readonly ContenderId[];
  /** Turns that every contender gets. */
  readonly rounds: number;
  /** Milliseconds of work in one turn. */
  readonly turn: number;
  /** A first step that takes longer than this, milliseconds, is the only one. */
  readonly slow: number;
}

export const FULL: BenchOptions = { shapes: SHAPES.map(({ id }) => id), contenders: CONTENDERS, rounds: 5, turn: 600, slow: 60_000 };
export const QUICK: BenchOptions = { ...FULL, shapes: ['N'], rounds: 3, turn: 500, slow: 20_000 };

/** Fewer turns for steps and passes beyond these, milliseconds: noise matters less than the reader's time. */
const TIRESOME = 5_000;
const VERY_TIRESOME = 15_000;

export interface Measured {
  readonly contender: ContenderId;
  readonly device: string;
  /** Milliseconds. */
  readonly training: Spread | null;
  readonly forward: Spread | null;
  /** One call, with whatever it had to compile: the step was too slow for a second one. */
  readonly once: boolean;
  /** Relative differences from ours on WASM: of the loss, of all adapter gradients together, of the features. */
  readonly loss: number | null;
  readonly gradients: number | null;
  readonly features: number | null;
  readonly activationBytes: number | null;
  readonly submission: number | null;
  /** Why there is nothing else. */
  readonly failure: string | null;
}

export interface ShapeResult {
  readonly shape: Shape;
  readonly contenders: readonly Measured[];
}

interface Runner {
  readonly id: ContenderId;
  readonly worker: Worker;
  readonly api: Remote<ContenderApi>;
  readonly times: { train: number[]; forward: number[] };
  readonly last: { train: number; forward: number };
  measured: Measured;
}

export async function run(options: BenchOptions, report: (line: string) => void): Promise<ShapeResult[]> {
  const results: ShapeResult[] = [];
  for (const shape of SHAPES.filter(({ id }) => options.shapes.includes(id))) {
    report(shape.title);
    results.push({ shape, contenders: await runShape(shape, options, report) });
  }
  return results;
}

async function runShape(shape: Shape, options: BenchOptions, report: (line: string) => void): Promise<Measured[]> {
  const runners: Runner[] = [];
  let reference: { answer: Answer; features: Float32Array } | null = null;
  for (const id of options.contenders) {
    const runner = start(id);
    runners.push(runner);
    try {
      reference = await firstSteps(runner, shape, options.slow, reference);
      report(`  ${id}: ready, a step of ${Math.round(runner.last.train)} ms, a pass of ${Math.round(runner.last.forward)} ms`);
    } catch (error) {
      runner.measured = { ...runner.measured, failure: error instanceof Error ? error.message : String(error) };
      report(`  ${id}: ${runner.measured.failure}`);
      runner.worker.terminate();
    }
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const work of ['train', 'forward'] as const) {
      for (const runner of runners) await turn(runner, work, round, options);
    }
    report(`  round ${round + 1} of ${options.rounds}`);
  }
  for (const runner of runners) {
    const { train, forward } = runner.times;
    runner.worker.terminate();
    runner.measured = {
      ...runner.measured,
      training: train.length > 0 ? spreadOf(train) : null,
      forward: forward.length > 0 ? spreadOf(forward) : null,
    };
  }
  return runners.map(({ measured }) => measured);
}

function start(id: ContenderId): Runner {
  const worker = new Worker(new URL('./contender.worker.ts', import.meta.url), { type: 'module', name: id });
  const nothing = { training: null, forward: null, once: false, loss: null, gradients: null, features: null };
  return {
    ...{ id, worker, api: wrap<ContenderApi>(worker) },
    ...{ times: { train: [], forward: [] }, last: { train: 0, forward: 0 } },
    measured: { contender: id, device: '', ...nothing, activationBytes: null, submission: null, failure: null },
  };
}

/** Opens a contender, compares its answers with the reference (its own, for the first), and warms it up. */
async function firstSteps(runner: Runner, shape: Shape, slow: number, reference: { answer: Answer; features: Float32Array } | null) {
  const { api, id, last } = runner;
  const broken = new Promise<never>((_, reject) => {
    runner.worker.onerror = (event) => reject(new Error(event.message || 'its worker broke'));
  });
  broken.catch(() => undefined);
  const guard = <T>(call: Promise<T>): Promise<T> => Promise.race([call, broken]);
  const { device, compiles } = await guard(api.open(id, shape));
  const answer = await guard(api.answer());
  let before = performance.now();
  const features = await guard(api.features());
  last.forward = performance.now() - before;
  last.train = answer?.milliseconds ?? 0;
  const once = last.train > slow && !compiles;
  if (once) runner.times.train.push(last.train);
  if (answer && !once) {
    // Compiled twice over by some: once for the answer, once with the update.
    before = performance.now();
    await guard(api.time('train', 1));
    last.train = performance.now() - before;
  }
  const own = answer && features ? { answer, features } : null;
  const to = reference ?? own;
  runner.measured = {
    ...{ ...runner.measured, device, once },
    loss: answer && to ? Math.abs(answer.loss - to.answer.loss) / Math.abs(to.answer.loss) : null,
    gradients: answer && to ? differenceOf(answer.gradients, to.answer.gradients) : null,
    features: features && to ? difference([features], [to.features]) : null,
    activationBytes: await guard(api.activationBytes()),
    submission: await guard(api.submission()),
  };
  return to;
}

/** One turn: as many steps as fit; slow contenders get fewer turns. */
async function turn(runner: Runner, work: 'train' | 'forward', round: number, { turn: budget }: BenchOptions): Promise<void> {
  const { api, times, last, measured } = runner;
  if (measured.failure !== null || (work === 'train' && measured.once)) return;
  if (times[work].length > 0 && (last[work] > VERY_TIRESOME || (last[work] > TIRESOME && round > 1))) return;
  const count = Math.max(1, Math.min(50, Math.floor(budget / Math.max(1, last[work]))));
  const took = await api.time(work, count);
  if (took === null) return;
  times[work].push(took);
  last[work] = took;
}

function differenceOf(found: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>): number {
  const names = [...expected.keys()].filter((name) => name.endsWith('.up'));
  const of = (gradients: ReadonlyMap<string, Float32Array>): Float32Array[] =>
    names.map((name) => gradients.get(name) ?? new Float32Array());
  return difference(of(found), of(expected));
}

/** |a − b| / |b| over all values together. */
function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let above = 0;
  let below = 0;
  b.forEach((values, i) =>
    values.forEach((value, j) => {
      above += ((a[i]?.[j] ?? NaN) - value) ** 2;
      below += value ** 2;
    }),
  );
  return Math.sqrt(above / below);
}
