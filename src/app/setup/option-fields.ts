/** The fields of a method's options, read off the schema of its definition: a new option needs no form. */
import * as v from 'valibot';
import type { MethodDefinition } from '../../continual/definition';

interface Field {
  readonly name: string;
  /** What the schema fills in; undefined where the method decides by itself. */
  readonly default: unknown;
  /** Folded away: most runs never touch it. */
  readonly advanced: boolean;
}

export interface NumberOption extends Field {
  readonly kind: 'number';
  readonly integer: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface ChoiceOption extends Field {
  readonly kind: 'choice';
  readonly values: readonly (string | boolean)[];
}

export type OptionField = NumberOption | ChoiceOption;

/** The parts of a valibot schema that say what its values are. */
interface Inside {
  readonly type: string;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
}

/** What can be picked; of a union, the names in it (lists of maps come from links and files alone). */
function valuesOf({ type, options = [] }: Inside): readonly (string | boolean)[] {
  if (type === 'boolean') return [true, false];
  if (type === 'picklist') return options.map(String);
  return type === 'union' ? options.flatMap((option) => valuesOf(option as Inside)) : [];
}

function fieldOf(name: string, schema: v.GenericSchema): OptionField[] {
  const inside = ('wrapped' in schema ? schema.wrapped : schema) as Inside;
  const preset: unknown = v.getDefault(schema);
  const field = { name, default: preset, advanced: preset === undefined };
  if (inside.type !== 'number') {
    const values = valuesOf(inside);
    return values.length === 0 ? [] : [{ ...field, kind: 'choice', values }];
  }
  const limit = (type: string): number | undefined => {
    const found = inside.pipe?.find((action) => action.type === type)?.requirement;
    return typeof found === 'number' ? found : undefined;
  };
  const integer = inside.pipe?.some(({ type }) => type === 'integer') ?? false;
  const above = limit('gt_value');
  const min = limit('min_value') ?? (above === undefined ? undefined : above + LEAST);
  return [{ ...field, kind: 'number', integer, min, max: limit('max_value') }];
}

/** What is more than nothing. */
const LEAST = 1e-9;

/** Any rate above nothing; absent: the one under Training. */
const rate = { kind: 'number', default: undefined, integer: false, min: LEAST, max: undefined } as const;

/** The options that a form can ask for, in the definition's order, and the learning rates where something learns. */
export function optionFields({ options, trainsOn }: Pick<MethodDefinition, 'options' | 'trainsOn'>): readonly OptionField[] {
  const own = Object.entries(options).flatMap(([name, schema]) => fieldOf(name, schema));
  if (trainsOn === 'none') return own;
  return [...own, { ...rate, name: 'learningRate', advanced: false }, { ...rate, name: 'classifierLearningRate', advanced: true }];
}
