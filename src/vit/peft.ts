/** PEFT's LoRA adapters, merged into a backbone's tensors under timm names: W ← W + factor · B A. */
import { elementCount, fromFloat32, toFloat32, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
import { readPeftConfig } from './peft-config';
import type { TensorFile } from './safetensors';
import type { RawTensors } from './tensors';

/** An adapter's weights and the text of its adapter_config.json. */
export interface PeftAdapter {
  readonly file: TensorFile;
  readonly config: string;
}

const WRAPPER = /^(?:base_model\.model\.)?/;
const QKV: Readonly<Record<string, number>> = { query: 0, q_proj: 0, key: 1, k_proj: 1, value: 2, v_proj: 2 };

/** A module by its timm name, and which third of its rows is meant where q, k and v are apart in the adapter. */
interface Place {
  readonly name: string;
  readonly third: number | null;
}

/** Finds where a module of a timm or Hugging Face ViT is; null for modules that a ViT does not have. */
export function placeOfModule(module: string): Place | null {
  const whole = (name: string): Place => ({ name, third: null });
  const timm = /(?:^|\.)(blocks\.\d+\.(?:attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)|patch_embed\.proj)$/.exec(module);
  if (timm?.[1] !== undefined) return whole(timm[1]);
  if (/(^|\.)(classifier|cls_classifier|head)$/.test(module)) return whole('head');
  if (module.endsWith('patch_embeddings.projection')) return whole('patch_embed.proj');
  const [, block, inner = ''] = /(?:^|\.)layers?\.(\d+)\.(.+)$/.exec(module) ?? [];
  if (block === undefined) return null;
  const part = /^attention\.(?:attention\.)?(query|key|value|q_proj|k_proj|v_proj)$/.exec(inner)?.[1];
  if (part !== undefined) return { name: `blocks.${block}.attn.qkv`, third: QKV[part] ?? 0 };
  const map = {
    'attention.output.dense': 'attn.proj',
    'attention.o_proj': 'attn.proj',
    'intermediate.dense': 'mlp.fc1',
    'mlp.fc1': 'mlp.fc1',
  };
  const last = { 'output.dense': 'mlp.fc2', 'mlp.fc2': 'mlp.fc2' };
  const known: Readonly<Record<string, string>> = { ...map, ...last };
  return Object.hasOwn(known, inner) ? whole(`blocks.${block}.${known[inner]}`) : null;
}

function unknown(origin: string): CheckpointError {
  return new CheckpointError(
    `The adapter's tensor "${origin}" belongs to no part of a plain ViT. Load the backbone that the adapter was trained on, or merge it in PEFT with merge_and_unload().`,
    origin,
  );
}

/** Rows of a tensor that a place means, as float32 of their own. */
class Target {
  readonly data: Float32Array;
  readonly first: number;
  readonly count: number;
  readonly raw: RawTensor;

  constructor(tensors: RawTensors, { name, third }: Place, part: 'weight' | 'bias', origin: string) {
    const raw = tensors.get(`${name}.${part}`);
    if (raw === undefined) {
      throw new CheckpointError(
        `The adapter changes "${name}.${part}" ("${origin}"), which this backbone does not have. It belongs to another one.`,
        origin,
      );
    }
    this.raw = raw;
    this.data = toFloat32(raw, origin);
    const size = third === null ? this.data.length : this.data.length / 3;
    this.first = (third ?? 0) * size;
    this.count = size;
  }

  get result(): RawTensor {
    return fromFloat32(this.data, this.raw.shape);
  }
}

function addProduct(target: Target, a: RawTensor, b: RawTensor, factor: number, origin: string): void {
  const [down, up] = [toFloat32(a, origin), toFloat32(b, origin)];
  const rank = a.shape[0] ?? 0;
  const inputs = elementCount(a.shape.slice(1));
  const outputs = b.shape[0] ?? 0;
  if (outputs * inputs !== target.count || elementCount(b.shape.slice(1)) !== rank) {
    throw new CheckpointError(
      `The adapter's pair at "${origin}" is [${b.shape.join(', ')}] times [${a.shape.join(', ')}], which does not fit the backbone's [${target.raw.shape.join(', ')}]. It belongs to another backbone.`,
      origin,
    );
  }
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let r = 0; r < rank; r++) sum += (up[o * rank + r] ?? 0) * (down[r * inputs + i] ?? 0);
      const at = target.first + o * inputs + i;
      target.data[at] = (target.data[at] ?? 0) + factor * sum;
    }
  }
}

/**
 * The backbone's tensors (timm names, before layer scale is folded in) with the adapter merged; a classifier that was saved
 * with it replaces the backbone's. Throws CheckpointError on pairs that are incomplete, not targeted, of another rank than
 * the configuration's or of another backbone.
 */
export function mergePeft(tensors: RawTensors, { file, config: text }: PeftAdapter): RawTensors {
  const config = readPeftConfig(text);
  const merged = new Map(tensors);
  let pairs = 0;
  for (const [origin, tensor] of file.tensors) {
    const name = origin.replace(WRAPPER, '').replace(/\.modules_to_save(\.default)?\./, '.');
    if (/\.lora_B(\.default)?\.weight$/.test(name)) continue;
    if (/lora_(magnitude_vector|embedding)/.test(name)) throw unknown(origin);
    const lora = /^(.*)\.lora_A(\.default)?\.weight$/.exec(name);
    if (lora?.[1] !== undefined) {
      const module = lora[1];
      const other = file.tensors.get(origin.replace('.lora_A', '.lora_B'));
      if (other === undefined)
        throw new CheckpointError(`The adapter has "${origin}" but not its other half, lora_B. The file is incomplete.`, origin);
      if (!config.targets(module)) {
        throw new CheckpointError(
          `The adapter changes "${module}", which "target_modules" in adapter_config.json does not name. The two files do not belong together.`,
          origin,
        );
      }
      const { rank, factor } = config.scale(module);
      if (tensor.shape[0] !== rank) {
        throw new CheckpointError(
          `The pair at "${module}" has rank ${tensor.shape[0]}, but adapter_config.json says ${rank}. The two files do not belong together.`,
          origin,
        );
      }
      const place = placeOfModule(module);
      if (place === null) throw unknown(origin);
      const target = new Target(merged, place, 'weight', origin);
      addProduct(target, tensor, other, factor, origin);
      merged.set(`${place.name}.weight`, target.result);
      pairs++;
      continue;
    }
    const [, module = '', part] = /^(.*?)(?:\.base_layer)?\.(weight|bias)$/.exec(name) ?? [];
    const place = placeOfModule(module);
    if (place === null || (part !== 'weight' && part !== 'bias')) throw unknown(origin);
    if (place.name === 'head') {
      merged.set(`head.${part}`, tensor);
      continue;
    }
    const target = new Target(merged, place, part, origin);
    if (elementCount(tensor.shape) !== target.count) throw unknown(origin);
    target.data.set(toFloat32(tensor, origin), target.first);
    merged.set(`${place.name}.${part}`, target.result);
  }
  if (pairs === 0) throw new CheckpointError('The adapter holds no low-rank pairs ("lora_A", "lora_B").');
  return merged;
}
