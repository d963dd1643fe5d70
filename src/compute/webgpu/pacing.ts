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

/** Milliseconds that each operation of a program is thought to take, by what the pieces took that it was part of. */
export type Foretold = Float64Array;

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

  /** What is thought of a program with a batch; it learns as its pieces are done. */
  foretold(program: Program, batch: number): Foretold {
    const known = this.programs.get(program) ?? new Map<number, Foretold>();
    this.programs.set(program, known);
    const work = (op: Op): number => flopsOf(op, batch) + FLOPS_A_NUMBER * numbersOf(op, batch);
    const foretold = known.get(batch) ?? Float64Array.from(program.ops, (op) => work(op) * this.price);
    // A stream has one batch size and perhaps a shorter last batch.
    if (known.size >= 4) known.clear();
    known.set(batch, foretold);
    return foretold;
  }

  /** The operation before which the piece ends that begins with operation `from`: one of them at least. */
  cut(foretold: Foretold, from: number): number {
    // A program may have nothing to do.
    let to = Math.min(from + 1, foretold.length);
    for (let sum = foretold[from] ?? 0; to < foretold.length; to++) if ((sum += foretold[to] ?? 0) > this.piece) break;
    return to;
  }

  /** To be told of a submission of operations `from` to `to`; returns what is to be called once it is done. */
  submitted(of: Foretold, from: number, to: number): () => void {
    const flight = { foretold: of.subarray(from, to).reduce((sum, one) => sum + one, 0) };
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
      const surprise = Math.min(Math.max(took / flight.foretold, 1 / SURPRISE), SURPRISE) ** TRUST;
      for (let i = from; i < to; i++) of[i] = (of[i] ?? 0) * surprise;
      this.price *= surprise;
    };
  }
}
