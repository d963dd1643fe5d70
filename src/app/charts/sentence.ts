/** What has just happened, in one short sentence per method: for the live region and the log. */
import type { RunRecord } from '../../session/record';
import { wordsOf } from '../methods';
import { text } from '../text';
import { matrixOf } from './matrices';

/** Less than this is noise of a few images, not worth a sentence. */
const NOTEWORTHY = 0.05;

/** "InfLoRA learned Greek (91 %); Digits fell from 96 to 31 %." For every method that has a result of `task`. */
export function describeTask(record: RunRecord, task: number, reading?: string): string {
  const name = (index: number) => record.stream.tasks[index]?.name ?? String(index + 1);
  return record.methods
    .flatMap((method) => {
      const matrix = matrixOf(method, 'classIncremental', reading);
      const row = matrix[task];
      const learned = row?.[task];
      if (!row || learned === undefined) return [];
      const falls = row.slice(0, task).map((now, old) => {
        const before = matrix[task - 1]?.[old];
        return { old, before: before ?? now, now, fall: before === undefined ? 0 : before - now };
      });
      const worst = falls.reduce<(typeof falls)[number] | null>(
        (most, item) => (most === null || item.fall > most.fall ? item : most),
        null,
      );
      const whole = (fraction: number) => Math.round(100 * fraction);
      const head = text.charts.learned(wordsOf(record, method.id).name, name(task), whole(learned));
      if (worst === null) return [`${head}.`];
      if (worst.fall < NOTEWORTHY) return [`${head}; ${text.charts.held}.`];
      return [`${head}; ${text.charts.fell(name(worst.old), whole(worst.before), whole(worst.now))}.`];
    })
    .join(' ');
}
