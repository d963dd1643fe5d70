/** Progress as text: one line rewritten on a terminal, a line now and then elsewhere. */
import { worded } from '../src/common/said';
import type { PhaseEvent, RunEvent } from '../src/session/events';

/** 0:07, 12:30, 1:02:03. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "task 2 of 5 · train · epoch 1 of 4 · 12 of 40 · 37 % · 0:21 left · 160 images/s". */
export function phaseLine(event: PhaseEvent, tasks: number): string {
  return [
    `task ${event.task + 1} of ${tasks}`,
    event.phase,
    ...(event.method ? [event.method] : []),
    ...(event.epochs > 0 ? [`epoch ${event.epoch + 1} of ${event.epochs}`] : []),
    `${event.done} of ${event.total}`,
    `${Math.floor(100 * event.progress)} %`,
    ...(event.secondsLeft === null ? [] : [`${duration(event.secondsLeft)} left`]),
    ...(event.imagesPerSecond === null ? [] : [`${Math.round(event.imagesPerSecond)} images/s`]),
  ].join(' · ');
}

/** Sentences worth keeping: results, failures, warnings. Null for the rest. */
export function eventLine(event: RunEvent): string | null {
  if (event.type === 'result') {
    const { readings, task } = event.result;
    const mean = (values: readonly number[]) => (100 * values.reduce((sum, value) => sum + value, 0)) / Math.max(1, values.length);
    // A method without a read-off of its own is told by all others.
    const told = readings.own ? { own: readings.own } : readings;
    const words = Object.entries(told).map(
      ([id, { classIncremental, taskAware }]) =>
        `${id === 'own' ? '' : `by ${id} `}${mean(classIncremental).toFixed(1)} % class-incremental, ${mean(taskAware).toFixed(1)} % task known`,
    );
    return `after task ${task + 1}  ${event.method.padEnd(16)}  ${words.join('; ')}, ${duration(event.seconds)}`;
  }
  if (event.type === 'method-failed') return `${event.method} stopped: ${worded(event.reason)}`;
  if (event.type === 'log' && event.level === 'warning') return `warning: ${event.text}`;
  return null;
}

export interface ProgressWriter {
  /** A state that the next one replaces. */
  live(line: string): void;
  /** A line that stays. */
  keep(line: string): void;
}

/** Where nobody watches a terminal, at most a line in so many milliseconds. */
const QUIET_MS = 10_000;

export function progressWriter(out: NodeJS.WriteStream): ProgressWriter {
  let shown = '';
  let last = -Infinity;
  const clear = () => {
    if (shown) out.write('\r' + ' '.repeat(shown.length) + '\r');
    shown = '';
  };
  return {
    live(line) {
      if (out.isTTY) {
        const text = line.slice(0, Math.max(20, (out.columns || 100) - 1));
        clear();
        out.write(text);
        shown = text;
      } else if (performance.now() - last > QUIET_MS) {
        last = performance.now();
        out.write(`${line}\n`);
      }
    },
    keep(line) {
      clear();
      out.write(`${line}\n`);
    },
  };
}
