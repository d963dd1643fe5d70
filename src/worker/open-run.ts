/** The host's calls about its one run: opening and pulling it, asking what it has learned, taking that away. */
import { said, worded } from '../common/said';
import { zipSync } from 'fflate';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { Multiply } from '../continual/interference';
import { buildWords } from '../common/build';
import { runnable, type Experiment } from '../session/experiment';
import type { RunRecord } from '../session/record';
import { createRun } from '../session/run';
import { StateFileError } from '../session/state-file';
import type { Task } from '../continual/stream';
import type { VitCheckpoint } from '../vit/checkpoint';
import type { ComputeDevice } from '../compute/backbone';
import type { LabHost, SavedRun } from './api';
import type { Bench } from './bench';
import { createHistory, type History } from './history';
import { HostStateError, type HostParts } from './host-parts';
import { backboneFacts } from './loaded-backbone';
import { createMixer, type Mixer } from './mixer';
import { predictWith, toBatch, topRows } from './predict';
import { runCard } from './run-card';
import { driveRun, type RunDriver } from './run-driver';
import { createSnapshots, modelFiles, type Snapshots } from './take-away';
import { softwareFacts, type Timekeeper } from './timing';

/** The reference engine has second moments of attention's inputs alone: too few to compare methods by. */
const measuredOn = ({ info }: ComputeDevice, { interference = 'sampled' }: Experiment) => (info.engine === 'plan' ? interference : 'off');

/** An f32 product where the device's engine has one; in doubles elsewhere. */
function productOn(device: ComputeDevice, linalg: LinearAlgebra): Multiply {
  const multiply = device.multiply?.bind(device);
  if (multiply) return multiply;
  return async (a, b, n, k, m) => Float32Array.from(await linalg.multiply(Float64Array.from(a), Float64Array.from(b), n, k, m));
}

/** The record of a run that goes on here. Throws StateFileError where it would go on with other weights or images. */
function wentOn(
  { record, why }: { readonly record: RunRecord; readonly why?: string | undefined },
  here: Pick<RunRecord, 'device' | 'software' | 'backbone' | 'stream'>,
): RunRecord {
  for (const [what, one, other] of [
    [said`backbone`, record.backbone, here.backbone],
    [said`images`, record.stream, here.stream],
  ] as const) {
    if (one.sha256 === other.sha256) continue;
    throw new StateFileError(
      said`The ${what} of this run ("${one.title}") are not those that are loaded now, so it cannot go on. Its results are kept.`,
    );
  }
  const place = ({ device, software }: typeof here) => `${device.name}, version ${buildWords(software)}, ${software.userAgent}`;
  const moved = said`Goes on on ${place(here)}; it began on ${place(record)}. From here on numbers may be rounded otherwise.`;
  const notes = [...(why === undefined ? [] : [why]), ...(place(record) === place(here) ? [] : [worded(moved)])];
  const log = notes.map((text) => ({ at: record.seconds, level: 'warning' as const, text }));
  return { ...record, status: 'running', log: [...record.log, ...log] };
}

/** What the run record says of it: its notes in English, as all that is kept. */
const deviceFacts = ({ notes, ...info }: ComputeDevice['info']): RunRecord['device'] => ({
  ...info,
  ...(notes && { notes: notes.map((note) => worded(note)) }),
});

/** A run, and what stays of it to be asked or taken away. */
interface OpenRun {
  readonly driver: RunDriver;
  readonly on: ComputeDevice;
  readonly base: VitCheckpoint;
  /** What its methods had learned after each task. */
  readonly snapshots: Snapshots;
  readonly history: History;
  readonly mixer: Mixer;
  /** The tasks that it runs. */
  readonly tasks: readonly Task[];
}

