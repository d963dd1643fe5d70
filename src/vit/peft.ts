/** PEFT's LoRA adapters, merged into a backbone's tensors under timm names: W ← W + factor · B A. */
import { said } from '../common/said';
import { elementCount, fromFloat32, toFloat32, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
import { huggingFaceHead, huggingFacePlace } from './hugging-face';
import { readPeftConfig, type PeftConfig } from './peft-config';
import { plainName } from './plain-names';
import type { TensorFile } from './safetensors';
import { takenOut } from './taken-out';
import type { RawTensors } from './tensors';

/** An adapter's weights and the text of its adapter_config.json. */
export interface PeftAdapter {
  readonly file: TensorFile;
  readonly config: string;
}

/** A tensor by its timm name, and which third of its rows is meant where q, k and v are apart in the adapter. */
interface Place {
  readonly name: string;
  readonly third: number | null;
}

const THIRDS = { q: 0, k: 1, v: 2 } as const;

/** Finds a tensor of a timm or Hugging Face ViT; null for one that a ViT does not have. */
export function placeOf(tensor: string): Place | null {
  const [, module = '', part = ''] = /^(?:.*\.)?(\w+)\.(weight|bias)$/.exec(tensor) ?? [];
  const head = huggingFaceHead(module);
  if (head !== undefined) return { name: `${head}.${part}`, third: null };
  const plain = plainName(tensor);
  if (plain !== null) return { name: plain, third: null };
  // Behind "vit.", "dinov2." and the like.
  const found = huggingFacePlace(tensor) ?? huggingFacePlace(tensor.replace(/^[a-z]\w*\./, ''));
  return found && { name: found.name, third: found.part && THIRDS[found.part] };
}

function unknown(origin: string): CheckpointError {
  return new CheckpointError(
    said`The adapter's tensor "${origin}" belongs to no part of a plain ViT. Load the backbone that the adapter was trained on, or merge it in PEFT with merge_and_unload().`,
    origin,
  );
}

/** Rows of a tensor that a place means, as float32 of their own. */
class Target {
  /** As the backbone calls it. */
  readonly name: string;
  private readonly shape: readonly number[];
  private readonly data: Float32Array;
  /** The rows that are meant, in place. */
  readonly rows: Float32Array;

  constructor(tensors: RawTensors, { name, third }: Place, origin: string) {
    // A norm after pooling has a name of its own in the backbone.
    this.name = tensors.has(name) ? name : name.replace(/^norm\./, 'fc_norm.');
    const raw = tensors.get(this.name);
    if (raw === undefined) {
      throw new CheckpointError(
        said`The adapter changes "${name}" ("${origin}"), which this backbone does not have. It belongs to another one.`,
        origin,
      );
    }
    this.shape = raw.shape;
    this.data = toFloat32(raw, origin);
    const size = third === null ? this.data.length : this.data.length / 3;
    this.rows = this.data.subarray((third ?? 0) * size, ((third ?? 0) + 1) * size);
  }

  get result(): RawTensor {
    return fromFloat32(this.data, this.shape);
  }

  /** Throws CheckpointError where a pair of the adapter is of another size. */
  check(a: RawTensor, b: RawTensor, origin: string): void {
    const inputs = elementCount(a.shape.slice(1));
    if ((b.shape[0] ?? 0) * inputs === this.rows.length && elementCount(b.shape.slice(1)) === a.shape[0]) return;
    throw new CheckpointError(
      said`The adapter's pair at "${origin}" is [${b.shape.join(', ')}] times [${a.shape.join(', ')}], which does not fit the backbone's [${this.shape.join(', ')}]. It belongs to another backbone.`,
      origin,
    );
  }
}

/** rows += factor · up · down. */
function addProduct(rows: Float32Array, down: Float32Array, up: Float32Array, rank: number, factor: number): void {
  const inputs = down.length / rank;
  for (let o = 0; o < rows.length / inputs; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let r = 0; r < rank; r++) sum += (up[o * rank + r] ?? 0) * (down[r * inputs + i] ?? 0);
      rows[o * inputs + i] = (rows[o * inputs + i] ?? 0) + factor * sum;
    }
  }
}

/** "blocks.0.attn.qkv.lora_A.default.weight": module, A or B, adapter, part. */
const PAIR = /^(.*?)(?:\.base_layer)*\.lora_(A|B)(?:\.([^.]+))?\.(weight|bias)$/;
/** "classifier.modules_to_save.default.weight". */
const SAVED = /\.modules_to_save\.(?:([^.]+)\.(?=[^.]+$))?/;

interface Entry {
  readonly origin: string;
  /** Without what PEFT put around the model, the name of the adapter left out. */
  readonly name: string;
  readonly tensor: RawTensor;
  readonly pair: { readonly module: string; readonly kind: string; readonly part: string } | null;
}

