import { fromHalves, toHalves } from '../../../vit/halves';
import { normals, seeded } from '../../testing/random';
import { fixed, SCALARS, type BufferSpec, type Extent, type Op, type View } from '../ops';

/** Images in the run, and in the largest that the program is for. */
export const BATCH = 3;
export const MAX_BATCH = 4;

type Values = Float32Array | Int32Array | Uint8Array;

/** Cases with the buffers that they work on; all of one book make one program. */
export class CaseBook {
  readonly cases: { readonly name: string; readonly ops: readonly Op[] }[] = [];
  readonly specs = new Map<string, BufferSpec>();
  readonly values = new Map<string, Values>();
  /** Buffers whose contents are an executor's own affair. */
  readonly opaque = new Set<string>();
  /** Buffers that are to be stored as halves. */
  readonly halves = new Set<string>();
  private readonly random = seeded(77);

  /** `weights`: how the matrices are stored that a model would not change. */
  constructor(private readonly weights: 'f32' | 'f16' = 'f32') {
    this.input(
      'scalars',
      'f32',
      fixed(SCALARS.factors),
      Float32Array.of(0.01, 0.03, ...[3, 5].flatMap((t) => [1 / (1 - 0.9 ** t), 1 / (1 - 0.999 ** t)]), -0.1),
    );
  }

  add(name: string, ...ops: readonly Op[]): void {
    this.cases.push({ name, ops });
  }

  /** A matrix of random values (`scale`) in a buffer of its own, `at` floats in, rows `stride` apart. */
  matrix(rows: Extent, columns: number, { at = 0, stride = columns, scale = 1 } = {}): View {
    const buffer = `b${this.specs.size}`;
    const size = at + (rows.perImage * MAX_BATCH + rows.fixed) * stride;
    this.specs.set(buffer, { name: buffer, role: 'trainer', type: 'f32', size: fixed(size) });
    this.values.set(buffer, normals(this.random, size, scale));
    return { buffer, offset: at, stride };
  }

  /** Like `matrix`, of values that a model would not change. */
  weight(rows: Extent, columns: number, place: { at?: number; stride?: number } = {}): View {
    const view = this.matrix(rows, columns, place);
    if (this.weights === 'f32') return view;
    this.halves.add(view.buffer);
    this.values.set(view.buffer, fromHalves(toHalves(Float32Array.from(this.values.get(view.buffer) ?? []))));
    return view;
  }

  /** Like `matrix`, of positive values. */
  positive(rows: Extent, columns: number): View {
    const view = this.matrix(rows, columns);
    const values = this.values.get(view.buffer) ?? new Float32Array();
    this.values.set(view.buffer, Float32Array.from(values, Math.abs));
    return view;
  }

  /** A matrix whose contents are not compared. */
  hidden(rows: Extent, columns: number): View {
    const view = this.matrix(rows, columns);
    this.opaque.add(view.buffer);
    return view;
  }

  input(name: string, type: BufferSpec['type'], size: Extent, values: Values): string {
    this.specs.set(name, { name, role: 'input', type, size });
    this.values.set(name, values);
    return name;
  }

  /** A random number in [0, 1). */
  uniform(): number {
    return this.random();
  }
}
