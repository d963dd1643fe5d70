/** timm's layout: what `timm.create_model("local-dir:…")` and `load_state_dict(…, strict=True)` take. */
import { activationOf, lastNorm, prefixTokens, type Activation, type VitConfig } from '../config';
import type { RawTensor } from '../dtype';
import { writeSafetensors } from '../safetensors';
import { jsonFile, modelCard, raw, rowsOf, tensorOf, type ExportFile, type TrainedVit } from './model';

const ACTIVATIONS: Readonly<Record<Activation, string>> = {
  ...{ gelu: 'gelu', 'gelu-tanh': 'gelu_tanh', 'quick-gelu': 'quick_gelu', silu: 'silu', relu: 'relu' },
};

/** Arguments of timm's VisionTransformer that build this architecture. */
export function timmArguments(config: VitConfig): Record<string, unknown> {
  const front = prefixTokens(config);
  const norm = lastNorm(config);
  return {
    img_size: config.imageSize,
    patch_size: config.patchSize,
    embed_dim: config.dim,
    depth: config.depth,
    num_heads: config.heads,
    mlp_ratio: config.mlpDim / config.dim,
    global_pool: config.pooling === 'mean' ? 'avg' : config.pooling,
    ...(config.poolsFront ? { pool_include_prefix: true } : {}),
    ...(activationOf(config) === 'gelu' ? {} : { act_layer: ACTIVATIONS[activationOf(config)] }),
    ...(front === 0 ? { class_token: false } : {}),
    ...(front > 1 ? { reg_tokens: front - 1, no_embed_class: true } : {}),
    fc_norm: norm === 'pooled',
    ...(norm === 'none' ? { final_norm: false } : {}),
  };
}

/** The tensors under timm's names; tokens beside the class token become its register tokens. */
export function timmTensors({ checkpoint, classifier, labels }: TrainedVit): Map<string, RawTensor> {
  const { config, tensors } = checkpoint;
  const { dim } = config;
  const front = prefixTokens(config);
  const out = new Map<string, RawTensor>();
  for (const [name, { data, shape }] of tensors) {
    out.set(lastNorm(config) === 'pooled' ? name.replace(/^norm\./, 'fc_norm.') : name, raw(data, shape));
  }
  if (front > 1) {
    const positions = tensorOf(checkpoint, 'pos_embed').data;
    const classToken = tensorOf(checkpoint, 'cls_token').data;
    out.set(
      'cls_token',
      raw(
        classToken.map((value, d) => value + (positions[d] ?? 0)),
        [1, 1, dim],
      ),
    );
    out.set('reg_token', rowsOf(positions, 1, front, dim));
    out.set('pos_embed', rowsOf(positions, front, positions.length / dim, dim));
  }
  out.set('head.weight', raw(classifier.weight, [labels.length, dim]));
  out.set('head.bias', raw(classifier.bias, [labels.length]));
  return out;
}

function loading({ checkpoint: { config } }: TrainedVit): string {
  const eps = config.layerNormEps;
  const norm = `norm_layer=functools.partial(torch.nn.LayerNorm, eps=${eps})`;
  return `Load with timm (it needs config.json and model.safetensors in one folder):

    model = timm.create_model("local-dir:FOLDER", pretrained=True${eps === 1e-6 ? '' : `, ${norm}`})

or by hand:

    args = json.load(open("config.json"))["model_args"]
    model = timm.models.VisionTransformer(**args, num_classes=...${eps === 1e-6 ? '' : `, ${norm}`})
    model.load_state_dict(safetensors.torch.load_file("model.safetensors"), strict=True)

Input: RGB, ${config.imageSize} x ${config.imageSize}, mean ${config.mean.join(', ')}, std ${config.std.join(', ')}. Label names: config.json.
`;
}

/** model.safetensors, config.json and a note on loading. */
export function exportTimm(trained: TrainedVit): ExportFile[] {
  const { checkpoint, labels, title, resize = 'bicubic' } = trained;
  const { config } = checkpoint;
  const { global_pool: pool, ...args } = timmArguments(config);
  const size = [3, config.imageSize, config.imageSize];
  return [
    { name: 'model.safetensors', bytes: writeSafetensors(timmTensors(trained), { format: 'pt', title }) },
    jsonFile('config.json', {
      // The class that is built; its sizes stand below.
      architecture: 'vit_tiny_patch16_224',
      num_classes: labels.length,
      num_features: config.dim,
      global_pool: pool,
      layer_norm_eps: config.layerNormEps,
      model_args: { ...args, global_pool: pool },
      pretrained_cfg: {
        ...{
          num_classes: labels.length,
          input_size: size,
          fixed_input_size: true,
          interpolation: resize,
          crop_pct: 1,
          crop_mode: 'center',
        },
        ...{ mean: config.mean, std: config.std, first_conv: 'patch_embed.proj', classifier: 'head', label_names: labels },
      },
    }),
    modelCard(trained, 'timm', loading(trained)),
  ];
}
