/** Tensors under other names: what a layout is called in its file, and how parts of it become one tensor of timm's. */
import { said } from '../common/said';
import { elementBytes, elementCount, fromFloat32, toFloat32, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
import type { RawTensors } from './tensors';

const PARTS = { q: said`queries`, k: said`keys`, v: said`values` };

/** Tensors under timm names, and under which name the file has each. */
export interface Renamed {
  readonly tensors: RawTensors;
  readonly origins: ReadonlyMap<string, string>;
  /** Names in the file of what is no part of the ViT. */
  readonly unused: readonly string[];
}

/** Tensors one below the other, along their first axis. Throws CheckpointError where their other sides differ. */
export function stackRows(parts: readonly RawTensor[], name: string): RawTensor {
  const [first] = parts;
  if (first === undefined) throw new CheckpointError(said`Tensor "${name}" has no parts.`, name);
  const rest = first.shape.slice(1);
  for (const part of parts) elementBytes(part, name);
  for (const { shape } of parts) {
    if (shape.length !== first.shape.length || rest.some((side, i) => shape[i + 1] !== side)) {
      throw new CheckpointError(
        said`The parts of "${name}" are [${first.shape.join(', ')}] and [${shape.join(', ')}]: query, key and value have different widths, which no plain ViT has.`,
        name,
      );
    }
  }
  const same = parts.every(({ dtype }) => dtype === first.dtype)
    ? parts
    : parts.map((part) => fromFloat32(toFloat32(part, name), part.shape));
  const rows = same.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const bytes = new Uint8Array(same.reduce((sum, part) => sum + part.bytes.byteLength, 0));
  let at = 0;
  for (const part of same) {
    bytes.set(part.bytes, at);
    at += part.bytes.byteLength;
  }
  return { dtype: same[0]?.dtype ?? first.dtype, shape: [rows, ...rest], bytes };
}

/** The same values with axes in another order: `order[i]` is the axis of `tensor` that becomes axis i. `name`: for errors. */
export function permute(tensor: RawTensor, order: readonly number[], name = 'tensor'): RawTensor {
  const size = elementBytes(tensor, name);
  const shape = order.map((axis) => tensor.shape[axis] ?? 1);
  const strides = tensor.shape.map((_, axis) => elementCount(tensor.shape.slice(axis + 1)));
  const steps = order.map((axis) => strides[axis] ?? 0);
  const from = tensor.bytes;
  const bytes = new Uint8Array(from.byteLength);
  const index = shape.map(() => 0);
  let at = 0;
  for (let i = 0; i < elementCount(shape); i++) {
    for (let byte = 0; byte < size; byte++) bytes[i * size + byte] = from[at * size + byte] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      at += steps[axis] ?? 0;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      at -= (shape[axis] ?? 0) * (steps[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return { dtype: tensor.dtype, shape, bytes };
}

/** The same values in another shape of as many elements. */
export function reshape(tensor: RawTensor, shape: readonly number[]): RawTensor {
  return { ...tensor, shape };
}

/** Collects tensors under new names, joining q, k and v once all three are there. */
export class Renaming {
  private readonly tensors = new Map<string, RawTensor>();
  private readonly origins = new Map<string, string>();
  private readonly unused: string[] = [];
  private readonly parts = new Map<string, Map<string, { readonly tensor: RawTensor; readonly origin: string }>>();

  set(name: string, tensor: RawTensor, origin: string): void {
    const before = this.origins.get(name);
    if (before !== undefined) {
      throw new CheckpointError(said`Tensors "${before}" and "${origin}" are the same part of a ViT. The file mixes models.`, origin);
    }
    this.tensors.set(name, tensor);
    this.origins.set(name, origin);
  }

  part(name: string, part: 'q' | 'k' | 'v', tensor: RawTensor, origin: string): void {
    const parts = this.parts.get(name) ?? new Map<string, { tensor: RawTensor; origin: string }>();
    parts.set(part, { tensor, origin });
    this.parts.set(name, parts);
  }

  leave(origin: string): void {
    this.unused.push(origin);
  }

  /** Throws CheckpointError where one of q, k and v is missing. */
  finish(): Renamed {
    for (const [name, parts] of this.parts) {
      const all = (['q', 'k', 'v'] as const).map((part) => {
        const found = parts.get(part);
        if (found !== undefined) return found.tensor;
        // A bias on the keys adds the same to all scores of a query, which softmax does not see: BEiT leaves it out.
        const beside = parts.get('q')?.tensor;
        if (part === 'k' && beside?.shape.length === 1 && parts.has('v'))
          return fromFloat32(new Float32Array(elementCount(beside.shape)), beside.shape);
        const other = [...parts.values()][0]?.origin ?? name;
        throw new CheckpointError(
          said`Beside "${other}" there is no tensor for ${PARTS[part]}. The file is incomplete, or shares projections as no plain ViT does.`,
          other,
        );
      });
      this.set(name, stackRows(all, name), parts.get('q')?.origin ?? name);
    }
    return { tensors: this.tensors, origins: this.origins, unused: this.unused };
  }
}
