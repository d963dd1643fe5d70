/** The transport's line of words and numbers, from the state. */
import { useAppState } from '../context';
import { formatBytes } from '../../common/bytes';
import { clock, small } from '../format';
import { lookOf } from '../looks';
import { momentAt, type Moment } from '../../session/moments';
import type { RunRecord } from '../../session/record';
import type { AppState, Playback } from '../store/state';
import { type Texts, useText } from '../text';
import { recordIn } from '../bundled-names';
import { methodIn } from '../names';

export interface TransportLine {
  readonly where: string;
  readonly numbers: string;
  /** Newest loss of each method in training. */
  readonly losses: readonly { readonly method: string; readonly name: string; readonly colour: string; readonly loss: number }[];
  /** 0..1. */
  readonly progress: number;
  readonly busy: boolean;
}

const join = (parts: readonly (string | null)[]) => parts.filter((part) => part !== null && part !== '').join(' · ');

function loadingLine(text: Texts, { loading }: AppState): TransportLine {
  const words = text.shell.transport;
  const progress = loading?.progress ?? null;
  const share = progress !== null && progress.total > 0 ? progress.done / progress.total : 0;
  const write = (n: number) => (progress?.stage === 'decode' ? String(n) : formatBytes(n));
  const amount =
    progress === null ? null : progress.total > 0 ? words.amount(write(progress.done), write(progress.total)) : write(progress.done);
  return {
    where: join([words.loading[loading?.what ?? 'models'], progress === null ? null : words.stages[progress.stage]]),
    numbers: amount ?? '',
    losses: [],
    progress: share,
    busy: true,
  };
}

/** "task 3 of 5 (Greek) · training · epoch 2 of 4 · batch 31 of 80". */
export function momentWords(text: Texts, record: RunRecord, { task, phase, epoch, batch, batches }: Moment): string {
  const words = text.shell.transport;
  const { stream, experiment } = recordIn(text, record);
  const { epochs } = experiment.training;
  const name = stream.tasks[task]?.name ?? '';
  return join([
    `${words.task(task + 1, stream.tasks.length)} (${name})`,
    words.phases[phase],
    phase === 'train' ? words.epoch(epoch + 1, epochs) : null,
    phase === 'train' && batches > 0 ? text.shell.timeline.batch(batch, batches) : null,
  ]);
}

function playbackLine(text: Texts, { origin }: AppState, { full, position }: Playback): TransportLine {
  const words = text.shell.transport;
  const took = words.tookThen(clock(full.seconds));
  const recorded = origin === 'recorded' ? words.idleRecorded : null;
  const where = position >= 1 ? words.replayDone : join([momentWords(text, full, momentAt(full, position)), recorded]);
  return { where, numbers: took, losses: [], progress: position, busy: false };
}

function liveLine(text: Texts, { live, record, status }: AppState): TransportLine {
  const words = text.shell.transport;
  const phase = live?.phase ?? null;
  if (phase === null)
    return {
      where: status === 'paused' ? words.paused : words.loading.models,
      numbers: '',
      losses: [],
      progress: 0,
      busy: status === 'running',
    };
  const tasks = record?.stream.tasks.length ?? 0;
  return {
    where: join([
      words.task(phase.task + 1, tasks),
      words.phases[phase.phase],
      phase.phase === 'train' ? words.epoch(phase.epoch + 1, phase.epochs) : null,
      status === 'paused' ? words.paused : null,
    ]),
    numbers: join([
      phase.imagesPerSecond === null ? null : words.rate(phase.imagesPerSecond.toFixed(phase.imagesPerSecond < 10 ? 1 : 0)),
      phase.learningRate === null ? null : words.learningRate(small(phase.learningRate)),
      phase.secondsLeft === null ? null : words.left(clock(phase.secondsLeft)),
    ]),
    losses: (record?.methods ?? []).flatMap(({ id }) => {
      const loss = live?.losses[id];
      if (record === null || loss === undefined) return [];
      return [{ method: id, name: methodIn(text, record, id).name, colour: lookOf(record, id).colour, loss }];
    }),
    progress: phase.progress,
    busy: false,
  };
}

export function transportLine(text: Texts, state: AppState): TransportLine {
  const words = text.shell.transport;
  const { status, record, playback } = state;
  const background = state.loading?.what === 'device' || playback !== null;
  if (status === 'loading' || (status === 'idle' && state.loading !== null && !background)) return loadingLine(text, state);
  if (playback !== null && (state.origin === 'recorded' || playback.position < 1)) return playbackLine(text, state, playback);
  if (status === 'running' || status === 'paused') return liveLine(text, state);
  const took = record === null ? '' : words.took(clock(record.seconds));
  if (status === 'failed') return { where: words.failed, numbers: took, losses: [], progress: 0, busy: false };
  if (record === null) return { where: words.idle, numbers: '', losses: [], progress: 0, busy: false };
  const tasks = record.stream.tasks.length;
  const done = Math.max(0, ...record.methods.map((method) => (method.results.at(-1)?.task ?? -1) + 1));
  const complete = record.status === 'finished';
  return {
    where: join([complete ? words.finished : words.stopped, text.charts.headline.tasks(done, tasks)]),
    numbers: took,
    losses: [],
    progress: tasks === 0 ? 0 : done / tasks,
    busy: false,
  };
}

export function useTransport(): TransportLine {
  const text = useText();
  return transportLine(
    text,
    useAppState((state) => state),
  );
}
