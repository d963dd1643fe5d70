/** The few kinds of fields the set-up is made of. */
import { Input, NumberInput, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { Term } from '../parts/term';
import type { TermId } from '../text/en/glossary';

interface Labelled {
  readonly label: string;
  /** A glossary entry behind the label. */
  readonly term?: TermId;
  readonly testId: string;
  readonly hint?: string;
}

/** The word itself explains on hover and focus; the field keeps its plain name for screen readers. */
function LabelRow({ label, term, children }: { readonly label: string; readonly term: TermId | undefined; readonly children: ReactNode }) {
  return (
    <div className="field">
      <Input.Label component="span" size="sm">
        {term === undefined ? label : <Term id={term}>{label}</Term>}
      </Input.Label>
      {children}
    </div>
  );
}

export interface NumberFieldProps extends Labelled {
  readonly value: number | undefined;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly integer?: boolean;
  /** Called with a valid number, or undefined when an optional field is emptied. */
  readonly onChange: (value: number | undefined) => void;
  readonly optional?: boolean;
}

export function NumberField({ label, term, testId, hint, value, min, max, step, integer, onChange, optional }: NumberFieldProps) {
  return (
    <LabelRow label={label} term={term}>
      <NumberInput
        size="xs"
        aria-label={label}
        data-testid={testId}
        value={value ?? ''}
        {...(hint === undefined ? {} : { placeholder: hint })}
        {...(min === undefined ? {} : { min })}
        {...(max === undefined ? {} : { max })}
        step={step ?? 1}
        allowDecimal={integer !== true}
        allowNegative={false}
        clampBehavior="blur"
        onChange={(next) => {
          if (next === '') {
            if (optional === true) onChange(undefined);
            return;
          }
          const number = Number(next);
          if (Number.isFinite(number) && number >= (min ?? 0) && number <= (max ?? Infinity)) onChange(number);
        }}
      />
    </LabelRow>
  );
}

export interface ChoiceFieldProps<T extends string> extends Labelled {
  readonly value: T;
  /** Those on offer now. */
  readonly choices: Readonly<Partial<Record<T, string>>>;
  readonly onChange: (value: T) => void;
}

export function ChoiceField<T extends string>({ label, term, testId, value, choices, onChange }: ChoiceFieldProps<T>) {
  const keys = Object.keys(choices) as T[];
  return (
    <LabelRow label={label} term={term}>
      <Select
        size="xs"
        aria-label={label}
        data-testid={testId}
        data={keys.map((key) => ({ value: key, label: choices[key] ?? key }))}
        value={value}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        onChange={(next) => {
          const key = keys.find((candidate) => candidate === next);
          if (key !== undefined) onChange(key);
        }}
      />
    </LabelRow>
  );
}
