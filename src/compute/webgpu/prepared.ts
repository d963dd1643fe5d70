import { allocate } from '../plan/allocate';
import { extentOf, type BufferSpec, type Program } from '../plan/ops';
import { wholeWords } from './buffers';
import { PARAMETER_BYTES, type KernelSource, type Launch } from './kernel';
import { lower } from './lower';
import type { Pipelines } from './pipelines';
import type { KernelChoice } from './table';
import type { Workspace } from './workspace';

const BYTES = { f32: 4, i32: 4, u8: 1 } as const;

/** Which launches are encoded, and how. */
export interface EncodedPart {
  /** The first, and the one before which to stop; all of them by default. */
  readonly from?: number;
  readonly to?: number;
  readonly repeat?: number;
  readonly timestampWrites?: GPUComputePassTimestampWrites;
}

/** Parameters and grids of all launches for one batch. */
interface Sized {
  readonly words: ArrayBuffer;
  readonly across: Uint32Array;
  readonly down: Uint32Array;
}

interface Bound {
  readonly generation: number;
  readonly buffers: ReadonlyMap<string, GPUBuffer>;
  readonly groups: readonly GPUBindGroup[];
}

/** A program ready for one device: its launches, their pipelines, its parameters, and its bind groups while nothing moves. */
export class PreparedProgram {
  readonly ready: Promise<void>;
  private pipelines: readonly GPUComputePipeline[] | null = null;
  private readonly launches: readonly Launch[];
  private readonly sources: readonly KernelSource[];
  /** Number of launches after each operation of the plan. */
  readonly ends: readonly number[];
  private readonly wanted: readonly (readonly [string, number])[];
  /** Workspace name of a program's buffer. */
  private readonly places: ReadonlyMap<string, string>;
  private readonly parameters: GPUBuffer;
  private readonly sized = new Map<number, Sized>();
  private batch = 0;
  private bound: Bound | null = null;

