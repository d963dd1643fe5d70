// The interpreter: every thread walks the same list of operations and takes items of each from a shared counter. Before an
// operation that needs what others write it waits until their items are done, not until every thread is there: one that sleeps, or
// whose core does something else, holds up nobody unless it is in the middle of an item. What an item computes does not depend on
// who computes it, so results are equal for any number of threads.
import { attentionBackwardItem, attentionItem } from './attention';
import {
  addLowRankItem,
  addRowsItem,
  columnSumItem,
  copyRowsItem,
  patchifyItem,
  tokenTableItem,
} from './elementwise';
import { gemmItem, packItem } from './gemm';
import { layerNormBackwardItem, layerNormItem, layerNormParametersItem } from './norm';
import { addSquaresItem, penaliseItem } from './penalty';
import { poolBackwardItem, poolItem } from './pool';
import { adamItem, crossEntropyItem, limitItem, sgdItem, squaresItem, targetLossItem } from './training';

export { multiply64, reflect64, rotate64, tridiagonal64 } from './float64';

// Control block: 0 job number, 4 threads that arrived at the barrier, 8 barriers passed, 12 program, 16 operations,
// 20 scratch, 24 scratch bytes a thread, 28 threads.
/** Tens of microseconds of watching before a thread goes to sleep: waking it takes longer than most operations of a small model. */
const SPINS: i32 = 30000;

/** Runs a program as thread 0, with the pool's threads helping. `mayWait`: false on a page's main thread, which must spin. */
export function run(control: usize, program: usize, count: i32, scratch: usize, scratchBytes: usize, threads: i32, mayWait: i32): void {
  if (threads > 1) {
    store<u32>(control, <u32>program, 12);
    store<i32>(control, count, 16);
    store<u32>(control, <u32>scratch, 20);
    store<u32>(control, <u32>scratchBytes, 24);
    store<i32>(control, threads, 28);
    atomic.add<i32>(control, 1);
    atomic.notify(control, -1);
  }
  walk(control, program, count, scratch, threads, mayWait);
}

/** A pool thread: waits for jobs for ever; ended by terminating its worker. */
export function serve(control: usize, thread: i32): void {
  let seen = 0;
  while (true) {
    let spins = SPINS;
    let job = atomic.load<i32>(control);
    while (job == seen) {
      if (spins > 0) spins--;
      else atomic.wait<i32>(control, seen, -1);
      job = atomic.load<i32>(control);
    }
    seen = job;
    walk(
      control,
      load<u32>(control, 12),
      load<i32>(control, 16),
      load<u32>(control, 20) + <usize>thread * load<u32>(control, 24),
      load<i32>(control, 28),
      1,
    );
  }
}

/** Of an operation's number: the next operation needs nothing of it. */
const GOES_ON: i32 = 256;

// An operation: 0 its number, 4 items, 8 items taken, 12 words, 16 items done, 20 its arguments.
function walk(control: usize, program: usize, count: i32, scratch: usize, threads: i32, mayWait: i32): void {
  let op = program;
  /** The first operation that is not known to be done. */
  let open = program;
  for (let i = 0; i < count; i++) {
    const word = load<i32>(op);
    const code = word & (GOES_ON - 1);
    const items = load<i32>(op, 4);
    const next = op + ((<usize>load<u32>(op, 12)) << 2);
    if (threads == 1) {
      for (let item = 0; item < items; item++) execute(code, op, item, scratch);
    } else {
      let mine = 0;
      let item = atomic.add<i32>(op + 8, 1);
      while (item < items) {
        execute(code, op, item, scratch);
        mine++;
        item = atomic.add<i32>(op + 8, 1);
      }
      if (mine > 0 && atomic.add<i32>(op + 16, mine) + mine == items) atomic.notify(op + 16, -1);
      if ((word & GOES_ON) == 0) {
        while (open != next) {
          untilDone(open, mayWait);
          open += (<usize>load<u32>(open, 12)) << 2;
        }
      }
    }
    op = next;
  }
  // The list is taken away afterwards: nobody may be walking it still.
  if (threads > 1) meet(control, threads, mayWait);
}

function untilDone(op: usize, mayWait: i32): void {
  const items = load<i32>(op, 4);
  let spins = SPINS;
  let done = atomic.load<i32>(op + 16);
  while (done != items) {
    if (spins > 0) spins--;
    else if (mayWait) atomic.wait<i32>(op + 16, done, -1);
    done = atomic.load<i32>(op + 16);
  }
}

/** Every thread, at the end of a program. */
function meet(control: usize, threads: i32, mayWait: i32): void {
  const passed = atomic.load<i32>(control + 8);
  if (atomic.add<i32>(control + 4, 1) == threads - 1) {
    atomic.store<i32>(control + 4, 0);
    atomic.add<i32>(control + 8, 1);
    atomic.notify(control + 8, -1);
    return;
  }
  let spins = SPINS;
  while (atomic.load<i32>(control + 8) == passed) {
    if (spins > 0) spins--;
    else if (mayWait) atomic.wait<i32>(control + 8, passed, -1);
  }
}

function execute(code: i32, op: usize, item: i32, scratch: usize): void {
  switch (code) {
    case 0:
      packItem(op, item);
      break;
    case 1:
      gemmItem(op, item, scratch);
      break;
    case 2:
      attentionItem(op, item, scratch);
      break;
    case 3:
      attentionBackwardItem(op, item, scratch);
      break;
    case 4:
      layerNormItem(op, item);
      break;
    case 5:
      layerNormBackwardItem(op, item);
      break;
    case 6:
      layerNormParametersItem(op, item);
      break;
    case 7:
      patchifyItem(op, item);
      break;
    case 8:
      tokenTableItem(op, item);
      break;
    case 9:
      addRowsItem(op, item);
      break;
    case 10:
      poolItem(op, item);
      break;
    case 11:
      poolBackwardItem(op, item);
      break;
    case 12:
      columnSumItem(op, item);
      break;
    case 13:
      addLowRankItem(op, item);
      break;
    case 14:
      crossEntropyItem(op, item);
      break;
    case 15:
      adamItem(op, item);
      break;
    case 16:
      sgdItem(op, item);
      break;
    case 17:
      penaliseItem(op, item);
      break;
    case 18:
      addSquaresItem(op, item);
      break;
    case 19:
      targetLossItem(op, item);
      break;
    case 24:
      copyRowsItem(op, item);
      break;
    case 25:
      squaresItem(op, item);
      break;
    case 26:
      limitItem(op, item);
      break;
    default:
      unreachable();
  }
}
