/** What each method answers: its likeliest classes, their tasks, how sure it is. */
import type { RunRecord } from '../../session/record';
import { taskOfColumn } from '../charts/remembered';
import { percent } from '../format';
import { lookOf } from '../looks';
import { MethodTag } from '../parts/method-mark';
import { useText } from '../text';
import { AnswerStrip } from './answer-strip';
import { pastAnswers } from './past';
import type { AskedAnswers } from './use-answers';
import { methodIn } from '../names';

export function AnswerList({
  asked,
  record,
  truth,
}: {
  readonly asked: AskedAnswers;
  readonly record: RunRecord;
  /** Name of the class that the picture shows, where somebody said so. */
  readonly truth: string | null;
}) {
  const text = useText();
  const words = text.charts.tryIt;
  return (
    <div className="answers" aria-live="polite" data-testid="answers">
      {asked.now?.map(({ method, rows }) => (
        <section key={method} aria-label={words.answer(methodIn(text, record, method).name)} data-testid={`answer-${method}`}>
          <MethodTag of={record} id={method} />
          <ol>
            {rows.map((row, i) => (
              <li key={row.label}>
                <span className="answer-bar" style={{ width: `${100 * row.probability}%`, background: lookOf(record, method).colour }} />
                <span className="answer-label" data-first={i === 0} data-wrong={truth !== null && i === 0 && row.label !== truth}>
                  {row.label}
                </span>
                <span className="dim">{taskOfColumn(record, record.stream.classNames.indexOf(row.label))}</span>
                <span className="answer-percent">{words.sure(percent(row.probability, 0))}</span>
              </li>
            ))}
          </ol>
          <AnswerStrip method={method} record={record} past={pastAnswers(record, method, asked.after, truth)} />
        </section>
      ))}
    </div>
  );
}
