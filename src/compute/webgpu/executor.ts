import { said, SaidError } from '../../common/said';
import type { VitConfig } from '../../vit/config';
import { DeviceLostError, OutOfMemoryError, type DeviceInfo, type ProductKind, type ProductKinds } from '../backbone';
import type { DeviceBuffer, Executor, RunRequest, Storage } from '../plan/executor';
import type { Program } from '../plan/ops';
import { productProgram, withBuffers, type ProductShape } from '../plan/product';
import { fromHalves, toHalves } from '../../vit/halves';
import { createBuffer, guardAllocations, writeBuffer } from './buffers';
import { asError, Lineup } from './lineup';
import { timeLaunches } from './op-clock';
import { Pacing } from './pacing';
import { Pipelines } from './pipelines';
import { PreparedProgram } from './prepared';
import { timeProgram } from './product-clock';
import { ReadBack } from './read-back';
import { allForms, type KernelChoice } from './table';
import type { TimeProduct } from './tune';
import { Nudges } from './waits';
import { wideningProgram } from './widening';
import { Workspace } from './workspace';

const BYTES = { f32: 4, i32: 4, u8: 1, f16: 2 } as const;
/** Programs kept prepared; the one longest unused goes first. */
const PROGRAMS = 32;

interface GpuDeviceBuffer extends DeviceBuffer {
  readonly gpu: GPUBuffer;
}

export type Tune = (config: VitConfig, choice: KernelChoice, time: TimeProduct, again: boolean) => Promise<ProductKinds>;

/** Runs plans in WGSL. */
export class WebgpuExecutor implements Executor {
  readonly lost: Promise<DeviceLostError>;
  readonly halves: boolean;
  readonly info: DeviceInfo;
  private readonly lineup = new Lineup();
  private readonly pipelines: Pipelines;
  private readonly workspace: Workspace;
  private readonly readBack: ReadBack;
  private readonly prepared = new Map<Program, PreparedProgram>();
  /** Programs that make f32 of halves, by the number of values. */
  private readonly widenings = new Map<number, Program>();
  private readonly alive = new Set<GpuDeviceBuffer>();
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly inFlight = new Set<Promise<unknown>>();
  private readonly nudges: Nudges;
  private failure: Error | null = null;

  constructor(
    private readonly device: GPUDevice,
    info: DeviceInfo,
    private kernels: KernelChoice,
    /** Chooses kernels for a model where that is left to measurement. */
    private readonly tune?: Tune,
    private readonly pacing = new Pacing(),
    /** Bytes that all buffers together may take. */
    readonly budget: number = device.limits.maxBufferSize,
  ) {
    const choice = kernels;
    this.halves = choice.halves;
    this.info = choice.halves ? { ...info, halves: true } : info;
    guardAllocations(device, (error) => this.fail(error));
    this.pipelines = new Pipelines(device);
    this.workspace = new Workspace(device);
    this.readBack = new ReadBack(device);
    this.nudges = new Nudges(device.queue, pacing.wait, () => !this.failure && (this.inFlight.size > 0 || this.waiting.size > 0));
    this.lost = device.lost.then(({ reason, message }) => {
      const error = new DeviceLostError(said`The GPU was lost (${reason}): ${message}`);
      this.fail(error);
      return error;
    });
    device.onuncapturederror = ({ error }) => {
      const known = said`The GPU reports: ${error.message}`;
      this.fail(
        error instanceof GPUOutOfMemoryError
          ? new OutOfMemoryError(said`${known}. Use a smaller batch or backbone.`)
          : new SaidError(known),
      );
    };
  }

  get choice(): KernelChoice {
    return this.kernels;
  }

  async suit(config: VitConfig, again: boolean): Promise<ProductKinds | null> {
    if (!this.tune) return null;
    const products = await this.tune(config, this.kernels, (kind, shape, runs) => this.time(kind, shape, runs), again);
    this.kernels = { ...this.kernels, products };
    this.enqueue(() => this.forget());
    return products;
  }

  create(type: Storage, size: number): DeviceBuffer {
    this.ensureUsable();
    const buffer = { type, size, gpu: createBuffer(this.device, `${size} x ${type}`, size * BYTES[type]) };
    this.alive.add(buffer);
    return buffer;
  }

  write(buffer: DeviceBuffer, data: Uint8Array | Int32Array | Float32Array, offset = 0): void {
    const { gpu, type, size } = this.own(buffer);
    if (offset + data.length > size) throw new RangeError(`${data.length} values at ${offset} do not fit a buffer of ${size}`);
    const source = type === 'f16' ? toHalves(Float32Array.from(data)) : this.lineup.idle ? data : data.slice();
    this.enqueue(() => writeBuffer(this.device, gpu, source, offset * BYTES[type]));
  }

