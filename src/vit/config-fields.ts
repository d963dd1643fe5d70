/**
 * Fields of configurations (timm, Hugging Face, our own): those that are computed, and those that say nothing of what is
 * computed. Any other that may change the arithmetic is refused by name.
 */
import { said, type Sentence } from '../common/said';
import type { Activation, Pooling } from './config';
import { CheckpointError } from './errors';

type Rgb = readonly [number, number, number];

/** What configurations say of a model; absent is unsaid. */
export interface VitFacts {
  readonly dim?: number;
  readonly depth?: number;
  readonly heads?: number;
  readonly mlpDim?: number;
  readonly patchSize?: number;
  readonly imageSize?: number;
  readonly layerNormEps?: number;
  readonly mean?: Rgb;
  readonly std?: Rgb;
  readonly pooling?: Pooling;
  /** Pooling over the tokens in front as well. */
  readonly poolsFront?: boolean;
  readonly activation?: Activation;
  readonly architecture?: string;
}

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function expected(field: string, value: unknown, what: Sentence): never {
  const found = JSON.stringify(value)?.slice(0, 60) ?? typeof value;
  throw new CheckpointError(said`field "${field}" is ${found}; ${what} is expected. Correct it or leave the file out.`);
}

const integer = (value: unknown, field: string): number =>
  isNumber(value) && Number.isInteger(value) && value >= 1 ? value : expected(field, value, said`a whole number above 0`);

const epsilon = (value: unknown, field: string): number =>
  isNumber(value) && value > 0 && value <= 0.1 ? value : expected(field, value, said`a number above 0 and up to 0.1`);

const text = (value: unknown, field: string): string => (typeof value === 'string' ? value : expected(field, value, said`a text`));

/** 224, [224, 224], {"height": 224, "width": 224} or {"shortest_edge": 224}. */
function side(value: unknown, field: string): number {
  const sides = typeof value === 'object' && value !== null ? Object.values(value as Record<string, unknown>) : [value];
  if (sides.length === 0 || sides.some((each) => each !== sides[0])) return expected(field, value, said`a square (one number)`);
  return integer(sides[0], field);
}

/** Three numbers, or one for all channels. */
export function channels(value: unknown, field: string): Rgb {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [r, g = r, b = r] = list;
  if (list.length !== 2 && list.length <= 3 && isNumber(r) && isNumber(g) && isNumber(b)) return [r, g, b];
  return expected(field, value, said`a number for each of three channels`);
}

function deviation(value: unknown, field: string): Rgb {
  const std = channels(value, field);
  return std.every((each) => each > 0) ? std : expected(field, value, said`a deviation above 0 in every channel`);
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  ...{ gelu: 'gelu', gelu_python: 'gelu', gelu_erf: 'gelu' },
  ...{
    gelu_tanh: 'gelu-tanh',
    gelu_new: 'gelu-tanh',
    gelu_fast: 'gelu-tanh',
    gelu_pytorch_tanh: 'gelu-tanh',
    gelu_python_tanh: 'gelu-tanh',
  },
  ...{ quick_gelu: 'quick-gelu', quickgelu: 'quick-gelu', silu: 'silu', swish: 'silu', relu: 'relu' },
};

function activation(value: unknown, field: string): Activation {
  // "GELU", "torch.nn.GELU", "torch.nn.modules.activation.SiLU".
  const name = text(value, field)
    .toLowerCase()
    .replace(/^torch\.nn\.(modules\.activation\.)?/, '');
  const known = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (known !== undefined) return known;
  throw new CheckpointError(
    said`field "${field}" names the activation "${name}", which is not computed here; gelu, gelu_tanh, quick_gelu, silu and relu are. Another one would change every feature, so the model is not loaded.`,
  );
}

const POOLING: Readonly<Record<string, Pooling>> = {
  ...{ avg: 'mean', mean: 'mean', token: 'token', cls: 'token', '': 'token' },
  ...{ max: 'max', avgmax: 'avgmax' },
};

function pooling(value: unknown, field: string): Pooling {
  const known = typeof value === 'string' && Object.hasOwn(POOLING, value) ? POOLING[value] : undefined;
  if (known !== undefined) return known;
  throw new CheckpointError(
    said`field "${field}" pools by ${JSON.stringify(value)}, which is not computed here; the class token ("token"), the mean of the patches ("avg"), their maximum ("max") and both ("avgmax") are. Train or export the model with one of them.`,
  );
}

const boolean = (value: unknown, field: string): boolean =>
  typeof value === 'boolean' ? value : expected(field, value, said`true or false`);

