/** A prediction among a few options; once revealed, which the record bears out, and what a class chose. */
import { useStory } from '../text/story';
import type { Answer, OpenScene } from './scene';

export function Choices(props: {
  readonly scene: OpenScene;
  readonly revealed: boolean;
  readonly answer: Answer | null;
  readonly others: readonly Answer[];
  readonly onAnswer: (answer: Answer) => void;
}) {
  const words = useStory().choices;
  const { scene, revealed, answer, others, onAnswer } = props;
  return (
    <div className="choices" role="group" aria-label={words.label}>
      {scene.options.map((option, i) => {
        const mine = answer?.[0] === i;
        const right = revealed && scene.right === i;
        const count = revealed ? others.filter(([chosen]) => chosen === i).length : 0;
        return (
          <button
            key={option}
            type="button"
            aria-pressed={mine}
            disabled={revealed}
            data-right={right}
            data-mine={mine}
            onClick={() => onAnswer([i])}
            data-testid={`choice-${i}`}
          >
            <b aria-hidden>{right ? '✓' : String.fromCodePoint(65 + i)}</b> {option}
            {right && <span className="visually-hidden">: {words.right}</span>}
            {revealed && mine && <span className="visually-hidden">: {words.yours}</span>}
            {count > 0 && (
              <span className="choice-class" role="img" aria-label={words.classChose(count)}>
                {Array.from({ length: count }, (_, dot) => (
                  <i key={dot} />
                ))}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}
