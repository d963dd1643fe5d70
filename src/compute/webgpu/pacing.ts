/**
 * How much a submission holds. A GPU that is busy with one for long draws no page meanwhile, and a driver's watchdog takes the
 * device away; one that is handed crumbs waits for its processor. So work is cut where it has taken about `PIECE_MS` by what the
 * pieces before took, and only so much of it is under way at once.
 */
import { flopsOf } from '../plan/flops';
import { numbersOf } from '../plan/cost';
import type { Op, Program } from '../plan/ops';

const PIECE_MS = 50;
/** Pieces under way beyond which the next one waits, by time: what the GPU has to do while the host prepares. */
const AHEAD = 2;
/** Arithmetic that takes as long as moving a number. */
const FLOPS_A_NUMBER = 30;
/** Work in a millisecond of a GPU that nothing is known of: that of a slow processor in disguise, so that the first piece is no long one. */
const UNKNOWN = 2e6;
/** Multiplications and additions that are never split: any GPU does them in less than a piece. */
const FINEST = 2 ** 20;
/** How much of a surprise is believed, and the largest that is. */
const TRUST = 0.5;
const SURPRISE = 4;

export interface PacingOptions {
  /** Milliseconds. */
  readonly now?: () => number;
  /** Shorter pieces than usual by this factor, on a device that was lost before. */
  readonly caution?: number;
  /** Milliseconds until the end of no work at all is noticed. */
  readonly wait?: number;
}

/** What is thought of each launch of a program. */
export interface Foretold {
  /** Milliseconds, by what the pieces took that it was part of. */
  readonly ms: Float64Array;
  /** Arithmetic and numbers moved, by which what is not measured yet is foretold. */
  readonly work: Float64Array;
  /** Multiplications and additions for the largest batch. */
  readonly flops: Float64Array;
  /** Whether it was done before: some drivers compile a kernel when it first runs. */
  readonly done: Uint8Array;
}

const believed = (surprise: number): number => Math.min(Math.max(surprise, 1 / SURPRISE), SURPRISE) ** TRUST;
const sumOf = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0);

export class Pacing {
  readonly wait: number;
  private readonly programs = new WeakMap<Program, Map<number, Foretold>>();
  /** Milliseconds of each submission under way. */
  private readonly flights = new Set<{ readonly foretold: number }>();
  private readonly now: () => number;
  private readonly piece: number;
  private freeSince: number;
  /** Milliseconds for a unit of work, over all programs. */
  private price = 1 / UNKNOWN;
  private most = Number.POSITIVE_INFINITY;

  constructor({ now = () => performance.now(), caution = 1, wait = 0 }: PacingOptions = {}) {
    this.now = now;
    this.wait = wait;
    this.piece = PIECE_MS / caution;
    this.freeSince = now();
  }

  /** Whether another piece may be submitted: by the time that those under way will take, and always beside a single one. */
  get room(): boolean {
    if (this.flights.size < 2) return true;
    let foretold = 0;
    for (const flight of this.flights) foretold += flight.foretold;
    return foretold < AHEAD * this.piece;
  }

  /** Multiplications and additions beyond which a launch is to be split, where one alone was seen to take longer than a piece should. */
  get flopsAtOnce(): number {
    return this.most;
  }

  /** What is thought of a program with a batch; it learns as its pieces are done. `ends`: number of launches after each operation. */
  foretold(program: Program, batch: number, ends: readonly number[]): Foretold {
    const known = this.programs.get(program) ?? new Map<number, Foretold>();
    this.programs.set(program, known);
    const before = known.get(batch);
    const foretold = before?.ms.length === (ends.at(-1) ?? 0) ? before : this.guess(program, batch, ends);
    // A stream has one batch size and perhaps a shorter last batch.
    if (known.size >= 4) known.clear();
    known.set(batch, foretold);
    return foretold;
  }

  private guess(program: Program, batch: number, ends: readonly number[]): Foretold {
    const launches = ends.at(-1) ?? 0;
    const [work, flops] = [new Float64Array(launches), new Float64Array(launches)];
    const workOf = (op: Op): number => flopsOf(op, batch) + FLOPS_A_NUMBER * numbersOf(op, batch);
    let [from, to] = [0, 0];
    program.ops.forEach((op, i) => {
      // An operation without launches of its own was done by those before.
      if ((ends[i] ?? to) > to) [from, to] = [to, ends[i] ?? to];
      for (let launch = from; launch < to; launch++) {
        work[launch] = (work[launch] ?? 0) + workOf(op) / (to - from);
        flops[launch] = (flops[launch] ?? 0) + flopsOf(op, program.maxBatch) / (to - from);
      }
    });
    return { ms: work.map((each) => each * this.price), work, flops, done: new Uint8Array(launches) };
  }

  /** The launch before which the piece ends that begins with launch `from`: one of them at least. */
  cut({ ms }: Foretold, from: number): number {
    // A program may have nothing to do.
    let to = Math.min(from + 1, ms.length);
    for (let sum = ms[from] ?? 0; to < ms.length; to++) if ((sum += ms[to] ?? 0) > this.piece) break;
    return to;
  }

  /** To be told of a submission of launches `from` to `to`; returns what is to be called once it is done. */
  submitted({ ms, work, flops, done }: Foretold, from: number, to: number): () => void {
    const flight = { foretold: sumOf(ms.subarray(from, to)) };
    const idle = this.flights.size === 0;
    this.flights.add(flight);
    if (idle) this.freeSince = this.now();
    return () => {
      this.flights.delete(flight);
      const now = this.now();
      // It began when the one before was done. Of one that found the GPU idle, the way there and back is no work.
      const took = now - this.freeSince - (idle ? this.wait : 0);
      this.freeSince = now;
      if (flight.foretold === 0) return;
      if (to === from + 1 && done[from]) this.alone(flops[from] ?? 0, Math.min(took, SURPRISE * flight.foretold));
      done.fill(1, from, to);
      const surprise = believed(took / flight.foretold);
      for (let i = from; i < to; i++) ms[i] = (ms[i] ?? 0) * surprise;
      this.price *= believed(took / (this.price * sumOf(work.subarray(from, to))));
    };
  }

  /** A launch was a piece of its own. By powers of two, so that programs are seldom cut anew. */
  private alone(flops: number, took: number): void {
    if (flops === 0 || took <= this.piece) return;
    this.most = Math.max(FINEST, Math.min(this.most, 2 ** Math.floor(Math.log2((flops * this.piece) / took))));
  }
}