  async read(buffer: DeviceBuffer): Promise<Float32Array> {
    const { gpu, size, type } = this.own(buffer);
    const values = await this.readWords(gpu);
    return type === 'f16' ? fromHalves(new Uint16Array(values.buffer, 0, size)) : values.subarray(0, size);
  }

  copy(buffer: DeviceBuffer): DeviceBuffer {
    const from = this.own(buffer);
    const to = this.own(this.create(buffer.type === 'f16' ? 'f32' : buffer.type, buffer.size));
    if (from.type === 'f16') {
      const buffers = new Map([['from', from] as const, ['to', to] as const]);
      this.run({ program: this.widening(from.size), batch: 1, buffers, inputs: new Map(), results: [] }).catch((error: unknown) =>
        this.fail(asError(error)),
      );
      return to;
    }
    this.enqueue(() => {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(from.gpu, 0, to.gpu, 0, from.gpu.size);
      void this.submit(encoder);
    });
    return to;
  }

  destroy(buffer: DeviceBuffer): void {
    const owned = this.own(buffer);
    this.alive.delete(owned);
    this.enqueue(() => owned.gpu.destroy());
    if (this.alive.size === 0) this.enqueue(() => this.release());
  }

  run(request: RunRequest): Promise<ReadonlyMap<string, Float32Array>> {
    const buffers = new Map<string, GPUBuffer>();
    const halves = new Set<string>();
    for (const [name, buffer] of request.buffers) {
      const { gpu, type } = this.own(buffer);
      buffers.set(name, gpu);
      if (type === 'f16') halves.add(name);
    }
    return this.pending((resolve, reject) => {
      this.lineup.add(() => {
        const prepared = this.prepare(request.program, halves);
        const start = () => this.start(request, prepared, buffers, (values) => void values.then(resolve, reject));
        if (prepared.compiled && this.pacing.room) return start();
        return Promise.all([prepared.ready, this.room()]).then(start);
      }, reject);
    });
  }

  ready(): Promise<void> {
    return this.pending((resolve, reject) => this.lineup.add(() => this.room().then(resolve), reject));
  }

  memory() {
    let bytes = 0;
    for (const { gpu } of this.alive) bytes += gpu.size;
    return { buffers: this.alive.size, bytes };
  }

  /** Beside models, trainers and pages on their way back; the workspace is what this is room for. */
  available(): number {
    return this.budget - this.memory().bytes - this.readBack.memory().bytes;
  }

  /** Everything else that is held: workspace, parameters of prepared programs, pages to read back. */
  scratch(): { readonly buffers: number; readonly bytes: number } {
    const parts = [
      this.workspace.memory(),
      this.readBack.memory(),
      ...[...this.prepared.values()].map(({ bytes }) => ({ buffers: 1, bytes })),
    ];
    return parts.reduce((sum, { buffers, bytes }) => ({ buffers: sum.buffers + buffers, bytes: sum.bytes + bytes }));
  }

  dispose(): void {
    this.fail(new Error('This device was disposed'));
    this.device.destroy();
  }

  /**
   * Hands a run to the queue, in pieces; at once, or by the time that the promise resolves. `found` is called with what it will
   * have found.
   */
  private start(
    { program, batch, inputs, results, milliseconds }: RunRequest,
    prepared: PreparedProgram,
    buffers: ReadonlyMap<string, GPUBuffer>,
    found: (values: Promise<ReadonlyMap<string, Float32Array>>) => void,
  ): Promise<void> | undefined {
    prepared.reserve();
    for (const [name, data] of inputs) writeBuffer(this.device, prepared.place(name), data);
    const close = (encoder: GPUCommandEncoder, end?: () => void): void => {
      const values = results.map((name) => this.readBack.take(encoder, prepared.place(name), prepared.bytesOf(name, batch)));
      const done = this.submit(encoder, end);
      found(
        (values.length === 0 ? done.then(() => []) : Promise.all(values)).then(
          (read) => new Map(results.map((name, i) => [name, read[i] ?? new Float32Array()])),
        ),
      );
    };
    if (milliseconds)
      return timeLaunches(this.device, prepared, batch, buffers, milliseconds).then(() => close(this.device.createCommandEncoder()));
    const foretold = this.pacing.foretold(program, batch, prepared.ends);
    let from = 0;
    const go = (): Promise<void> | undefined => {
      for (;;) {
        const to = this.pacing.cut(foretold, from);
        const encoder = this.device.createCommandEncoder();
        prepared.encode(encoder, batch, buffers, { from, to });
        const end = this.pacing.submitted(foretold, from, to);
        if (to === foretold.ms.length) return void close(encoder, end);
        void this.submit(encoder, end);
        from = to;
        if (!this.pacing.room) return this.room().then(go);
      }
    };
    return go();
  }