/** Throws CheckpointError where several adapters are in the file. */
function entriesOf(file: TensorFile): Entry[] {
  const adapters = new Set<string>();
  // What modules_to_save was copied from, and is not used.
  const used = [...file.tensors].filter(([origin]) => !origin.includes('.original_module.'));
  const entries = used.map(([origin, tensor]): Entry => {
    const inner = origin.replace(/^(?:base_model\.model\.)?/, '');
    const [, module = '', kind = '', adapter = SAVED.exec(inner)?.[1], part = ''] = PAIR.exec(inner) ?? [];
    if (adapter !== undefined) adapters.add(adapter);
    const name = inner.replace(SAVED, '.').replace('.base_layer.', '.');
    return { origin, tensor, name, pair: kind === '' ? null : { module, kind, part } };
  });
  if (adapters.size > 1) {
    const names = [...adapters].map((name) => `"${name}"`).join(', ');
    throw new CheckpointError(
      said`The file holds several adapters (${names}), and which is meant is not known. Save the wanted one alone.`,
    );
  }
  return entries;
}

function mergePair(merged: Map<string, RawTensor>, module: string, a: RawTensor, b: RawTensor, config: PeftConfig, origin: string): void {
  if (!config.targets(module)) {
    throw new CheckpointError(
      said`The adapter changes "${module}", which "target_modules" in adapter_config.json does not name. The two files do not belong together.`,
      origin,
    );
  }
  const { rank, factor } = config.scale(module);
  if (a.shape[0] !== rank) {
    throw new CheckpointError(
      said`The pair at "${module}" has rank ${String(a.shape[0])}, but adapter_config.json says ${rank}. The two files do not belong together.`,
      origin,
    );
  }
  const place = placeOf(`${module}.weight`);
  if (place === null) throw unknown(origin);
  const target = new Target(merged, place, origin);
  target.check(a, b, origin);
  if (config.residual !== null) {
    // OLoRA's part is scaled like the pair, PiSSA's pair by what undoes the scaling.
    const scale = config.residual === 'olora' ? factor : 1;
    const taken = takenOut(config.residual, target.rows, elementCount(a.shape.slice(1)), rank);
    taken.forEach((value, i) => (target.rows[i] = (target.rows[i] ?? 0) - scale * value));
  }
  addProduct(target.rows, toFloat32(a, origin), toFloat32(b, origin), rank, factor);
  merged.set(target.name, target.result);
}

/** A tensor that was saved whole, in place of the backbone's. */
function replace(merged: Map<string, RawTensor>, { origin, name, tensor }: Entry): void {
  const place = /\.lora_/.test(name) ? null : placeOf(name);
  if (place === null) throw unknown(origin);
  if (place.name.startsWith('head')) {
    merged.set(place.name, tensor);
    return;
  }
  const target = new Target(merged, place, origin);
  if (elementCount(tensor.shape) !== target.rows.length) throw unknown(origin);
  target.rows.set(toFloat32(tensor, origin));
  merged.set(target.name, target.result);
}

/**
 * The backbone's tensors (timm names, before layer scale is folded in) with the adapter merged as PEFT does: what was saved
 * whole with it (biases, norms, a classifier) in place of the backbone's, then pairs and their biases. Throws
 * CheckpointError on pairs that are incomplete, not targeted, of another rank than the configuration's or of another backbone.
 */
export function mergePeft(tensors: RawTensors, { file, config: text }: PeftAdapter): RawTensors {
  const config = readPeftConfig(text);
  const merged = new Map(tensors);
  const entries = entriesOf(file);
  for (const entry of entries) if (entry.pair === null) replace(merged, entry);
  const pairs = entries.flatMap((entry) => (entry.pair === null ? [] : [{ ...entry, ...entry.pair }]));
  if (pairs.length === 0) throw new CheckpointError(said`The adapter holds no low-rank pairs ("lora_A", "lora_B").`);
  const half = (origin: string, from: string, to: string): RawTensor => {
    const other = file.tensors.get(origin.replace(`.lora_${from}`, `.lora_${to}`));
    if (other !== undefined) return other;
    throw new CheckpointError(said`The adapter has "${origin}" but not its other half, lora_${to}. The file is incomplete.`, origin);
  };
  for (const { origin, tensor, module, kind, part } of pairs) {
    if (kind === 'A' && part === 'weight') mergePair(merged, module, tensor, half(origin, 'A', 'B'), config, origin);
    else if (part === 'weight') half(origin, 'B', 'A');
    else {
      // lora_bias: the upper map has a bias of its own, scaled like it.
      const place = kind === 'B' ? placeOf(`${module}.bias`) : null;
      const target = place && new Target(merged, place, origin);
      if (target?.rows.length !== elementCount(tensor.shape)) throw unknown(origin);
      const { factor } = config.scale(module);
      toFloat32(tensor, origin).forEach((value, i) => (target.rows[i] = (target.rows[i] ?? 0) + factor * value));
      merged.set(target.name, target.result);
    }
  }
  return merged;
}
