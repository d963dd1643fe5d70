/**
 * Hugging Face's layout: a ViTForImageClassification where the class token is pooled; where patches are averaged, or there
 * are further tokens in front, a Dinov2 model, whose classifier sees class token and mean side by side (the other half is 0).
 */
import { said } from '../../common/said';
import { activationOf, lastNorm, maximumShare, prefixTokens, type Activation } from '../config';
import type { RawTensor } from '../dtype';
import { writeSafetensors } from '../safetensors';
import { ExportError, jsonFile, modelCard, preprocessorConfig, raw, rowsOf, tensorOf, type ExportFile, type TrainedVit } from './model';

type Family = 'vit' | 'dinov2' | 'dinov2_with_registers';

const CLASSES: Readonly<Record<Family, string>> = {
  vit: 'ViTForImageClassification',
  dinov2: 'Dinov2ForImageClassification',
  dinov2_with_registers: 'Dinov2WithRegistersForImageClassification',
};

const ACTIVATIONS: Readonly<Record<Activation, string>> = {
  ...{ gelu: 'gelu', 'gelu-tanh': 'gelu_pytorch_tanh', 'quick-gelu': 'quick_gelu', silu: 'silu', relu: 'relu' },
};

/** Names inside a layer, by timm's. */
const INSIDE: Readonly<Record<'vit' | 'dinov2', Readonly<Record<string, string>>>> = {
  vit: {
    norm1: 'layernorm_before',
    'attn.proj': 'attention.output.dense',
    norm2: 'layernorm_after',
    'mlp.fc1': 'intermediate.dense',
    'mlp.fc2': 'output.dense',
  },
  dinov2: { norm1: 'norm1', 'attn.proj': 'attention.output.dense', norm2: 'norm2', 'mlp.fc1': 'mlp.fc1', 'mlp.fc2': 'mlp.fc2' },
};

function familyOf({ checkpoint: { config } }: TrainedVit): Family {
  if (lastNorm(config) !== 'tokens' || prefixTokens(config) === 0 || config.poolsFront === true || maximumShare(config) > 0) {
    throw new ExportError(
      said`Hugging Face has no layout for a ViT without a class token, without a last norm, with its norm after pooling, with the mean of all tokens or with a maximum of them. The timm layout holds it.`,
    );
  }
  if (prefixTokens(config) === 1 && config.pooling === 'token') return 'vit';
  if (config.mlpDim % config.dim !== 0) {
    throw new ExportError(
      said`Hugging Face’s DINOv2 takes an MLP of a whole multiple of the width alone. The timm layout holds this model.`,
    );
  }
  if (prefixTokens(config) > 1) return 'dinov2_with_registers';
  return 'dinov2';
}