/** Fields that are computed, by the fact that they state. */
const COMPUTED: Readonly<Record<string, (value: unknown, field: string) => VitFacts>> = {
  ...from(['dim', 'embed_dim', 'hidden_size'], (value, field) => ({ dim: integer(value, field) })),
  ...from(['depth', 'num_hidden_layers'], (value, field) => ({ depth: integer(value, field) })),
  ...from(['heads', 'num_heads', 'num_attention_heads'], (value, field) => ({ heads: integer(value, field) })),
  ...from(['mlp_dim', 'intermediate_size'], (value, field) => ({ mlpDim: integer(value, field) })),
  ...from(['patch_size'], (value, field) => ({ patchSize: side(value, field) })),
  ...from(['image_size', 'img_size'], (value, field) => ({ imageSize: side(value, field) })),
  ...from(['layer_norm_eps'], (value, field) => ({ layerNormEps: epsilon(value, field) })),
  ...from(['mean', 'image_mean'], (value, field) => ({ mean: channels(value, field) })),
  ...from(['std', 'image_std'], (value, field) => ({ std: deviation(value, field) })),
  ...from(['pooling', 'global_pool'], (value, field) => ({ pooling: pooling(value, field) })),
  ...from(['pool_include_prefix'], (value, field) => ({ poolsFront: boolean(value, field) })),
  ...from(['hidden_act', 'act_layer', 'activation'], (value, field) => ({ activation: activation(value, field) })),
  ...from(['architecture', 'model_type'], (value, field) => ({ architecture: text(value, field) })),
};

function from(fields: readonly string[], read: (value: unknown, field: string) => VitFacts): typeof COMPUTED {
  return Object.fromEntries(fields.map((field) => [field, read]));
}

/** Arguments of timm's VisionTransformer that the tensors show, or that matter in training alone. */
const TIMM_HARMLESS = new Set(
  `in_chans num_classes mlp_ratio qkv_bias proj_bias init_values class_token no_embed_class reg_tokens fc_norm final_norm pre_norm qk_norm
  scale_attn_norm scale_mlp_norm pos_embed dynamic_img_size dynamic_img_pad strict_img_size weight_init fix_init device dtype num_features`.split(
    /\s+/,
  ),
);

/** Fields of Hugging Face that sound like arithmetic and are none, or that the tensors show. */
const SOUNDS_HARMLESS = new Set(
  `norm_pix_loss pooler_act pooler_output_size do_normalize do_rescale rescale_factor use_swiglu_ffn use_mean_pooling pool_scales pool_size
  add_pooling_layer layerscale_value layer_scale_init_value apply_layernorm fc_norm final_norm num_register_tokens attn_implementation
  _attn_implementation patch_norm norm_bias`.split(/\s+/),
);
const SOUNDS =
  /(^|_)(rope|rotary|relative|rel_pos|alibi|window|act|activation|qk|gated|glu|swiglu|geglu|experts?|moe)(_|$)|norm|pool|softmax|residual|position_embedding_type|attn_(layer|bias|mask)|attention_(type|bias|mask)|(block|mlp|attn|embed)_(fn|layer|type)|(attn|attention|embed\w*|qk|output)_(scale|multiplier)|scale_(attn|embed|qk)|parallel_(attn|block)|flip_channel|grayscale|rescale_offset/;
/** Of how it was trained. */
const TRAINING = /drop|initiali[sz]er|grad|clip|loss|optim|^lr_|warmup|decay/;
const ORDINARY =
  /^(layer_?norm|torch\.nn(\.modules\.\w+)?\.LayerNorm|LayerNorm|ln|learn(ed|able)?|absolute|gelu|eager|sdpa|flash_attention_2)$/;

const isNeutral = (value: unknown): boolean =>
  value === null ||
  value === false ||
  value === 0 ||
  value === '' ||
  (typeof value === 'string' && ORDINARY.test(value)) ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** What a field states; nothing where it is harmless. `isTimm`: an argument of timm's constructor, of which all are known. Throws CheckpointError. */
export function readField(field: string, value: unknown, isTimm: boolean): VitFacts {
  if (value === null || value === undefined) return {};
  const read = Object.hasOwn(COMPUTED, field) ? COMPUTED[field] : undefined;
  if (read !== undefined) return read(value, field);
  if (isNeutral(value) || TRAINING.test(field)) return {};
  if (isTimm ? TIMM_HARMLESS.has(field) : SOUNDS_HARMLESS.has(field) || !SOUNDS.test(field)) return {};
  throw new CheckpointError(
    said`field "${field}" is ${JSON.stringify(value).slice(0, 60)}, which changes what the model computes and is not computed here, so the features would be wrong. Plain pre-norm ViTs work. If the weights were made without it, remove the field.`,
  );
}
