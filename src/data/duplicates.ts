/** Images that are in a data set twice: near-duplicates, and test images that were trained on. */
import type { ImageStore } from './labelled-images';

export interface DuplicatePair {
  /** Paths inside the source. */
  readonly first: string;
  readonly second: string;
  /** True where one is a training image and the other a test image. */
  readonly leaks: boolean;
  /** True where the two have different classes. */
  readonly conflicts: boolean;
}

export interface DuplicateReport {
  readonly images: number;
  /** Test images of which a near copy is trained on. */
  readonly leaked: number;
  /** Images with a near copy in the same split. */
  readonly repeated: number;
  /** Images with a near copy under another class. */
  readonly conflicting: number;
  /** The first of the pairs. */
  readonly examples: readonly DuplicatePair[];
}

/** Side of the small grey picture that is compared. */
const SIDE = 16;
/** Mean difference, in levels of 0..255, up to which two small pictures count as one. */
const ALIKE = 2.5;
const EXAMPLES = 20;
/** Pictures with the same coarse key that are compared with one another; beyond, only the newest ones are. */
const BUCKET = 64;

/** Box-averaged grey of [size, size, 3], as [SIDE * SIDE] levels. */
function small(rgb: Uint8Array, size: number): Float32Array {
  const out = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    const top = Math.floor((y * size) / SIDE);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * size) / SIDE));
    for (let x = 0; x < SIDE; x++) {
      const left = Math.floor((x * size) / SIDE);
      const right = Math.max(left + 1, Math.floor(((x + 1) * size) / SIDE));
      let sum = 0;
      for (let v = top; v < bottom; v++) {
        for (let u = left; u < right; u++) {
          const at = 3 * (v * size + u);
          sum += (rgb[at] ?? 0) + (rgb[at + 1] ?? 0) + (rgb[at + 2] ?? 0);
        }
      }
      out[y * SIDE + x] = sum / (3 * (bottom - top) * (right - left));
    }
  }
  return out;
}

/** Keys of which near copies share at least one: signs of differences between 4 x 4 cells, along rows and along columns. */
function keysOf(picture: Float32Array): readonly string[] {
  const cell = (row: number, column: number) => {
    let sum = 0;
    for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) sum += picture[(4 * row + y) * SIDE + 4 * column + x] ?? 0;
    return sum;
  };
  let along = 'r';
  let down = 'c';
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 3; j++) {
      along += cell(i, j) < cell(i, j + 1) ? '1' : '0';
      down += cell(j, i) < cell(j + 1, i) ? '1' : '0';
    }
  }
  let mean = 0;
  for (const level of picture) mean += level;
  // The mean level, in overlapping steps, tells pictures apart that agree in every sign.
  const level = mean / picture.length / 16;
  return [along, down].flatMap((key) => [`${key}a${Math.floor(level)}`, `${key}b${Math.floor(level + 0.5)}`]);
}

function alike(a: Float32Array, b: Float32Array): boolean {
  const most = ALIKE * a.length;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    if (sum > most) return false;
  }
  return true;
}

interface Seen {
  readonly picture: Float32Array;
  readonly name: string;
  readonly split: 'train' | 'test';
  readonly classIndex: number;
}

/** Compares every image with those that look alike from afar. Training images first, so that a leak is found at the test image. */
export function findDuplicates(images: { readonly train: ImageStore; readonly test: ImageStore }): DuplicateReport {
  const buckets = new Map<string, Seen[]>();
  const examples: DuplicatePair[] = [];
  let leaked = 0;
  let repeated = 0;
  let conflicting = 0;
  for (const split of ['train', 'test'] as const) {
    const store = images[split];
    const bytes = store.size * store.size * 3;
    for (let row = 0; row < store.count; row++) {
      const picture = small(store.pixels.subarray(row * bytes, (row + 1) * bytes), store.size);
      const seen: Seen = { picture, name: store.names[row] ?? '', split, classIndex: store.classes[row] ?? -1 };
      const keys = keysOf(picture);
      const found = new Set<Seen>();
      for (const key of keys)
        for (const other of buckets.get(key) ?? []) if (!found.has(other) && alike(picture, other.picture)) found.add(other);
      for (const key of keys) {
        const bucket = buckets.get(key) ?? [];
        bucket.push(seen);
        if (bucket.length > BUCKET) bucket.shift();
        buckets.set(key, bucket);
      }
      const copies = [...found];
      if (copies.some((other) => other.split !== split)) leaked++;
      if (copies.some((other) => other.split === split)) repeated++;
      if (copies.some((other) => other.classIndex !== seen.classIndex)) conflicting++;
      const worst = copies.find((other) => other.split !== split) ?? copies[0];
      if (worst !== undefined && examples.length < EXAMPLES) {
        const conflicts = worst.classIndex !== seen.classIndex;
        examples.push({ first: worst.name, second: seen.name, leaks: worst.split !== split, conflicts });
      }
    }
  }
  return { images: images.train.count + images.test.count, leaked, repeated, conflicting, examples };
}
