/** Small backbones and image archives made on the spot: what a user would drop. */
import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
import { createRng } from '../src/continual/rng';
import { fromFloat32, writeSafetensors } from '../src/vit/safetensors';
import { expectedShapes } from '../src/vit/shapes';

export interface FileToDrop {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const shape = { imageSize: 16, patchSize: 8, dim: 32, depth: 2, mlpDim: 64 };

/** A random ViT small enough for a software GPU. `damage` edits its tensors before they are written. */
export function tinyBackbone(damage: (tensors: Map<string, ReturnType<typeof fromFloat32>>) => void = () => undefined): FileToDrop {
  const rng = createRng(7);
  const tensors = new Map<string, ReturnType<typeof fromFloat32>>();
  for (const [name, dims] of expectedShapes(shape)) {
    const size = dims.reduce((product, side) => product * side, 1);
    const norm = /norm\d?\.weight$|^norm\.weight$/.test(name);
    tensors.set(
      name,
      fromFloat32(
        Float32Array.from({ length: size }, () => (norm ? 1 : 0) + 0.15 * rng.normal()),
        dims,
      ),
    );
  }
  damage(tensors);
  return { name: 'tiny.safetensors', bytes: writeSafetensors(tensors) };
}

/** Its `config.json`; without it the page has to ask. */
export const tinyConfig: FileToDrop = {
  name: 'config.json',
  bytes: new TextEncoder().encode(
    JSON.stringify({ heads: 2, layer_norm_eps: 1e-6, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pooling: 'token' }),
  ),
};

/** 16 x 16 stripes whose angle and colour are the class, with noise. */
function stripes(kind: number, seed: number): Uint8Array {
  const rng = createRng(seed, `stripes ${kind}`);
  const png = new PNG({ width: 16, height: 16 });
  const angle = (kind * Math.PI) / 5;
  const phase = 2 * Math.PI * rng.uniform();
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 16; x++) {
      const wave = Math.sin(1.2 * (x * Math.cos(angle) + y * Math.sin(angle)) + phase);
      for (let c = 0; c < 3; c++) {
        png.data[4 * (16 * y + x) + c] = Math.round(127 + 80 * wave * ((kind + c) % 3 === 0 ? 1 : 0.3) + 20 * rng.normal());
      }
      png.data[4 * (16 * y + x) + 3] = 255;
    }
  }
  return PNG.sync.write(png);
}

/** A zip of `train/<class>/…` and `test/<class>/…`. */
export function stripeArchive(classes = 4, train = 8, test = 4, extra: Record<string, Uint8Array> = {}): FileToDrop {
  const files: Record<string, Uint8Array> = { ...extra };
  for (let kind = 0; kind < classes; kind++) {
    for (let i = 0; i < train; i++) files[`train/stripes ${kind}/${i}.png`] = stripes(kind, i);
    for (let i = 0; i < test; i++) files[`test/stripes ${kind}/${i}.png`] = stripes(kind, 1000 + i);
  }
  return { name: 'stripes.zip', bytes: zipSync(files, { level: 0 }) };
}
