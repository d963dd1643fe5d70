/** The bench: every contender solves the same problem, answers are compared, then all are timed in turns. */
import { softwareAdapter } from '../../src/compute/tfjs/gpu';
import { CONTENDERS, deviceOf, LATE, LATE_IF_LARGE, type ContenderId } from './contender';
import { expectKnown } from './known';
import type { Deadline } from './limits';
import type { OwnPart } from './own-parts';
import { nothingOf, Runner, type Measured, type Reference } from './runner';
import { flopsOf, SHAPES, SIZES, type Shape } from './shapes';

export interface BenchOptions {
  readonly shapes: readonly string[];
  readonly contenders: readonly ContenderId[];
  /** Turns that every contender gets. */
  readonly rounds: number;
  /** Milliseconds of work in one turn. */
  readonly turn: number;
  /** A first step that takes longer than this, milliseconds, is the only one. */
  readonly slow: number;
  /** Milliseconds that a contender gets for its start and first steps on one shape. */
  readonly cap: number;
  /** Milliseconds for everything. */
  readonly budget: number;
  /** Also how cost grows with batch, tokens, width, depth and tasks. */
  readonly growth: boolean;
  /** Also figures of ours alone. */
  readonly own: readonly OwnPart[];
}

const MINUTE = 60_000;
/** Floating-point operations of a training step beyond which a shape is large: ViT-S, not ViT-Ti. */
const LARGE = 60e9;
export const FULL: BenchOptions = {
  ...{ shapes: SHAPES.map(({ id }) => id), contenders: CONTENDERS, growth: true, own: [] },
  ...{ rounds: 5, turn: 600, slow: MINUTE, cap: 4 * MINUTE, budget: 27 * MINUTE },
};
export const QUICK: BenchOptions = { ...FULL, shapes: ['N'], growth: false, rounds: 3, turn: 500, cap: 2 * MINUTE, budget: 4.5 * MINUTE };
/** Ours alone, a step of every size that the bundled backbone could have had. */
export const OF_SIZES: BenchOptions = {
  ...{ ...FULL, shapes: SIZES.map(({ id }) => id), contenders: ['ours-wasm', 'ours-webgpu'], growth: false },
  ...{ rounds: 4, turn: 500, cap: MINUTE, budget: 4 * MINUTE },
};

export interface ShapeResult {
  readonly shape: Shape;
  readonly contenders: readonly Measured[];
}

type Report = (line: string) => void;

/** A shape under way. */
interface Standing {
  readonly shape: Shape;
  readonly rows: Map<ContenderId, Measured>;
  reference: Reference | null;
}

const resultsOf = (standings: readonly Standing[]): ShapeResult[] =>
  standings.map(({ shape, rows }) => ({ shape, contenders: CONTENDERS.flatMap((id) => rows.get(id) ?? []) }));

/** `soFar` hears of every shape that is done, for whoever must save what there is. Throws a RangeError for unknown shapes or contenders. */
export async function run(
  options: BenchOptions,
  deadline: Deadline,
  report: Report,
  soFar: (results: readonly ShapeResult[]) => void,
): Promise<ShapeResult[]> {
  const offered = [...SHAPES, ...SIZES];
  expectKnown(
    'shape',
    options.shapes,
    offered.map(({ id }) => id),
  );
  expectKnown('contender', options.contenders, CONTENDERS);
  const software = (await softwareAdapter()) !== null;
  const competing = ({ contenders }: Shape) => options.contenders.filter((id) => contenders?.includes(id) ?? true);
  const lateOn = (shape: Shape): readonly ContenderId[] => {
    const late = software ? [...(flopsOf(shape, 'training') > LARGE ? LATE_IF_LARGE : []), ...LATE] : [];
    return late.filter((id) => competing(shape).includes(id));
  };
  const standings: Standing[] = [];
  for (const shape of offered.filter(({ id }) => options.shapes.includes(id))) {
    report(shape.title);
    const standing: Standing = { shape, rows: new Map(), reference: null };
    standings.push(standing);
    const prompt = competing(shape).filter((id) => !lateOn(shape).includes(id));
    await together(standing, prompt, options, deadline, report);
    soFar(resultsOf(standings));
  }
  await afterwards(standings, lateOn, options, deadline, report);
  return resultsOf(standings);
}

/** Side by side: all are opened and compared, then take turns. */
async function together(
  standing: Standing,
  contenders: readonly ContenderId[],
  options: BenchOptions,
  deadline: Deadline,
  report: Report,
): Promise<void> {
  const { shape, rows } = standing;
  const runners: Runner[] = [];
  for (const id of contenders) {
    const runner = new Runner(id);
    standing.reference = await runner.first(shape, options.slow, standing.reference, deadline.within(options.cap));
    report(`  ${id}: ${runner.status()}`);
    runners.push(runner);
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const work of ['train', 'forward'] as const) {
      for (const runner of runners) await runner.turn(work, round, options.turn, deadline);
    }
    report(`  round ${round + 1} of ${options.rounds}`);
  }
  for (const runner of runners) {
    runner.close();
    rows.set(runner.id, runner.measured());
  }
}

/**
 * Those that take minutes, alone and last, the smallest shape first: a software adapter goes on with what it was given when a
 * contender is stopped, and would disturb the others.
 */
async function afterwards(
  standings: readonly Standing[],
  lateOn: (shape: Shape) => readonly ContenderId[],
  options: BenchOptions,
  deadline: Deadline,
  report: Report,
): Promise<void> {
  const bySize = [...standings].sort((a, b) => flopsOf(a.shape, 'training') - flopsOf(b.shape, 'training'));
  let occupied = '';
  for (const standing of bySize) {
    const contenders = lateOn(standing.shape);
    if (contenders.length > 0) report(`${standing.shape.title}, those that take minutes`);
    for (const id of contenders) {
      const { small } = standing.shape;
      const elsewhere = small?.contenders?.includes(id) && standings.some(({ shape }) => shape === small) ? `see ${small.title}` : '';
      const refused = elsewhere || occupied || (deadline.left() < 5_000 ? 'the time of the bench was used up' : '');
      if (refused) {
        standing.rows.set(id, nothingOf(id, `not started: ${refused}`));
        continue;
      }
      const runner = new Runner(id);
      await runner.first(standing.shape, options.slow, standing.reference, deadline);
      for (let round = 0; round < 2; round++) {
        for (const work of ['train', 'forward'] as const) await runner.turn(work, round, options.turn, deadline);
      }
      runner.close();
      report(`  ${id}: ${runner.status()}`);
      standing.rows.set(id, runner.measured());
      if (runner.stuck && deviceOf(id) === 'webgpu') occupied = `the adapter was still at what ${id} had been stopped in`;
    }
  }
}