export function runCalls(bench: Bench, { linalg, layers }: Pick<HostParts, 'linalg' | 'layers'>, time: Timekeeper) {
  let open: OpenRun | null = null;

  async function close(): Promise<void> {
    const run = open;
    await run?.driver.close();
    // Of a device that is gone nothing is left to free.
    if (run?.on === bench.opened()?.device) run?.history.dispose();
  }

  /** How the run's images were resized and its classes are called, as a question's have to be; null before its first event. */
  function asked(run: OpenRun | null) {
    const record = run?.driver.record();
    if (!run || !record) return null;
    const { classNames } = record.stream;
    const label = (column: number): string => classNames[column] ?? String(column);
    return { ...run, label, size: record.backbone.imageSize, resize: record.experiment.stream.resize };
  }

  /** `saved`: goes on where that run stood. */
  async function start(experiment: Experiment, saved: (SavedRun & { readonly why?: string | undefined }) | null): Promise<void> {
    await close();
    open = null;
    const { checkpoint: base, summary } = await bench.backbone(experiment);
    const tasks = await bench.stream(experiment);
    const untouched = await bench.model(experiment);
    const { device: on } = await bench.device();
    const facts = { device: deviceFacts(on.info), software: softwareFacts(), backbone: backboneFacts(summary), stream: tasks.facts };
    const run = createRun({
      experiment,
      backbone: untouched,
      linalg,
      layers,
      stream: tasks.stream,
      measures: {
        ...{ readings: true, interference: measuredOn(on, experiment), multiply: productOn(on, linalg) },
        ...{ inside: experiment.inside, means: experiment.means === 'on' },
      },
      facts,
      ...(saved && { from: saved.state }),
    });
    const snapshots = createSnapshots(experiment.methods.map(({ id }) => id));
    const history = createHistory({ base, untouched, snapshots, load: (weights) => on.load(weights) });
    const driver = driveRun(run, on, bench.turns, {
      async onResult(id, task) {
        const found = run.courses().find((each) => each.id === id);
        if (found) await snapshots.take(id, task, await found.course.learned());
      },
      onPace: (steps) => time.learn(experiment, steps),
      record: saved && wentOn(saved, facts),
    });
    const mixer = createMixer({ base, untouched, load: (weights) => on.load(weights) }, snapshots, bench.turns);
    open = { driver, on, base, snapshots, history, mixer, tasks: tasks.stream.tasks };
  }

  return {
    open: (experiment) => start(experiment, null),
    async resume(saved, why) {
      const { experiment } = runnable(saved.record.experiment);
      if (!experiment) throw new HostStateError(said`This version has none of the saved run's methods. Open it on an up-to-date site.`);
      await start(experiment, { ...saved, why });
    },
    save: async () => (await open?.driver.save()) ?? null,
    async next(budgetMs, steps) {
      if (!open) throw new HostStateError(said`No run is open.`);
      return open.driver.next(budgetMs, steps);
    },
    async append(experiment) {
      if (!open?.driver.finished()) throw new HostStateError(said`Tasks can be appended once the run has finished.`);
      const { driver } = open;
      const longer = await bench.stream(experiment);
      driver.run.append(experiment, longer.stream, longer.facts);
      driver.restart();
      open = { ...open, tasks: longer.stream.tasks };
    },
    close,
    record: async () => open?.driver.record() ?? null,
    async predict(image, top, reading) {
      const run = asked(open);
      if (!run) return [];
      const batch = toBatch(image, run.size, run.resize);
      return bench.turns.take(() => predictWith(run.driver.run.courses(), batch, run.label, top, reading));
    },
    async predictAfter(task, image, top, reading) {
      const run = asked(open);
      if (!run) return [];
      const batch = toBatch(image, run.size, run.resize);
      const answers = await bench.turns.take(() => run.history.scoresAfter(task, batch, reading));
      return answers.map(({ method, scores }) => ({ method, rows: topRows(scores, run.label, top) }));
    },
    async mix(question) {
      if (!open) throw new HostStateError(said`There is no trained model: run an experiment first.`);
      return open.mixer.mix(question, open.tasks);
    },
    models: async () => open?.snapshots.list() ?? [],
    async takeModel({ method, task, layout, reading }) {
      const record = open?.driver.record();
      if (!open || !record) throw new HostStateError(said`There is no trained model: run an experiment first.`);
      const title = `${record.stream.title}, ${method}, after task ${task + 1} of ${record.stream.tasks.length}`;
      const trained = open.snapshots.get(method, task);
      const more = { card: runCard(record), resize: record.experiment.stream.resize };
      const files = modelFiles(open.base, trained, record.stream.classNames, title, layout, more, reading);
      return new Blob([zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { level: 0 })], {
        type: 'application/zip',
      });
    },
  } satisfies Partial<LabHost>;
}
