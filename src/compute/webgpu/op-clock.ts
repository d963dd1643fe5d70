import type { PreparedProgram } from './prepared';

/** What one set of queries holds, by WebGPU's rules. */
const MOST_QUERIES = 4096;
/** Time that the operations of one pass over the program should take for a clock that browsers round to 0.1 ms, and repetitions at most. */
const LONG_ENOUGH = 100;
const MOST_REPEATS = 32;

type Buffers = ReadonlyMap<string, GPUBuffer>;

/**
 * Lowers each entry of `milliseconds` to the duration of that operation, where it is less: by the GPU's own clock where it
 * has one, else by one submission an operation.
 */
export async function timeLaunches(
  device: GPUDevice,
  prepared: PreparedProgram,
  batch: number,
  buffers: Buffers,
  milliseconds: Float64Array,
): Promise<void> {
  const measured = (await byTimestamps(device, prepared, batch, buffers)) ?? (await bySubmissions(device, prepared, batch, buffers));
  measured.forEach((took, i) => (milliseconds[i] = Math.min(milliseconds[i] ?? Infinity, took)));
}

/** Runs a submission of `timeRuns`: none that holds the GPU for long. */
const RUNS_AT_ONCE = 32;

/** Milliseconds that so many runs of a program take: by the GPU's own clock where it has one, else until the queue is done with them. */
export async function timeRuns(device: GPUDevice, prepared: PreparedProgram, buffers: Buffers, runs: number): Promise<number> {
  const { queue } = device;
  const shares = Array.from({ length: Math.ceil(runs / RUNS_AT_ONCE) }, (_, i) => Math.min(RUNS_AT_ONCE, runs - i * RUNS_AT_ONCE));
  const clock = device.features.has('timestamp-query') && 2 * shares.length <= MOST_QUERIES ? new Clock(device, shares.length) : null;
  try {
    await queue.onSubmittedWorkDone();
    const before = performance.now();
    for (const [i, repeat] of shares.entries()) {
      const encoder = device.createCommandEncoder();
      prepared.encode(encoder, 1, buffers, { repeat, ...(clock ? { timestampWrites: clock.writes(i) } : {}) });
      queue.submit([encoder.finish()]);
    }
    await queue.onSubmittedWorkDone();
    const waited = performance.now() - before;
    const told = ((await clock?.read()) ?? []).reduce((sum, each) => sum + each, 0);
    return told > 0 ? told : waited;
  } finally {
    clock?.destroy();
  }
}

/** Begins and ends of passes by the GPU's own clock. */
class Clock {
  private readonly querySet: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly page: GPUBuffer;

  constructor(
    private readonly device: GPUDevice,
    private readonly passes: number,
  ) {
    const size = Math.max(16, 16 * passes);
    this.querySet = device.createQuerySet({ type: 'timestamp', count: Math.max(2, 2 * passes) });
    this.resolved = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
    this.page = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  writes(pass: number): GPUComputePassTimestampWrites {
    return { querySet: this.querySet, beginningOfPassWriteIndex: 2 * pass, endOfPassWriteIndex: 2 * pass + 1 };
  }

  /** Milliseconds of each pass. */
  async read(): Promise<number[]> {
    if (this.passes === 0) return [];
    const encoder = this.device.createCommandEncoder();
    encoder.resolveQuerySet(this.querySet, 0, 2 * this.passes, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, this.page, 0, 16 * this.passes);
    this.device.queue.submit([encoder.finish()]);
    await this.page.mapAsync(GPUMapMode.READ);
    const nanoseconds = new BigUint64Array(this.page.getMappedRange());
    // Clocks of some drivers jump back between passes.
    return Array.from(
      { length: this.passes },
      (_, i) => Math.max(0, Number((nanoseconds[2 * i + 1] ?? 0n) - (nanoseconds[2 * i] ?? 0n))) / 1e6,
    );
  }

  destroy(): void {
    this.querySet.destroy();
    this.resolved.destroy();
    this.page.destroy();
  }
}

/** Null where the device has no clock, or one that stands still. */
async function byTimestamps(device: GPUDevice, prepared: PreparedProgram, batch: number, buffers: Buffers): Promise<number[] | null> {
  if (!device.features.has('timestamp-query') || 2 * prepared.ends.length > MOST_QUERIES) return null;
  const once = await readClock(device, prepared, batch, buffers, 1);
  const total = once.reduce((sum, took) => sum + took, 0);
  if (!(total > 0)) return null;
  const repeat = Math.min(MOST_REPEATS, Math.floor(LONG_ENOUGH / total));
  return repeat < 2 ? once : readClock(device, prepared, batch, buffers, repeat);
}

async function readClock(device: GPUDevice, prepared: PreparedProgram, batch: number, buffers: Buffers, repeat: number): Promise<number[]> {
  const clock = new Clock(device, prepared.ends.length);
  try {
    const encoder = device.createCommandEncoder();
    prepared.ends.forEach((to, i) => {
      prepared.encode(encoder, batch, buffers, { from: prepared.ends[i - 1] ?? 0, to, repeat, timestampWrites: clock.writes(i) });
    });
    device.queue.submit([encoder.finish()]);
    return (await clock.read()).map((took) => took / repeat);
  } finally {
    clock.destroy();
  }
}

/** One submission an operation, less what an empty one takes. */
async function bySubmissions(device: GPUDevice, prepared: PreparedProgram, batch: number, buffers: Buffers): Promise<number[]> {
  const { queue } = device;
  const time = async (from: number, to: number): Promise<number> => {
    const encoder = device.createCommandEncoder();
    prepared.encode(encoder, batch, buffers, { from, to });
    const before = performance.now();
    queue.submit([encoder.finish()]);
    await queue.onSubmittedWorkDone();
    return performance.now() - before;
  };
  await queue.onSubmittedWorkDone();
  const empty = Math.min(await time(0, 0), await time(0, 0), await time(0, 0));
  const measured: number[] = [];
  for (const [i, end] of prepared.ends.entries()) measured.push(Math.max(0, (await time(prepared.ends[i - 1] ?? 0, end)) - empty));
  return measured;
}
