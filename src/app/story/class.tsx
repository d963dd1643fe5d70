/** One's own code to copy, and a list of codes that draws the class beside the record. */
import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { type StoryTexts, useStory } from '../text/story';
import { EXERCISES, readClass, writeCode, type ExerciseId, type Fault, type ReadClass } from './code';
import { progress, useProgress } from './progress';
import type { Answer, SceneId } from './scene';
import { SCENES } from './scenes';

const faultWords = (story: StoryTexts, fault: Fault): string => {
  const words = story.class;
  if (fault.what === 'letter') return words.faults.letter(fault.letter, fault.at);
  if (fault.what === 'length') return words.faults.length(fault.found, fault.wanted);
  return words.faults[fault.what];
};

/** Predictions of the class, a list for each scene. */
function byScene(read: ReadClass): Partial<Record<SceneId, readonly Answer[]>> {
  return Object.fromEntries(
    SCENES.map(({ id }) => [id, read.told.flatMap(({ answers }) => (answers[id] === undefined ? [] : [answers[id]]))]),
  );
}

export function ClassDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const story = useStory();
  const words = story.class;
  const told = useProgress(({ mark, answers, results }) => writeCode({ mark, answers, results }, SCENES));
  const [copied, setCopied] = useState<boolean | null>(null);
  const [pasted, setPasted] = useState('');
  const [read, setRead] = useState<ReadClass | null>(null);
  const draw = () => {
    const found = readClass(pasted, SCENES);
    setRead(found);
    progress.setState({ others: byScene(found) });
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words.title}
      size="46em"
      classNames={{ content: 'story-dialog' }}
      attributes={{ header: { role: 'presentation' } }}
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <section>
        <h3>{words.yours}</h3>
        <p>{words.what}</p>
        <p className="code" data-testid="code">
          {told}
        </p>
        <Button
          onClick={() =>
            void navigator.clipboard.writeText(told).then(
              () => setCopied(true),
              () => setCopied(false),
            )
          }
          data-testid="copy-code"
        >
          {words.copy}
        </Button>{' '}
        <span role="status">{copied === null ? '' : copied ? words.copied : words.notCopied}</span>
      </section>
      <section>
        <h3>{words.all}</h3>
        <Textarea
          label={words.paste}
          rows={5}
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
          data-testid="class-codes"
        />
        <Button mt="0.5em" onClick={draw} data-testid="draw-class">
          {words.draw}
        </Button>
        <div role="status" data-testid="class-read">
          {read !== null && <p>{words.read(read.told.length)}</p>}
          {read !== null && read.faults.length > 0 && (
            <ul>
              {read.faults.map(({ code, fault }) => (
                <li key={code}>{words.refused(code.length > 16 ? `${code.slice(0, 16)}…` : code, faultWords(story, fault))}</li>
              ))}
            </ul>
          )}
        </div>
        {read !== null && <Results read={read} />}
      </section>
    </Modal>
  );
}

/** What exercises came to: a dot for each of the class. */
function Results({ read }: { readonly read: ReadClass }) {
  const words = useStory().class;
  const lists = EXERCISES.flatMap((id): { id: ExerciseId; values: number[] }[] => {
    const values = read.told.flatMap(({ results }) => results[id]?.values[0] ?? []);
    return values.length === 0 ? [] : [{ id, values }];
  });
  return lists.map(({ id, values }) => (
    <figure key={id} className="class-results">
      <figcaption>{words.results[id]}</figcaption>
      <div role="img" aria-label={words.spread(values.map((value) => (100 * value).toFixed(1)))}>
        {values.map((value, i) => (
          <i key={i} style={{ left: `${Math.min(100, Math.max(0, 100 * value))}%` }} />
        ))}
      </div>
      <span aria-hidden>{words.ends}</span>
    </figure>
  ));
}
