/** adapter_config.json of PEFT: what decides how an adapter's tensors are merged. */
import { issueSaid } from '../common/issue';
import { said, type Sentence } from '../common/said';
import * as v from 'valibot';
import { CheckpointError } from './errors';
import { isObject, parseJson } from './json';

const number = v.pipe(v.number(), v.finite());
const schema = v.object({
  r: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 8),
  lora_alpha: v.optional(number, 8),
  use_rslora: v.optional(v.boolean(), false),
  init_lora_weights: v.optional(v.nullable(v.union([v.boolean(), v.string()])), true),
  target_parameters: v.optional(v.nullable(v.array(v.string()))),
  fan_in_fan_out: v.optional(v.boolean(), false),
  target_modules: v.optional(v.nullable(v.union([v.string(), v.array(v.string())]))),
  rank_pattern: v.optional(v.nullable(v.record(v.string(), number)), {}),
  alpha_pattern: v.optional(v.nullable(v.record(v.string(), number)), {}),
});

export interface PeftConfig {
  /** What was taken out of the targeted weights before training, which PEFT takes out again when it loads the adapter. */
  readonly residual: 'olora' | 'pissa' | null;
  /** Whether `target_modules` names this module. */
  targets(module: string): boolean;
  /** Rank that a module's pair must have, and the factor on B · A. */
  scale(module: string): { readonly rank: number; readonly factor: number };
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A Python pattern as JavaScript reads it. Throws CheckpointError on one that it does not. */
function pattern(source: string): RegExp {
  // Long or nested patterns could keep the tab busy for ever; real ones are short lists of names.
  if (source.length > 500 || /[+*}]\)*[+*{]/.test(source)) {
    throw new CheckpointError(said`adapter_config.json: "target_modules" is a pattern that is not read here. List the modules instead.`);
  }
  try {
    return new RegExp(`^(?:${source})$`);
  } catch (cause) {
    throw new CheckpointError(
      said`adapter_config.json: "target_modules" is no pattern that is read here. List the modules instead.`,
      null,
      {
        cause,
      },
    );
  }
}

/** Fields that change nothing of how trained pairs are merged, or that the pairs themselves show. */
const HARMLESS = new Set(
  `peft_type r lora_alpha use_rslora fan_in_fan_out target_modules target_parameters rank_pattern alpha_pattern init_lora_weights
  task_type inference_mode base_model_name_or_path revision auto_mapping peft_version lora_dropout bias modules_to_save layers_to_transform
  layers_pattern exclude_modules lora_bias megatron_core megatron_config loftq_config eva_config corda_config lora_ga_config runtime_config
  qalora_group_size ensure_weight_tying`.split(/\s+/),
);

const MERGE = said`Merge it in PEFT with merge_and_unload() and save the model.`;

const isSet = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).length > 0
    : value !== null && value !== false && value !== 0 && value !== '';

/** Throws CheckpointError naming a field that changes what the adapter does and is not merged here (DoRA, aLoRA, QA-LoRA). */
function refuseOthers(value: unknown): void {
  if (!isObject(value)) throw new CheckpointError(said`adapter_config.json does not hold a JSON object. Download it again.`);
  const { peft_type: type } = value;
  if (type !== 'LORA') {
    throw new CheckpointError(
      said`The adapter is of type ${JSON.stringify(type)} (adapter_config.json, "peft_type"); only LoRA is merged here. ${MERGE}`,
    );
  }
  const other = Object.keys(value).find((field) => !HARMLESS.has(field) && isSet(value[field]));
  if (other === undefined) return;
  const name = other === 'use_dora' ? 'DoRA ("use_dora")' : `"${other}"`;
  throw new CheckpointError(
    said`adapter_config.json sets ${name}, which changes what the adapter computes and is not merged here. ${MERGE}`,
  );
}

/** What initialisations took out of the backbone before training, that the adapter alone does not tell. */
const RESIDUALS: readonly (readonly [RegExp, Sentence])[] = [
  [/^pissa_niter/, said`such an adapter began as leading singular vectors that were found with random numbers`],
  [/^loftq$/, said`such an adapter began as what quantising the backbone lost`],
  [/^corda$/, said`such an adapter began as directions that depend on the images it was prepared with`],
  [/^lora_ga$/, said`such an adapter began as gradients on the images it was prepared with`],
];

/** Throws CheckpointError on initialisations that changed the backbone in a way that cannot be repeated here. */
function residualOf(init: boolean | string | null): PeftConfig['residual'] {
  if (typeof init !== 'string') return null;
  const name = init.toLowerCase();
  if (name === 'olora' || name === 'pissa') return name;
  if (/^(gaussian|eva|orthogonal|mica|true|false)$/.test(name)) return null;
  throw new CheckpointError(
    said`adapter_config.json: "init_lora_weights" is "${init}": ${RESIDUALS.find(([pattern]) => pattern.test(name))?.[1] ?? said`it is not known here what that took out of the backbone before training`}, so merged here it would compute something else. ${MERGE} Or convert it when saving: save_pretrained(…, path_initial_model_for_weight_conversion=…).`,
  );
}

/** PEFT looks keys of patterns up as the end of a module's name. */
function lookUp(patterns: Readonly<Record<string, number>> | null, module: string): number | undefined {
  for (const [key, value] of Object.entries(patterns ?? {})) {
    const literal = new RegExp(`(^|\\.)${escape(key)}$`);
    if (literal.test(module) || (/[\\^$|[(*+]/.test(key) && pattern(`(.*\\.)?(${key.replace(/^\^|\$$/g, '')})`).test(module))) return value;
  }
  return undefined;
}

/** Throws CheckpointError naming the field, and on kinds of adapters other than LoRA. */
export function readPeftConfig(text: string): PeftConfig {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new CheckpointError(said`adapter_config.json is not valid JSON. Download it again.`, null, { cause });
  }
  refuseOthers(value);
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new CheckpointError(said`adapter_config.json: field "${v.getDotPath(issue) ?? '(root)'}": ${issueSaid(issue)}. Correct it.`);
  }
  const config = parsed.output;
  if (config.fan_in_fan_out) {
    throw new CheckpointError(said`The adapter was made for transposed weights (fan_in_fan_out), which ViTs do not have.`);
  }
  const wanted = config.target_modules ?? null;
  const whole = typeof wanted === 'string' && wanted !== 'all-linear' ? pattern(wanted) : null;
  const parameters = (config.target_parameters ?? []).map((name) => name.replace(/\.weight$/, ''));
  const isNamed = (names: readonly string[], module: string): boolean =>
    names.some((each) => module === each || module.endsWith(`.${each}`));
  return {
    residual: residualOf(config.init_lora_weights),
    targets(module) {
      if (isNamed(parameters, module)) return true;
      if (wanted === null || wanted === 'all-linear') return true;
      if (whole !== null) return whole.test(module);
      return Array.isArray(wanted) && isNamed(wanted, module);
    },
    scale(module) {
      const rank = lookUp(config.rank_pattern, module) ?? config.r;
      const alpha = lookUp(config.alpha_pattern, module) ?? config.lora_alpha;
      return { rank, factor: alpha / (config.use_rslora ? Math.sqrt(rank) : rank) };
    },
  };
}