  /** Throws OutOfMemoryError where an operation needs more than one binding of this device holds. */
  constructor(
    private readonly program: Program,
    private readonly device: GPUDevice,
    private readonly compiler: Pipelines,
    private readonly workspace: Workspace,
    readonly choice: KernelChoice,
    /** Buffers that hold halves. */
    readonly halves: ReadonlySet<string>,
  ) {
    const lowering = lower(program, choice, Math.floor(device.limits.maxStorageBufferBindingSize / 4));
    this.launches = lowering.launches;
    this.sources = lowering.launches.map(({ source }) => source(halves));
    this.ends = lowering.ends;
    const { places, wanted } = placing(program);
    for (const [name, floats] of lowering.scratch) {
      places.set(name, name);
      wanted.push([name, floats * 4]);
    }
    this.places = places;
    this.wanted = wanted;
    this.parameters = device.createBuffer({
      ...{ label: 'parameters', size: Math.max(1, this.launches.length) * PARAMETER_BYTES },
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.ready = Promise.all(this.sources.map((source) => compiler.get(source))).then((pipelines) => {
      this.pipelines = pipelines;
    });
    // Whoever runs the program hears of it.
    this.ready.catch(() => undefined);
  }

  get compiled(): boolean {
    return this.pipelines !== null;
  }

  /** Bytes held for this program alone. */
  get bytes(): number {
    return this.parameters.size;
  }

  /** Room for a run: to be called before `place` and `encode`. Throws OutOfMemoryError. */
  reserve(): void {
    this.workspace.ensure(this.wanted);
  }

  /** The buffer behind a name of role input, result or workspace. */
  place(name: string): GPUBuffer {
    const place = this.places.get(name);
    if (place === undefined) throw new Error(`The program was run without its buffer "${name}"`);
    return this.workspace.get(place);
  }

  /** Bytes of a buffer for a batch. */
  bytesOf(name: string, batch: number): number {
    const spec = this.program.buffers.get(name);
    return spec ? bytesOf(spec, batch) : 0;
  }

  encode(encoder: GPUCommandEncoder, batch: number, buffers: ReadonlyMap<string, GPUBuffer>, part: EncodedPart = {}): void {
    const { pipelines } = this;
    const { from = 0, to = this.launches.length, repeat = 1, timestampWrites } = part;
    if (!pipelines) throw new Error('The program is not compiled yet');
    const { words, across, down } = this.sizedFor(batch);
    if (this.batch !== batch) this.device.queue.writeBuffer(this.parameters, 0, words);
    this.batch = batch;
    const groups = this.bind(buffers);
    const pass = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
    let current: GPUComputePipeline | undefined;
    for (let turn = from; turn < from + repeat * (to - from); turn++) {
      const i = from + ((turn - from) % (to - from));
      const pipeline = pipelines[i];
      const group = groups[i];
      if (!pipeline || !group) throw new Error('A launch lost its pipeline');
      if (pipeline !== current) pass.setPipeline((current = pipeline));
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(across[i] ?? 0, down[i] ?? 0);
    }
    pass.end();
  }

  dispose(): void {
    this.parameters.destroy();
  }

  private sizedFor(batch: number): Sized {
    const known = this.sized.get(batch);
    if (known) return known;
    const count = this.launches.length;
    const words = new ArrayBuffer(Math.max(1, count) * PARAMETER_BYTES);
    const across = new Uint32Array(count);
    const down = new Uint32Array(count);
    const most = this.device.limits.maxComputeWorkgroupsPerDimension;
    this.launches.forEach(({ prepare }, i) => {
      const groups = prepare(batch, new DataView(words, i * PARAMETER_BYTES, PARAMETER_BYTES));
      // Rows of equal length: at most one workgroup a row has nothing to do.
      down[i] = Math.ceil(groups / most);
      across[i] = Math.ceil(groups / Math.max(1, down[i]));
    });
    // A stream has one batch size and perhaps a shorter last batch.
    if (this.sized.size >= 4) this.sized.clear();
    const sized = { words, across, down };
    this.sized.set(batch, sized);
    return sized;
  }

  private bind(buffers: ReadonlyMap<string, GPUBuffer>): readonly GPUBindGroup[] {
    const { bound, workspace, launches, sources, device, compiler, parameters } = this;
    if (bound && bound.generation === workspace.generation && same(bound.buffers, buffers)) return bound.groups;
    const of = (name: string): GPUBuffer => buffers.get(name) ?? this.place(name);
    const groups = sources.map((source, i) =>
      device.createBindGroup({
        label: source.name,
        layout: compiler.layout(source.access),
        entries: [
          { binding: 0, resource: { buffer: parameters, offset: i * PARAMETER_BYTES, size: PARAMETER_BYTES } },
          ...(launches[i]?.buffers ?? []).map((name, binding) => ({ binding: binding + 1, resource: { buffer: of(name) } })),
        ],
      }),
    );
    this.bound = { generation: workspace.generation, buffers: new Map(buffers), groups };
    return groups;
  }
}

/** Workspace slots by falling size, so that programs share them well; inputs and results by name. */
function placing(program: Program): { places: Map<string, string>; wanted: [string, number][] } {
  const { slots, slotOf } = allocate(program);
  const order = slots.map((_, slot) => slot).sort((a, b) => (slots[b] ?? 0) - (slots[a] ?? 0));
  const nameOf = new Map(order.map((slot, i) => [slot, `slot.${i}`]));
  const wanted: [string, number][] = order.map((slot, i) => [`slot.${i}`, (slots[slot] ?? 0) * 4]);
  const places = new Map([...slotOf].map(([name, slot]) => [name, nameOf.get(slot) ?? '']));
  for (const spec of program.buffers.values()) {
    if (spec.role !== 'input' && spec.role !== 'result') continue;
    const place = `${spec.role}.${spec.name}`;
    places.set(spec.name, place);
    wanted.push([place, wholeWords(bytesOf(spec, program.maxBatch))]);
  }
  return { places, wanted };
}

const bytesOf = ({ size, type }: BufferSpec, batch: number): number => extentOf(size, batch) * BYTES[type];

function same(a: ReadonlyMap<string, GPUBuffer>, b: ReadonlyMap<string, GPUBuffer>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, buffer] of a) if (b.get(name) !== buffer) return false;
  return true;
}
