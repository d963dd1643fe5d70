/** Three big numbers per method. */
import { useMemo, type ReactNode } from 'react';
import type { RunRecord } from '../../session/record';
import { useAppState, useResults } from '../context';
import { percent, points } from '../format';
import { lookOf, type Lineup } from '../looks';
import { MethodTag } from '../parts/method-mark';
import { Term } from '../parts/term';
import { currentReading } from '../store/state';
import { useText } from '../text';
import type { TermId } from '../text/en/glossary';
import { headlines, type Headline } from './headline';
import { keptInShort, keptOf, keptWords } from './kept';
import { unread, whyUnread } from './readings';
import { methodIn } from '../names';

/** Methods shown before anything ran: those of the set-up, without numbers. */
function waiting({ methods }: Lineup): Headline[] {
  return methods.map(({ id }) => ({ method: id, averageAccuracy: null, forgetting: null, taskKnown: null, tasks: 0, failure: null }));
}

export function HeadlinesPanel() {
  const words = useText().charts.headline;
  const record = useResults();
  const experiment = useAppState((state) => state.experiment);
  const definition = useAppState((state) => state.view.forgetting);
  const reading = useAppState(currentReading);
  const entries = useMemo(
    () => (record === null ? waiting(experiment) : headlines(record, definition, reading)),
    [record, experiment, definition, reading],
  );
  const of = record ?? experiment;
  return (
    <section className="headlines" aria-label={words.aria} data-testid="headlines">
      <Card
        of={of}
        term="averageAccuracy"
        entries={entries}
        pick={(entry) => entry.averageAccuracy}
        unit={words.percent}
        name="average"
        below={record === null ? undefined : (id) => <Beside record={record} id={id} reading={reading} />}
      />
      <Card of={of} term="forgetting" entries={entries} pick={(entry) => entry.forgetting} unit="" name="forgetting" />
      <Card
        of={of}
        term="taskKnown"
        entries={entries}
        pick={(entry) => entry.taskKnown}
        unit={words.percent}
        name="task-known"
        note={record?.stream.kind === 'domain-incremental' ? words.sameClasses : undefined}
      />
    </section>
  );
}

/** Why a method shows no number, and what it keeps of the past. */
function Beside({ record, id, reading }: { readonly record: RunRecord; readonly id: string; readonly reading: string }) {
  const text = useText();
  const kept = keptOf(record, id);
  return (
    <>
      {unread(record, reading).includes(id) && <small className="headline-beside">{whyUnread(text, reading)}</small>}
      {kept !== null && (
        <small className="headline-beside" title={keptWords(text, kept)} data-testid={`kept-${id}`}>
          {keptInShort(text, kept)}
        </small>
      )}
    </>
  );
}

interface CardProps {
  readonly of: Lineup;
  readonly term: TermId;
  readonly entries: readonly Headline[];
  readonly pick: (entry: Headline) => number | null;
  readonly unit: string;
  readonly name: string;
  /** Under a method's name. */
  readonly below?: ((id: string) => ReactNode) | undefined;
  /** Under all numbers. */
  readonly note?: string | undefined;
}

/** More than these are rows of a small table instead of big numbers. */
const BIG = 4;

/** Contestants in big numbers; bounds and floors, which they are compared with, small beside the title. */
function Card({ of, term, entries, pick, unit, name, below, note }: CardProps) {
  const text = useText();
  const words = text.charts.headline;
  const isReference = ({ method }: Headline) => lookOf(of, method).reference;
  const references = entries.filter(isReference);
  const dense = entries.length - references.length > BIG;
  const contestants = dense || references.length === entries.length ? entries : entries.filter((entry) => !isReference(entry));
  const say = (value: number | null) =>
    value === null ? text.charts.noValue : unit === '' ? points(value).replace('+', '') : percent(value);
  return (
    <div
      className="headline"
      data-many={!dense && contestants.length > 2}
      data-dense={dense}
      style={{ ['--count' as string]: contestants.length }}
    >
      <div className="headline-head">
        <h2>
          <Term id={term} />
          {unit === '' && <span className="headline-unit"> · {words.points}</span>}
        </h2>
        {contestants !== entries &&
          references.map((entry) => {
            const value = pick(entry);
            return (
              <span
                className="headline-reference"
                key={entry.method}
                style={{ color: lookOf(of, entry.method).colour }}
                data-testid={`${name}-${entry.method}`}
                data-value={value ?? ''}
              >
                {methodIn(text, of, entry.method).short} {say(value)}
              </span>
            );
          })}
      </div>
      <div className="headline-values">
        {contestants.map((entry) => {
          const value = pick(entry);
          return (
            <div className="headline-value" key={entry.method} data-testid={`${name}-${entry.method}`} data-value={value ?? ''}>
              <span className="headline-number" data-waiting={value === null} style={{ color: lookOf(of, entry.method).colour }}>
                {say(value)}
                {value !== null && unit !== '' && <small>{unit}</small>}
              </span>
              <MethodTag of={of} id={entry.method} />
              {!dense && below?.(entry.method)}
            </div>
          );
        })}
      </div>
      {note !== undefined && (
        <small className="headline-beside" data-testid={`${name}-note`}>
          {note}
        </small>
      )}
    </div>
  );
}
