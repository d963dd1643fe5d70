/** Low-rank increments as a PEFT adapter on the pre-trained backbone, with the classifier beside them. */
import type { VitConfig } from '../config';
import type { RawTensor } from '../dtype';
import { writeSafetensors } from '../safetensors';
import { ExportError, jsonFile, modelCard, raw, type ExportFile, type TrainedVit } from './model';

/** W += up · down on q, k or v of a block (up [D, rank], down [rank, D]). */
export interface Increment {
  readonly block: number;
  readonly target: 'q' | 'k' | 'v';
  readonly rank: number;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

export type PeftBase = 'timm' | 'hugging-face';

const THIRD = { q: 0, k: 1, v: 2 } as const;
const MODULE = { q: 'q_proj', k: 'k_proj', v: 'v_proj' } as const;

interface Pair {
  /** lora_A, [rank, D]. */
  readonly a: Float32Array;
  /** lora_B, [rows, rank]. */
  readonly b: Float32Array;
}

/** Increments as one pair of `rank` columns: downs below each other, ups side by side, in their `third` of the rows where fused. */
function join(parts: readonly Increment[], rank: number, dim: number, rows: number): Pair {
  const a = new Float32Array(rank * dim);
  const b = new Float32Array(rows * rank);
  let first = 0;
  for (const { target, rank: own, up, down } of parts) {
    a.set(down, first * dim);
    const row = rows === dim ? 0 : THIRD[target] * dim;
    for (let d = 0; d < dim; d++) for (let r = 0; r < own; r++) b[(row + d) * rank + first + r] = up[d * own + r] ?? 0;
    first += own;
  }
  return { a, b };
}

/**
 * adapter_model.safetensors, adapter_config.json and a note on loading. All pairs get one rank (shorter ones end in zeros),
 * and lora_alpha equals it: the scaling is 1. Throws ExportError without increments.
 */
export function exportPeft(trained: TrainedVit, increments: readonly Increment[], base: PeftBase): ExportFile[] {
  const { classifier, labels, checkpoint } = trained;
  if (increments.length === 0)
    throw new ExportError('This method changed no weights by low-rank increments; take the merged model instead.');
  const { config } = checkpoint;
  const { dim } = config;
  const groups = new Map<string, Increment[]>();
  for (const increment of increments) {
    const { block, target } = increment;
    const module = base === 'timm' ? `blocks.${block}.attn.qkv` : `vit.layers.${block}.attention.${MODULE[target]}`;
    groups.set(module, [...(groups.get(module) ?? []), increment]);
  }
  const rank = Math.max(...[...groups.values()].map((parts) => parts.reduce((sum, part) => sum + part.rank, 0)));
  const rows = base === 'timm' ? 3 * dim : dim;
  const tensors = new Map<string, RawTensor>();
  for (const [module, parts] of groups) {
    const { a, b } = join(parts, rank, dim, rows);
    tensors.set(`base_model.model.${module}.lora_A.weight`, raw(a, [rank, dim]));
    tensors.set(`base_model.model.${module}.lora_B.weight`, raw(b, [rows, rank]));
  }
  const head = base === 'timm' ? 'head' : 'classifier';
  tensors.set(`base_model.model.${head}.weight`, raw(classifier.weight, [labels.length, dim]));
  tensors.set(`base_model.model.${head}.bias`, raw(classifier.bias, [labels.length]));
  const targets = base === 'timm' ? ['attn.qkv'] : [...new Set(increments.map(({ target }) => MODULE[target]))].sort();
  return [
    { name: 'adapter_model.safetensors', bytes: writeSafetensors(tensors, { format: 'pt' }) },
    jsonFile('adapter_config.json', {
      ...{ peft_type: 'LORA', r: rank, lora_alpha: rank, lora_dropout: 0, bias: 'none', fan_in_fan_out: false, inference_mode: true },
      ...{ target_modules: targets, modules_to_save: [head], base_model_name_or_path: null, task_type: null },
    }),
    jsonFile('labels.json', labels),
    modelCard(trained, 'peft', loading(base, labels.length, config)),
  ];
}

function loading(base: PeftBase, classes: number, config: VitConfig): string {
  const model =
    base === 'timm'
      ? `timm's VisionTransformer with the pre-trained weights, num_classes=${classes}`
      : `ViTForImageClassification (transformers 5) with the pre-trained weights, num_labels=${classes}`;
  return `An adapter for ${model}, ${config.imageSize} pixels:

    model = peft.PeftModel.from_pretrained(base, "FOLDER")
`;
}
