import { fixed, type BufferRole, type BufferSpec, type Extent, type Op, type Program, type View } from './ops';

/** Collects the operations and buffers of a program; every workspace buffer gets a name of its own. */
export class ProgramBuilder {
  private readonly ops: Op[] = [];
  /** What comes before all else, in this order. */
  private readonly first: Op[][] = [];
  private readonly buffers = new Map<string, BufferSpec>();

  constructor(readonly maxBatch: number) {}

  push(...ops: readonly Op[]): void {
    this.ops.push(...ops);
  }

  /** Before all that is pushed, after what was put there with a lower `rank`. */
  pushFirst(rank: number, op: Op): void {
    while (this.first.length <= rank) this.first.push([]);
    this.first[rank]?.push(op);
  }

  /** Room for a matrix in a workspace buffer that many share: of the buffers `name.0`, `name.1` ... the first that is not full yet. */
  carve(name: string, floats: number, most: number): View {
    const size = Math.ceil(floats / 4) * 4;
    for (let i = 0; ; i++) {
      const buffer = `${name}.${i}`;
      const offset = this.buffers.get(buffer)?.size.fixed ?? 0;
      if (offset > 0 && offset + size > most) continue;
      this.buffers.set(buffer, { name: buffer, role: 'workspace', type: 'f32', size: fixed(offset + size) });
      return { buffer, offset, stride: 1 };
    }
  }

  /** Declares a buffer once; the same name again must be the same buffer. */
  declare(name: string, role: BufferRole, size: Extent, type: BufferSpec['type'] = 'f32'): string {
    const known = this.buffers.get(name);
    if (known && (known.size.perImage !== size.perImage || known.size.fixed !== size.fixed)) {
      throw new Error(`The plan declares the buffer "${name}" twice, with different sizes`);
    }
    if (!known) this.buffers.set(name, { name, role, type, size });
    return name;
  }

  /** A new matrix [rows, columns]; `role` defaults to workspace. */
  matrix(name: string, rows: Extent, columns: number, role: BufferRole = 'workspace'): View {
    const unique = this.buffers.has(name) ? `${name}#${this.buffers.size}` : name;
    this.declare(unique, role, { perImage: rows.perImage * columns, fixed: rows.fixed * columns });
    return { buffer: unique, offset: 0, stride: columns };
  }

  program(): Program {
    return { ops: [...this.first.flat(), ...this.ops], buffers: new Map(this.buffers), maxBatch: this.maxBatch };
  }
}

/** The columns of `view` from `first` on. */
export function columnsFrom(view: View, first: number): View {
  return { ...view, offset: view.offset + first };
}

/** One row an image out of `tokens`: the class tokens. */
export function classTokens(view: View, tokens: number): View {
  return { ...view, stride: view.stride * tokens };
}
