/** What was understood of the user's files, and the questions that only they can answer. */
import { Button } from '@mantine/core';
import type { Choice, Understood } from '../../data/understood';
import { useApp } from '../context';
import { PixelImage } from '../parts/pixel-image';
import { useText } from '../text';
import { say } from '../text/say';
import { ChoiceField } from './fields';

const SHOWN_SIDE = 64;

function useAnswer({ field }: Choice): (value: string) => void {
  const { setup } = useApp();
  return (value) => {
    setup.stream({ [field]: value });
    void setup.preview();
  };
}

/** One button a reading, with a picture where images would look different. */
export function Question({ choice }: { readonly choice: Choice }) {
  const text = useText();
  const answer = useAnswer(choice);
  return (
    <ul className="readings" data-testid={`question-${choice.field}`}>
      {choice.readings.map(({ value, shows, picture }) => (
        <li key={value}>
          {picture !== undefined && (
            <PixelImage side={picture.height} width={picture.width} pixels={picture.rgb} name={say(text, shows)} shown={SHOWN_SIDE} />
          )}
          <Button size="compact-sm" variant="default" onClick={() => answer(value)} data-testid={`reading-${value}`}>
            {say(text, shows)}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function OtherReadings({ choice }: { readonly choice: Choice }) {
  const text = useText();
  const words = text.setup.tasks;
  const answer = useAnswer(choice);
  return (
    <ChoiceField
      label={words.readOtherwise}
      testId={`choice-${choice.field}`}
      value={choice.chosen ?? ''}
      choices={Object.fromEntries(choice.readings.map(({ value, shows }) => [value, say(text, shows)]))}
      onChange={answer}
    />
  );
}

export function UnderstoodList({ understood }: { readonly understood: readonly Understood[] }) {
  const text = useText();
  const words = text.setup.tasks;
  if (understood.length === 0) return null;
  return (
    <ul className="understood" aria-label={words.understood} data-testid="understood">
      {understood.map(({ text: sentence, choice }) => (
        <li key={say(text, sentence)}>
          {say(text, sentence)}
          {choice !== undefined && choice.readings.length > 1 && <OtherReadings choice={choice} />}
        </li>
      ))}
    </ul>
  );
}
