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
  const count = 2 * prepared.ends.length;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const resolved = device.createBuffer({ size: 8 * count, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const page = device.createBuffer({ size: 8 * count, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    const encoder = device.createCommandEncoder();
    prepared.ends.forEach((to, i) => {
      const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
      prepared.encode(encoder, batch, buffers, { from: prepared.ends[i - 1] ?? 0, to, repeat, timestampWrites });
    });
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, page, 0, 8 * count);
    device.queue.submit([encoder.finish()]);
    await page.mapAsync(GPUMapMode.READ);
    const nanoseconds = new BigUint64Array(page.getMappedRange());
    // Clocks of some drivers jump back between passes.
    return prepared.ends.map((_, i) => Math.max(0, Number((nanoseconds[2 * i + 1] ?? 0n) - (nanoseconds[2 * i] ?? 0n))) / 1e6 / repeat);
  } finally {
    querySet.destroy();
    resolved.destroy();
    page.destroy();
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
