/** The run record as a fold over events: live, replayed and resumed runs are the same value. What it says is English: records are read everywhere. */
import { worded, type Said } from '../common/said';
import type { RunEvent } from './events';
import type { InsideRecord, LossPoint, MethodRun, RunRecord } from './record';

function withMethod(record: RunRecord, id: MethodRun['id'], change: (run: MethodRun) => MethodRun): RunRecord {
  return { ...record, methods: record.methods.map((run) => (run.id === id ? change(run) : run)) };
}

function withLosses(known: readonly LossPoint[], added: readonly LossPoint[]): LossPoint[] {
  return [...known, ...added];
}

/** What was seen of a task at a stop joins what was seen of it before. */
function withLook(known: readonly InsideRecord[], look: InsideRecord): InsideRecord[] {
  const before = known.find(({ task }) => task === look.task);
  return [...known.filter((each) => each !== before), { ...before, ...look }].sort((a, b) => a.task - b.task);
}

/**
 * The record after one event; pure, `record` is not changed. Live-only events return the very same object. Events
 * before `started` are ignored.
 */
export function applyEvent(record: RunRecord | null, event: RunEvent): RunRecord | null {
  if (event.type === 'started') return event.record;
  if (record === null) return null;
  switch (event.type) {
    case 'phase':
      return record;
    case 'losses':
      return withMethod(record, event.method, (run) => ({ ...run, losses: withLosses(run.losses, event.points) }));
    case 'probe':
      return withMethod(record, event.method, (run) => ({ ...run, probes: [...(run.probes ?? []), event.point] }));
    case 'inside':
      return withMethod(record, event.method, (run) => ({ ...run, inside: withLook(run.inside ?? [], event.look) }));
    case 'result': {
      // A joint method of an extended run is judged anew: the later result of a task replaces the earlier one.
      const next = withMethod(record, event.method, (run) => ({
        ...run,
        results: [...run.results.filter((result) => result.task !== event.result.task), event.result].sort((a, b) => a.task - b.task),
      }));
      return { ...next, seconds: event.seconds };
    }
    case 'method-failed':
      return withMethod(record, event.method, (run) => ({ ...run, failure: worded(event.reason) }));
    case 'log':
      return { ...record, log: [...record.log, { at: event.seconds, level: event.level, text: event.text }] };
    case 'extended':
      return { ...record, experiment: event.experiment, stream: event.stream, status: 'running' };
    case 'finished': {
      const allFailed = record.methods.every((run) => run.failure !== null);
      return { ...record, seconds: event.seconds, status: allFailed ? 'failed' : 'finished' };
    }
  }
}

/** As `applyEvent`, over several events. */
export function applyEvents(record: RunRecord | null, events: readonly RunEvent[]): RunRecord | null {
  return events.reduce(applyEvent, record);
}

/** The record of a run that ended early because somebody stopped it; a finished record is returned as it is. */
export function stopRecord(record: RunRecord): RunRecord {
  return record.status === 'running' ? { ...record, status: 'stopped' } : record;
}

/** The record of a run that an error ended, the results so far kept. */
export function failRecord(record: RunRecord, reason: Said): RunRecord {
  return { ...record, status: 'failed', log: [...record.log, { at: record.seconds, level: 'error', text: worded(reason) }] };
}
