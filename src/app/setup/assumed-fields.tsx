/** What a checkpoint did not say: what was assumed, why, and a field to correct it; and what has been answered so far. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { BackboneSummary } from '../../worker/api';
import type { Experiment } from '../../session/experiment';
import { useApp, useAppState } from '../context';
import { useText } from '../text';
import { say } from '../text/say';

type Assumed = BackboneSummary['assumed'][number];
type Field = Assumed['field'];

/** The answer as a part of the experiment; null when it is not one. */
export function answerFor(field: Field, value: string): Partial<Experiment['backbone']> | null {
  const numbers = value
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number);
  if (numbers.length === 0 || numbers.some((n) => !Number.isFinite(n))) return null;
  const [a, b, c] = numbers;
  if (a === undefined) return null;
  if (field === 'heads') return numbers.length === 1 && Number.isInteger(a) && a > 0 ? { heads: a } : null;
  if (field === 'layerNormEps') return numbers.length === 1 && a > 0 ? { layerNormEps: a } : null;
  if (b === undefined || c === undefined || numbers.length !== 3) return null;
  return field === 'mean' ? { mean: [a, b, c] } : { std: [a, b, c] };
}

const FIELDS: readonly Field[] = ['heads', 'layerNormEps', 'mean', 'std'];

export function AssumedFields({ assumed }: { readonly assumed: BackboneSummary['assumed'] }) {
  const words = useText().setup.backbone;
  const app = useApp();
  const backbone = useAppState((state) => state.experiment.backbone);
  const answered = FIELDS.flatMap((field) => {
    const value = backbone[field];
    return value === undefined ? [] : [{ field, value: Array.isArray(value) ? value.join(', ') : String(value) }];
  });
  return (
    <>
      {assumed.length > 0 && (
        <fieldset className="assumed" data-testid="assumed">
          <legend>{words.assumedTitle}</legend>
          {assumed.map((entry) => (
            <Answer key={entry.field} entry={entry} />
          ))}
        </fieldset>
      )}
      {answered.length > 0 && (
        <fieldset className="assumed" data-testid="answered">
          <legend>{words.answeredTitle}</legend>
          {answered.map(({ field, value }) => (
            <div key={field} className="inline-field">
              <span>{words.answered(words.assumed[field], value)}</span>
              <Button
                size="compact-xs"
                variant="default"
                aria-label={words.takeBackNamed(words.assumed[field])}
                onClick={() => void app.backbones.answer({ [field]: undefined })}
              >
                {words.takeBack}
              </Button>
            </div>
          ))}
        </fieldset>
      )}
    </>
  );
}

function Answer({ entry }: { readonly entry: Assumed }) {
  const text = useText();
  const words = text.setup.backbone;
  const app = useApp();
  const [value, setValue] = useState(entry.value);
  const answer = answerFor(entry.field, value);
  return (
    <TextInput
      size="xs"
      label={words.assumed[entry.field]}
      description={words.because(say(text, entry.because))}
      value={value}
      error={answer === null && (entry.field === 'mean' || entry.field === 'std') ? words.threeNumbers : answer === null}
      onChange={(event) => setValue(event.currentTarget.value)}
      rightSectionWidth={72}
      rightSectionPointerEvents="all"
      rightSection={
        <Button
          size="compact-xs"
          variant="default"
          aria-label={words.applyNamed(words.assumed[entry.field])}
          disabled={answer === null || value === entry.value}
          onClick={() => {
            if (answer !== null) void app.backbones.answer(answer);
          }}
        >
          {text.setup.tasks.apply}
        </Button>
      }
      data-testid={`assumed-${entry.field}`}
    />
  );
}
