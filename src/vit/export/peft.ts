/** Low-rank increments as a PEFT adapter on the pre-trained backbone, with the classifier beside them. */
import { said } from '../../common/said';
import type { VitConfig } from '../config';
import type { RawTensor } from '../dtype';
import { writeSafetensors } from '../safetensors';
import { ExportError, jsonFile, modelCard, raw, type ExportFile, type TrainedVit } from './model';

/** W += up · down on a map of a block (up [outputs, rank], down [rank, inputs]). */
export interface Increment {
  readonly block: number;
  readonly target: 'q' | 'k' | 'v' | 'proj' | 'fc1' | 'fc2';
  readonly rank: number;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

export type PeftBase = 'timm' | 'hugging-face';

/** Where the maps are in timm's blocks, and which third of the rows is meant where they are fused. */
const TIMM: Readonly<Record<Increment['target'], { readonly module: string; readonly third?: number }>> = {
  q: { module: 'attn.qkv', third: 0 },
  k: { module: 'attn.qkv', third: 1 },
  v: { module: 'attn.qkv', third: 2 },
  proj: { module: 'attn.proj' },
  fc1: { module: 'mlp.fc1' },
  fc2: { module: 'mlp.fc2' },
};
/** In the layers of transformers 5. */
const HUGGING_FACE: Readonly<Record<Increment['target'], string>> = {
  ...{ q: 'attention.q_proj', k: 'attention.k_proj', v: 'attention.v_proj', proj: 'attention.o_proj' },
  ...{ fc1: 'mlp.fc1', fc2: 'mlp.fc2' },
};

const moduleOf = (base: PeftBase, target: Increment['target']): string => (base === 'timm' ? TIMM[target].module : HUGGING_FACE[target]);

interface Pair {
  /** lora_A, [rank, inputs]. */
  readonly a: RawTensor;
  /** lora_B, [outputs, rank]. */
  readonly b: RawTensor;
}

/** Increments of one module as one pair of `rank` columns: downs below each other, ups side by side, in their third of the rows where fused. */
function join(parts: readonly Increment[], rank: number, base: PeftBase): Pair {
  const [{ up, down, rank: own, target } = { up: [], down: [], rank: 1, target: 'q' as const }] = parts;
  const [inputs, outputs] = [down.length / own, up.length / own];
  const rows = base === 'timm' && TIMM[target].third !== undefined ? 3 * outputs : outputs;
  const a = new Float32Array(rank * inputs);
  const b = new Float32Array(rows * rank);
  let first = 0;
  for (const part of parts) {
    a.set(part.down, first * inputs);
    const row = base === 'timm' ? (TIMM[part.target].third ?? 0) * outputs : 0;
    for (let d = 0; d < outputs; d++)
      for (let r = 0; r < part.rank; r++) b[(row + d) * rank + first + r] = part.up[d * part.rank + r] ?? NaN;
    first += part.rank;
  }
  return { a: raw(a, [rank, inputs]), b: raw(b, [rows, rank]) };
}

/**
 * adapter_model.safetensors, adapter_config.json and a note on loading. All pairs get one rank (shorter ones end in zeros),
 * and lora_alpha equals it: the scaling is 1. Throws ExportError without increments.
 */
export function exportPeft(trained: TrainedVit, increments: readonly Increment[], base: PeftBase): ExportFile[] {
  const { classifier, labels, checkpoint } = trained;
  if (increments.length === 0)
    throw new ExportError(said`This method changed no weights by low-rank increments; take the merged model instead.`);
  const { config } = checkpoint;
  const { dim } = config;
  const groups = new Map<string, Increment[]>();
  for (const increment of increments) {
    const block = base === 'timm' ? `blocks.${increment.block}` : `vit.layers.${increment.block}`;
    const module = `${block}.${moduleOf(base, increment.target)}`;
    groups.set(module, [...(groups.get(module) ?? []), increment]);
  }
  const rank = Math.max(...[...groups.values()].map((parts) => parts.reduce((sum, part) => sum + part.rank, 0)));
  const tensors = new Map<string, RawTensor>();
  for (const [module, parts] of groups) {
    const { a, b } = join(parts, rank, base);
    tensors.set(`base_model.model.${module}.lora_A.weight`, a);
    tensors.set(`base_model.model.${module}.lora_B.weight`, b);
  }
  const head = base === 'timm' ? 'head' : 'classifier';
  tensors.set(`base_model.model.${head}.weight`, raw(classifier.weight, [labels.length, dim]));
  tensors.set(`base_model.model.${head}.bias`, raw(classifier.bias, [labels.length]));
  const targets = [...new Set(increments.map(({ target }) => moduleOf(base, target)))].sort();
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
