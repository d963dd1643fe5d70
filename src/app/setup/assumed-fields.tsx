/** What a checkpoint did not say: what was assumed, why, and a field to correct it. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { BackboneSummary } from '../../worker/api';
import type { Experiment } from '../../session/experiment';
import { useApp } from '../context';
import { text } from '../text';

const words = text.setup.backbone;
type Assumed = BackboneSummary['assumed'][number];

/** The answer as a part of the experiment; null when it is not one. */
export function answerFor(field: Assumed['field'], value: string): Partial<Experiment['backbone']> | null {
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

export function AssumedFields({ assumed }: { readonly assumed: BackboneSummary['assumed'] }) {
  return (
    <fieldset className="assumed" data-testid="assumed">
      <legend>{words.assumedTitle}</legend>
      {assumed.map((entry) => (
        <Answer key={entry.field} entry={entry} />
      ))}
    </fieldset>
  );
}

function Answer({ entry }: { readonly entry: Assumed }) {
  const app = useApp();
  const [value, setValue] = useState(entry.value);
  const answer = answerFor(entry.field, value);
  return (
    <div className="inline-field">
      <TextInput
        size="xs"
        label={words.assumed[entry.field]}
        description={words.because(entry.because)}
        value={value}
        error={answer === null && (entry.field === 'mean' || entry.field === 'std') ? words.threeNumbers : answer === null}
        onChange={(event) => setValue(event.currentTarget.value)}
        data-testid={`assumed-${entry.field}`}
      />
      <Button
        size="xs"
        variant="default"
        disabled={answer === null || value === entry.value}
        onClick={() => {
          if (answer === null) return;
          app.setup.backbone(answer);
          void app.host.ensureBackbone();
        }}
      >
        {text.setup.tasks.apply}
      </Button>
    </div>
  );
}
