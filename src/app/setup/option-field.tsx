/** One option of a method as a field of the form. */
import { type Texts, useText } from '../text';
import type { OptionWords } from '../text/en/options';
import { ChoiceField, NumberField } from './fields';
import type { ChoiceOption, OptionField as Field } from './option-fields';

/** Of a choice that is left to the method. */
const UNSET = '-';

function written(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : UNSET;
}

/** By what is written: the values on offer, and the present one where it came from elsewhere (a list in a link). */
function choicesOf(
  text: Texts,
  { values, default: preset }: ChoiceOption,
  { choices }: OptionWords,
  present: unknown,
): Record<string, string> {
  const words = text.setup.methods;
  const names: Readonly<Record<string, string>> = { [UNSET]: words.byDefault, true: words.yes, false: words.no, ...choices };
  const keys = [...(preset === undefined ? [UNSET] : []), ...values.map(String), written(present)];
  return Object.fromEntries(keys.map((key) => [key, names[key] ?? key]));
}

interface OptionFieldProps {
  readonly field: Field;
  readonly words: OptionWords;
  readonly testId: string;
  readonly value: unknown;
  /** Undefined: as the method decides. */
  readonly onChange: (value: unknown) => void;
}

export function OptionField({ field, words: { label, term, hint, ...more }, testId, value, onChange }: OptionFieldProps) {
  const text = useText();
  const shared = { label, testId, ...(term === undefined ? {} : { term }), ...(hint === undefined ? {} : { hint }) };
  if (field.kind === 'number') {
    const { integer, min, max } = field;
    return (
      <NumberField
        {...shared}
        integer={integer}
        optional={field.default === undefined}
        step={integer ? 1 : max === undefined ? 0.001 : 0.01}
        {...(min === undefined ? {} : { min })}
        {...(max === undefined ? {} : { max })}
        value={typeof value === 'number' ? value : undefined}
        onChange={onChange}
      />
    );
  }
  return (
    <ChoiceField
      {...shared}
      value={written(value)}
      choices={choicesOf(text, field, { label, ...more }, value)}
      onChange={(key) => {
        const picked = field.values.find((candidate) => String(candidate) === key);
        if (picked !== undefined || key === UNSET) onChange(picked);
      }}
    />
  );
}