function tensors(trained: TrainedVit, family: Family): Map<string, RawTensor> {
  const { checkpoint, classifier, labels } = trained;
  const { config } = checkpoint;
  const { dim, depth } = config;
  const root = family === 'vit' ? 'vit' : family;
  const data = (name: string): Float32Array => tensorOf(checkpoint, name).data;
  const out = new Map<string, RawTensor>();
  const embeddings = `${root}.embeddings`;
  const positions = data('pos_embed');
  const front = prefixTokens(config);
  out.set(`${embeddings}.cls_token`, raw(data('cls_token'), [1, 1, dim]));
  out.set(
    `${embeddings}.patch_embeddings.projection.weight`,
    raw(data('patch_embed.proj.weight'), [dim, 3, config.patchSize, config.patchSize]),
  );
  out.set(`${embeddings}.patch_embeddings.projection.bias`, raw(data('patch_embed.proj.bias'), [dim]));
  if (family !== 'vit') out.set(`${embeddings}.mask_token`, raw(new Float32Array(dim), [1, dim]));
  if (front > 1) out.set(`${embeddings}.register_tokens`, rowsOf(positions, 1, front, dim));
  const grid = positions.subarray(front * dim);
  const kept = new Float32Array(dim + grid.length);
  kept.set(positions.subarray(0, dim));
  kept.set(grid, dim);
  out.set(`${embeddings}.position_embeddings`, raw(kept, [1, kept.length / dim, dim]));
  const inside = INSIDE[family === 'vit' ? 'vit' : 'dinov2'];
  for (let l = 0; l < depth; l++) {
    const layer = `${root}.encoder.layer.${l}`;
    for (const [ours, theirs] of Object.entries(inside)) {
      for (const kind of ['weight', 'bias']) {
        const { data: values, shape } = tensorOf(checkpoint, `blocks.${l}.${ours}.${kind}`);
        out.set(`${layer}.${theirs}.${kind}`, raw(values, shape));
      }
    }
    for (const kind of ['weight', 'bias'] as const) {
      const fused = data(`blocks.${l}.attn.qkv.${kind}`);
      const size = fused.length / 3;
      ['query', 'key', 'value'].forEach((part, i) =>
        out.set(
          `${layer}.attention.attention.${part}.${kind}`,
          raw(fused.slice(i * size, (i + 1) * size), kind === 'weight' ? [dim, dim] : [dim]),
        ),
      );
    }
    // Layer scale is folded into the maps before it.
    if (family !== 'vit') for (const n of [1, 2]) out.set(`${layer}.layer_scale${n}.lambda1`, raw(new Float32Array(dim).fill(1), [dim]));
  }
  for (const kind of ['weight', 'bias']) out.set(`${root}.layernorm.${kind}`, raw(data(`norm.${kind}`), [dim]));
  out.set('classifier.bias', raw(classifier.bias, [labels.length]));
  out.set(
    'classifier.weight',
    raw(family === 'vit' ? classifier.weight : besideZeros(trained), [labels.length, family === 'vit' ? dim : 2 * dim]),
  );
  return out;
}

/** [C, 2D]: the half of what is pooled holds the classifier. */
function besideZeros({ checkpoint: { config }, classifier, labels }: TrainedVit): Float32Array {
  const { dim } = config;
  const out = new Float32Array(labels.length * 2 * dim);
  const first = config.pooling === 'mean' ? dim : 0;
  labels.forEach((_, c) => out.set(classifier.weight.subarray(c * dim, (c + 1) * dim), c * 2 * dim + first));
  return out;
}

/** model.safetensors, config.json, preprocessor_config.json and a note on loading. Throws ExportError. */
export function exportHuggingFace(trained: TrainedVit): ExportFile[] {
  const family = familyOf(trained);
  const { checkpoint, labels } = trained;
  const { config } = checkpoint;
  const names = Object.fromEntries(labels.map((label, i) => [String(i), label]));
  const common = {
    architectures: [CLASSES[family]],
    model_type: family,
    hidden_size: config.dim,
    num_hidden_layers: config.depth,
    num_attention_heads: config.heads,
    hidden_act: ACTIVATIONS[activationOf(config)],
    layer_norm_eps: config.layerNormEps,
    image_size: config.imageSize,
    patch_size: config.patchSize,
    num_channels: 3,
    qkv_bias: true,
    id2label: names,
    // Labels that occur twice keep their first number.
    label2id: Object.fromEntries([...labels.entries()].reverse().map(([i, label]) => [label, i])),
  };
  const own =
    family === 'vit'
      ? { intermediate_size: config.mlpDim }
      : {
          // A layer scale of 1 and no dropped paths are its defaults, and must be written as 1.0 and 0.0, which JSON here cannot.
          ...{ mlp_ratio: config.mlpDim / config.dim, use_swiglu_ffn: false },
          ...(family === 'dinov2_with_registers' ? { num_register_tokens: prefixTokens(config) - 1 } : {}),
        };
  return [
    { name: 'model.safetensors', bytes: writeSafetensors(tensors(trained, family), { format: 'pt' }) },
    jsonFile('config.json', { ...common, ...own }),
    jsonFile('preprocessor_config.json', preprocessorConfig(trained)),
    modelCard(
      trained,
      'transformers',
      `    model = transformers.AutoModelForImageClassification.from_pretrained("FOLDER")
    processor = transformers.AutoImageProcessor.from_pretrained("FOLDER")`,
    ),
  ];
}
