/** adapter_config.json of PEFT: what decides how an adapter's tensors are merged. */
import * as v from 'valibot';
import { CheckpointError } from './errors';

const number = v.pipe(v.number(), v.finite());
const schema = v.object({
  peft_type: v.string(),
  r: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 8),
  lora_alpha: v.optional(number, 8),
  use_rslora: v.optional(v.boolean(), false),
  use_dora: v.optional(v.boolean(), false),
  fan_in_fan_out: v.optional(v.boolean(), false),
  target_modules: v.optional(v.nullable(v.union([v.string(), v.array(v.string())]))),
  rank_pattern: v.optional(v.nullable(v.record(v.string(), number)), {}),
  alpha_pattern: v.optional(v.nullable(v.record(v.string(), number)), {}),
});

export interface PeftConfig {
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
    throw new CheckpointError(`adapter_config.json: "target_modules" is a pattern that is not read here. List the modules instead.`);
  }
  try {
    return new RegExp(`^(?:${source})$`);
  } catch (cause) {
    throw new CheckpointError('adapter_config.json: "target_modules" is no pattern that is read here. List the modules instead.', null, {
      cause,
    });
  }
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
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError('adapter_config.json is not valid JSON. Download it again.', null, { cause });
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new CheckpointError(`adapter_config.json: field "${v.getDotPath(issue) ?? '(root)'}": ${issue.message}. Correct it.`);
  }
  const config = parsed.output;
  if (config.peft_type !== 'LORA' || config.use_dora) {
    throw new CheckpointError(
      `The adapter is of type "${config.use_dora ? 'DoRA' : config.peft_type}"; only LoRA is merged here. Merge it in PEFT with merge_and_unload() and save the model.`,
    );
  }
  if (config.fan_in_fan_out) {
    throw new CheckpointError('The adapter was made for transposed weights (fan_in_fan_out), which ViTs do not have.');
  }
  const wanted = config.target_modules ?? null;
  const whole = typeof wanted === 'string' && wanted !== 'all-linear' ? pattern(wanted) : null;
  return {
    targets(module) {
      if (wanted === null || wanted === 'all-linear') return true;
      if (whole !== null) return whole.test(module);
      return Array.isArray(wanted) && wanted.some((each) => module === each || module.endsWith(`.${each}`));
    },
    scale(module) {
      const rank = lookUp(config.rank_pattern, module) ?? config.r;
      const alpha = lookUp(config.alpha_pattern, module) ?? config.lora_alpha;
      return { rank, factor: alpha / (config.use_rslora ? Math.sqrt(rank) : rank) };
    },
  };
}
