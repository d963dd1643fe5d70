import type { BufferRole, BufferSpec, Extent, Op, Program, View } from './ops';

/** Collects the operations and buffers of a program; every workspace buffer gets a name of its own. */
export class ProgramBuilder {
  private readonly ops: Op[] = [];
  private readonly buffers = new Map<string, BufferSpec>();

  constructor(readonly maxBatch: number) {}

  push(...ops: readonly Op[]): void {
    this.ops.push(...ops);
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
    return { ops: [...this.ops], buffers: new Map(this.buffers), maxBatch: this.maxBatch };
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
