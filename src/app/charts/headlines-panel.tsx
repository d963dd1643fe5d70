/** Three big numbers per method. */
import { useMemo } from 'react';
import { useAppState } from '../context';
import { percent, points } from '../format';
import { lookOf, type Lineup } from '../looks';
import { MethodTag } from '../parts/method-mark';
import { Term } from '../parts/term';
import { text } from '../text';
import type { TermId } from '../text/en/glossary';
import { headlines, type Headline } from './headline';

const words = text.charts.headline;

/** Methods shown before anything ran: those of the set-up, without numbers. */
function waiting({ methods }: Lineup): Headline[] {
  return methods.map(({ id }) => ({ method: id, averageAccuracy: null, forgetting: null, taskKnown: null, tasks: 0, failure: null }));
}

export function HeadlinesPanel() {
  const record = useAppState((state) => state.results);
  const experiment = useAppState((state) => state.experiment);
  const definition = useAppState((state) => state.view.forgetting);
  const entries = useMemo(() => (record === null ? waiting(experiment) : headlines(record, definition)), [record, experiment, definition]);
  const of = record ?? experiment;
  return (
    <section className="headlines" aria-label={words.aria} data-many={entries.length > 3} data-testid="headlines">
      <Card of={of} term="averageAccuracy" entries={entries} pick={(entry) => entry.averageAccuracy} unit={words.percent} name="average" />
      <Card of={of} term="forgetting" entries={entries} pick={(entry) => entry.forgetting} unit="" name="forgetting" />
      <Card of={of} term="taskKnown" entries={entries} pick={(entry) => entry.taskKnown} unit={words.percent} name="task-known" />
    </section>
  );
}

interface CardProps {
  readonly of: Lineup;
  readonly term: TermId;
  readonly entries: readonly Headline[];
  readonly pick: (entry: Headline) => number | null;
  readonly unit: string;
  readonly name: string;
}

function Card({ of, term, entries, pick, unit, name }: CardProps) {
  return (
    <div className="headline">
      <h2>
        <Term id={term} />
        {unit === '' && <span className="headline-unit"> · {words.points}</span>}
      </h2>
      <div className="headline-values">
        {entries.map((entry) => {
          const value = pick(entry);
          const shown = value === null ? text.charts.noValue : unit === '' ? points(value).replace('+', '') : percent(value);
          return (
            <div className="headline-value" key={entry.method} data-testid={`${name}-${entry.method}`} data-value={value ?? ''}>
              <span className="headline-number" data-waiting={value === null} style={{ color: lookOf(of, entry.method).colour }}>
                {shown}
                {value !== null && unit !== '' && <small>{unit}</small>}
              </span>
              <MethodTag of={of} id={entry.method} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
