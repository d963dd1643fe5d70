/** How the classes are filled, and whether unevenly. */
import { useText } from '../../text';
import type { Arrangement } from './arrangement';
import type { ClassFacts } from './class-facts';

export function Statistics({ facts, arrangement }: { readonly facts: ClassFacts; readonly arrangement: Arrangement }) {
  const words = useText().setup.builder;
  const counts = arrangement.tasks
    .flatMap(({ classes }) => classes)
    .map((one) => facts.counts(one).train)
    .sort((a, b) => a - b);
  const [least] = counts;
  const most = counts.at(-1);
  if (least === undefined || most === undefined) return null;
  const tasks = arrangement.tasks.reduce((sum, { classes, domains }) => sum + (classes.length === 0 ? 0 : Math.max(1, domains.length)), 0);
  return (
    <p className="dim" data-testid="builder-stats">
      {words.stats(counts.length, tasks, least, counts[Math.floor(counts.length / 2)] ?? 0, most)}
      {most >= 3 * Math.max(1, least) && ` ${words.uneven((most / Math.max(1, least)).toFixed(1))}`}
    </p>
  );
}
