/** The run in plain sentences, told by its record. */
import { averageAccuracy, forgetting, type ForgettingDefinition } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import { clock, formatDuration, percent, points } from '../format';
import type { Texts } from '../text/en';
import { recall } from '../text/recall';
import { matrixOf } from './matrices';
import { sentenceOf } from './sentence';
import { methodIn } from '../names';

export interface LogLine {
  /** Empty where it belongs to the line above. */
  readonly when: string;
  readonly what: string;
  readonly level: 'info' | 'warning' | 'error';
}

const info = (when: string, what: string): LogLine => ({ when, what, level: 'info' });

function startLines(text: Texts, record: RunRecord): LogLine[] {
  const words = text.charts.log;
  const { stream, backbone, device, experiment } = record;
  const methods = record.methods.map(({ id }) => methodIn(text, record, id).name);
  return [
    info(words.start, words.started(methods, stream.title, stream.tasks.length, stream.classNames.length)),
    info('', words.with(backbone.title, experiment.seed, text.shell.device[device.kind], recall(text, device.name))),
    ...stream.skipped.map((file): LogLine => ({
      when: '',
      what: words.skipped(recall(text, file.name), recall(text, file.reason)),
      level: 'warning',
    })),
  ];
}

/** Null where no method has a result of the task. */
function taskLines(text: Texts, record: RunRecord, task: number, reading: string): LogLine[] | null {
  const words = text.charts.log;
  const about = record.stream.tasks[task];
  const results = record.methods.flatMap((method) => method.results.filter((result) => result.task === task));
  if (about === undefined || results.length === 0) return null;
  const seconds = results.flatMap((result) => Object.values(result.seconds)).reduce((sum, each) => sum + each, 0);
  return [
    info(words.task(task + 1), words.taskIs(about.name, about.to - about.from, about.train, formatDuration(seconds))),
    ...record.methods.flatMap((method) => {
      const said = sentenceOf(text, record, method, task, reading);
      return said === null ? [] : [info('', said)];
    }),
  ];
}

function endLines(text: Texts, record: RunRecord, reading: string, definition: ForgettingDefinition): LogLine[] {
  const words = text.charts.log;
  const { status, seconds, stream, methods } = record;
  const failures = methods.flatMap((method): LogLine[] =>
    method.failure === null
      ? []
      : [{ when: '', what: words.failure(methodIn(text, record, method.id).name, recall(text, method.failure)), level: 'error' }],
  );
  if (status === 'running') return failures;
  const done = Math.max(0, ...methods.map((method) => (method.results.at(-1)?.task ?? -1) + 1));
  const totals = methods.flatMap((method) => {
    const matrix = matrixOf(method, 'classIncremental', reading);
    const final = averageAccuracy(matrix);
    const lost = forgetting(matrix, definition);
    return final === null
      ? []
      : [
          info(
            '',
            words.total(methodIn(text, record, method.id).name, percent(final), lost === null ? null : points(lost).replace('+', '')),
          ),
        ];
  });
  return [...failures, info(words.end, words.ended[status](done, stream.tasks.length, clock(seconds))), ...totals];
}

/** Everything so far, in the order of events. What the run itself reported stands before the result of the task it came in. Pure. */
export function runLog(text: Texts, record: RunRecord, reading: string, definition: ForgettingDefinition): LogLine[] {
  const lines = startLines(text, record);
  let waiting = record.log.map(({ at, level, text: what }) => ({ at, line: { when: clock(at), what: recall(text, what), level } }));
  let spent = 0;
  for (const task of record.stream.tasks.keys()) {
    const told = taskLines(text, record, task, reading);
    if (told === null) continue;
    for (const { results } of record.methods) {
      for (const result of results) if (result.task === task) for (const each of Object.values(result.seconds)) spent += each;
    }
    const until = spent;
    lines.push(...waiting.filter(({ at }) => at <= until).map(({ line }) => line), ...told);
    waiting = waiting.filter(({ at }) => at > until);
  }
  return [...lines, ...waiting.map(({ line }) => line), ...endLines(text, record, reading, definition)];
}
