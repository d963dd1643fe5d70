/** What a method took the picture for after each task: the moment it starts to be wrong. */
import type { RunRecord } from '../../session/record';
import { useAppState } from '../context';
import { percent } from '../format';
import { lookOf } from '../looks';
import { PixelImage } from '../parts/pixel-image';
import { type Texts, useText } from '../text';
import { pictureOf } from './sample';
import { verdictOf, type PastAnswer, type Verdict } from './past';
import { useCellSide } from './use-cell-side';

/** A strip is read beside a list; larger pictures would push it out of sight. */
const LARGEST = 40;

function verdictWords(text: Texts, verdict: Verdict | null, name: (task: number) => string): string {
  const words = text.charts.tryIt;
  if (verdict === null) return words.afterEach;
  if (verdict.is === 'always right') return words.rightNow;
  return (verdict.is === 'wrong' ? words.wrongSince : words.rightAgain)(name(verdict.since));
}

interface AnswerStripProps {
  readonly method: string;
  readonly record: RunRecord;
  readonly past: readonly PastAnswer[];
}

export function AnswerStrip({ method, record, past }: AnswerStripProps) {
  const text = useText();
  const words = text.charts.tryIt;
  const name = (task: number) => record.stream.tasks[task]?.name ?? '';
  const thumbnails = useAppState(({ stream }) => (stream.value?.sha256 === record.stream.sha256 ? stream.value.thumbnails : null));
  const { ref, side } = useCellSide(record.stream.tasks.length, LARGEST);
  const learned = record.methods.find(({ id }) => id === method)?.results.map(({ task }) => task) ?? [];
  return (
    <div className="answer-strip" data-testid={`past-${method}`}>
      <span className="dim">{verdictWords(text, verdictOf(past, learned), name)}</span>
      <ol ref={ref} className="strip" style={{ color: lookOf(record, method).colour }}>
        {past.map(({ task, label, column, probability, right }) => {
          const said = words.past(name(task), label, percent(probability, 0), right);
          return (
            <li key={task} data-right={right ?? undefined} data-judged={right !== null} title={said}>
              {thumbnails !== null && column >= 0 ? (
                <PixelImage side={thumbnails.side} pixels={pictureOf(thumbnails, column)} shown={side} name={said} />
              ) : (
                <span className="answer-letters" style={{ width: side, height: side }} role="img" aria-label={said}>
                  {label}
                </span>
              )}
              <small aria-hidden>
                {task + 1}
                {right === false && words.wrongMark}
              </small>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
