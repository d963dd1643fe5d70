/** What has happened, in one short sentence per method: for the live region and the log. */
import { averageAccuracy } from '../../continual/metrics';
import { isMethodId } from '../../continual/registry';
import { trainsOn } from '../../session/estimate';
import type { MethodSpec } from '../../session/experiment';
import type { MethodRun, RunRecord } from '../../session/record';
import type { Texts } from '../text/en';
import { isLevel, matrixOf } from './matrices';
import { methodIn } from '../names';

/** Less than this is noise of a few images, not worth a sentence. */
const NOTEWORTHY = 0.05;

const whole = (fraction: number) => Math.round(100 * fraction);

interface Old {
  readonly name: string;
  readonly now: number;
  /** One task ago, and the most that it ever was. */
  readonly before: number;
  readonly best: number;
}

const most = (tasks: readonly Old[], lost: (old: Old) => number): Old | undefined =>
  tasks.reduce<Old | undefined>((worst, old) => (worst === undefined || lost(old) > lost(worst) ? old : worst), undefined);

/** What became of the earlier tasks: against the task before, and against the best they were; both where they differ. */
function earlier(text: Texts, tasks: readonly Old[]): string {
  const words = text.charts;
  const [step, sofar] = [most(tasks, (old) => old.before - old.now), most(tasks, (old) => old.best - old.now)];
  if (step === undefined || sofar === undefined) return '';
  const fell = step.before - step.now >= NOTEWORTHY;
  const down = sofar.best - sofar.now >= NOTEWORTHY;
  if (!fell && !down) return `; ${words.held}`;
  const said = fell ? words.fell(step.name, whole(step.before), whole(step.now)) : words.heldSince;
  if (step === sofar && fell) {
    const more = step.best - step.before >= NOTEWORTHY;
    return `; ${said}${more ? words.fromBest(whole(step.best)) : ''}`;
  }
  return down ? `; ${said}; ${words.down(sofar.name, whole(sofar.best), whole(sofar.now))}` : `; ${said}`;
}

/** Whether nothing of a method was trained on a task; unknown of one that only another build knows. */
function readsOff({ experiment }: RunRecord, id: string, task: number): boolean {
  const spec = experiment.methods.find((method): method is MethodSpec => method.id === id && isMethodId(id));
  const when = spec && trainsOn(spec);
  return when === 'none' || (when === 'first' && task > 0);
}

/** "InfLoRA learned Greek (91 %); Digits fell from 96 to 31 %." Null without a result of `task` by this reading. */
export function sentenceOf(text: Texts, record: RunRecord, method: MethodRun, task: number, reading?: string): string | null {
  const words = text.charts;
  const { tasks } = record.stream;
  const nameOf = (index: number) => tasks[index]?.name ?? String(index + 1);
  const matrix = matrixOf(method, 'classIncremental', reading);
  const row = matrix[task];
  const learned = row?.[task];
  if (!row || learned === undefined) return null;
  const { name } = methodIn(text, record, method.id);
  if (isLevel(method, tasks.length)) return `${words.level(name, whole(averageAccuracy(matrix, task) ?? learned))}.`;
  const old = row.slice(0, task).map((now, index) => {
    const past = matrix.slice(index, task).flatMap((then) => then?.[index] ?? []);
    return { name: nameOf(index), now, before: past.at(-1) ?? now, best: Math.max(now, ...past) };
  });
  const head = readsOff(record, method.id, task) ? words.readsOff : words.learned;
  return `${head(name, nameOf(task), whole(learned))}${earlier(text, old)}.`;
}

/** For every method that has a result of `task`. */
export function describeTask(text: Texts, record: RunRecord, task: number, reading?: string): string {
  return record.methods.flatMap((method) => sentenceOf(text, record, method, task, reading) ?? []).join(' ');
}
