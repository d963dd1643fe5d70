/** What a step tells the GPU: calls counted, and the time until they are handed over told from the handing over. */

type Call = 'dispatches' | 'pipelines' | 'bindGroups' | 'newBindGroups' | 'passes' | 'copies' | 'writes' | 'submissions';
/** Where they are found. */
const CALLS: Readonly<Record<Call, () => readonly [object, string]>> = {
  dispatches: () => [GPUComputePassEncoder.prototype, 'dispatchWorkgroups'],
  pipelines: () => [GPUComputePassEncoder.prototype, 'setPipeline'],
  bindGroups: () => [GPUComputePassEncoder.prototype, 'setBindGroup'],
  newBindGroups: () => [GPUDevice.prototype, 'createBindGroup'],
  passes: () => [GPUCommandEncoder.prototype, 'beginComputePass'],
  copies: () => [GPUCommandEncoder.prototype, 'copyBufferToBuffer'],
  writes: () => [GPUQueue.prototype, 'writeBuffer'],
  submissions: () => [GPUQueue.prototype, 'submit'],
};

export type Commands = Readonly<Record<Call, number>>;

/** Calls of the GPU during `work`, by whomever they are made. */
export async function countCommands(work: () => Promise<void>): Promise<Commands> {
  const counts = { dispatches: 0, pipelines: 0, bindGroups: 0, newBindGroups: 0, passes: 0, copies: 0, writes: 0, submissions: 0 };
  const restore = (Object.keys(counts) as Call[]).map((name) => around(...CALLS[name](), () => void counts[name]++));
  try {
    await work();
    return counts;
  } finally {
    for (const undo of restore) undo();
  }
}

/** Milliseconds of `work`, and how many of them `GPUQueue.submit` took. */
export function timeSubmission(work: () => void): { readonly total: number; readonly submit: number } {
  let submit = 0;
  const undo = around(GPUQueue.prototype, 'submit', () => {
    const since = performance.now();
    return () => (submit += performance.now() - since);
  });
  try {
    const since = performance.now();
    work();
    return { total: performance.now() - since, submit };
  } finally {
    undo();
  }
}

/** Does `before` ahead of every call of a method, and what it returns after the call. Returns how to end that. */
function around(prototype: object, name: string, before: () => unknown): () => void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== 'function') throw new Error(`This browser's WebGPU has no ${name}`);
  const wrapped = function (this: unknown, ...args: readonly unknown[]): unknown {
    const after = before();
    const result: unknown = Reflect.apply(original, this, args);
    if (typeof after === 'function') Reflect.apply(after, undefined, []);
    return result;
  };
  Reflect.set(prototype, name, wrapped);
  return () => void Reflect.set(prototype, name, original);
}