  private readWords(gpu: GPUBuffer): Promise<Float32Array> {
    return this.pending((resolve, reject) => {
      this.lineup.add(() => {
        const encoder = this.device.createCommandEncoder();
        this.readBack.take(encoder, gpu, gpu.size).then(resolve, reject);
        void this.submit(encoder);
        this.readBack.flush();
        return undefined;
      }, reject);
    });
  }

  /** Resolves once it is done, or will never be; `end` is told first. */
  private submit(encoder: GPUCommandEncoder, end?: () => void): Promise<void> {
    const { queue } = this.device;
    queue.submit([encoder.finish()]);
    this.readBack.afterSubmit();
    this.nudges.wake();
    const done: Promise<void> = queue.onSubmittedWorkDone().then(
      () => {
        end?.();
        this.inFlight.delete(done);
        // Nothing more to come for now: whoever waits for collected values would wait for ever.
        if (this.inFlight.size === 0) this.readBack.flush();
      },
      () => undefined,
    );
    this.inFlight.add(done);
    return done;
  }

  /** Resolves when another submission may be made. */
  private async room(): Promise<void> {
    while (!this.pacing.room && !this.failure) await Promise.race(this.inFlight);
  }

  private prepare(program: Program, halves: ReadonlySet<string>): PreparedProgram {
    const before = this.prepared.get(program);
    const flopsAtOnce = Math.min(this.choice.flopsAtOnce, this.pacing.flopsAtOnce);
    // Weights that have been written since are f32 now.
    const known = before && before.choice.flopsAtOnce === flopsAtOnce && sameNames(before.halves, halves) ? before : undefined;
    const choice = { ...this.choice, flopsAtOnce };
    const prepared = known ?? new PreparedProgram(program, this.device, this.pipelines, this.workspace, choice, halves);
    if (!known) before?.dispose();
    this.prepared.delete(program);
    this.prepared.set(program, prepared);
    const [oldest] = this.prepared.keys();
    if (this.prepared.size > PROGRAMS && oldest) {
      this.prepared.get(oldest)?.dispose();
      this.prepared.delete(oldest);
    }
    return prepared;
  }

  /** Milliseconds that runs of a product take with kernels of a kind. Rejects where they do not compile. */
  private time(kind: ProductKind, shape: ProductShape, runs: number): Promise<number> {
    const program = productProgram(shape);
    return withBuffers(this, program, (buffers) => {
      const own = new Map([...buffers].map(([name, buffer]) => [name, this.own(buffer).gpu] as const));
      const { device, pipelines, workspace } = this;
      const choice = { ...this.kernels, products: allForms(kind) };
      return this.pending((resolve, reject) => {
        const measure = () => timeProgram(device, pipelines, workspace, choice, program, own, runs).then(resolve, reject);
        this.lineup.add(measure, reject);
      });
    });
  }

  private widening(size: number): Program {
    const program = this.widenings.get(size) ?? wideningProgram(size);
    this.widenings.set(size, program);
    return program;
  }

  private forget(): void {
    for (const prepared of this.prepared.values()) prepared.dispose();
    this.prepared.clear();
  }

  /** Gives back what only programs used, once there is no model left. */
  private release(): void {
    if (this.alive.size > 0) return;
    this.forget();
    this.widenings.clear();
    this.workspace.release();
    this.readBack.release();
  }

  /** Work that nobody awaits; its failure is everybody's. */
  private enqueue(task: () => void): void {
    this.lineup.add(
      () => void task(),
      (error) => this.fail(error),
    );
  }

  /** A promise that a lost device would leave pending for ever. */
  private pending<T>(work: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      const done =
        <V>(then: (value: V) => void) =>
        (value: V): void => {
          this.waiting.delete(reject);
          then(value);
        };
      this.waiting.add(reject);
      work(
        done(resolve),
        done((error: unknown) => reject(this.failure ?? asError(error))),
      );
    });
  }

  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    this.nudges.stop();
    this.lineup.close(error);
    for (const reject of this.waiting) reject(error);
    this.waiting.clear();
  }

  private ensureUsable(): void {
    if (this.failure) throw this.failure;
  }

  private own(buffer: DeviceBuffer): GpuDeviceBuffer {
    const owned = buffer as GpuDeviceBuffer;
    if (!this.alive.has(owned)) throw new Error('This buffer was destroyed or belongs to another device');
    return owned;
  }
}

const sameNames = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && [...a].every((name) => b.has(name));
