/** What the page knows. The experiment is the source of truth of the set-up; the record is the only source of the charts. */
import type { DeviceKind } from '../../compute/backbone';
import type { AccuracyKind, ForgettingDefinition } from '../../continual/metrics';
import type { PhaseEvent } from '../../session/events';
import type { Experiment } from '../../session/experiment';
import type { Stride } from '../../session/moments';
import type { RateSweep } from '../../session/rate-sweep';
import { OWN } from '../../session/read-by';
import type { ResultClaim } from '../../session/result-claim';
import type { RunRecord } from '../../session/record';
import type {
  BackboneSummary,
  DeviceReport,
  LoadProgress,
  NamedFile,
  RunEstimate,
  SpeedReport,
  StreamSummary,
  TestSample,
} from '../../worker/api';
import { readingOn } from '../charts/readings';
import type { Stop } from '../charts/inside';
import type { Catalogue } from './catalogue';
import type { Problem, ProblemPlace } from './problem';
import { noRuns, type RunsState } from './shelf';

export type RunStatus = 'idle' | 'loading' | 'running' | 'paused' | 'finished' | 'failed';

/** Where the record on the page came from. */
export type RecordOrigin = 'none' | 'live' | 'recorded' | 'loaded' | 'kept';

export type HoodTab =
  | 'forgetting'
  | 'plane'
  | 'memory'
  | 'interference'
  | 'inside'
  | 'mixer'
  | 'remembered'
  | 'loss'
  | 'try'
  | 'speed'
  | 'log';
export type InterferenceView = 'methods' | 'pairs' | 'maps' | 'drift' | 'means' | 'angles';
export type SetupSection = 'backbone' | 'tasks' | 'methods' | 'training';

export interface Loading {
  readonly what: 'backbone' | 'stream' | 'device' | 'models';
  readonly progress: LoadProgress | null;
  /** Units of `progress` a second since its first report; 0 until that can be told. */
  readonly rate?: number;
  /** First pictures of classes, while images are read. */
  readonly pictures?: readonly NonNullable<LoadProgress['first']>[];
}

/** A value that is fetched; `for` says which source it answers, so that a late answer to an old question is dropped. */
export interface Fetched<T> {
  readonly state: 'empty' | 'loading' | 'ready' | 'failed';
  readonly for: string;
  readonly value: T | null;
}

/** A record that one goes along: a recording from its start on, any other once somebody looked back on it. */
export interface Playback {
  /** Of a recording; empty for any other record. */
  readonly id: string;
  readonly title: string;
  readonly full: RunRecord;
  /** 0..1 along the run's own time line. */
  readonly position: number;
  readonly playing: boolean;
}

export interface LivePhase {
  readonly phase: PhaseEvent;
  /** Last learning rate of a training step, and the newest loss per method. */
  readonly losses: Readonly<Partial<Record<string, number>>>;
}

export interface AppState {
  readonly experiment: Experiment;
  /** What the open run was started with; null when none is open. */
  readonly opened: Experiment | null;
  readonly status: RunStatus;
  readonly origin: RecordOrigin;
  /** Newest record, with every loss. */
  readonly record: RunRecord | null;
  /** The same record as of the newest result: charts of accuracy redraw only when this changes. */
  readonly results: RunRecord | null;
  readonly live: LivePhase | null;
  readonly loading: Loading | null;
  readonly devicePreference: DeviceKind | 'auto';
  readonly device: DeviceReport | null;
  readonly catalogue: Catalogue | null;
  readonly backbone: Fetched<BackboneSummary>;
  readonly stream: Fetched<StreamSummary>;
  readonly sample: Fetched<readonly TestSample[]>;
  /** A picture that was dropped on the page, until the methods are asked about it. */
  readonly dropped: NamedFile | null;
  readonly estimate: RunEstimate | null;
  readonly speed: Fetched<SpeedReport>;
  /** Searched learning rates of the record's stream. */
  readonly rates: Fetched<RateSweep>;
  readonly runs: RunsState;
  /** What the link that brought the set-up says of its result; it counts as long as the set-up is that one. */
  readonly claim: { readonly experiment: Experiment; readonly result: ResultClaim } | null;
  readonly problems: Readonly<Partial<Record<ProblemPlace, Problem>>>;
  readonly playback: Playback | null;
  /** Newest sentence for the live region. */
  readonly announcement: string;
  readonly view: {
    readonly setupOpen: boolean;
    readonly drawerOpen: boolean;
    readonly helpOpen: boolean;
    readonly sections: readonly SetupSection[];
    readonly tab: HoodTab;
    readonly matrixMethod: string | null;
    readonly hoodMethod: string | null;
    readonly interference: InterferenceView;
    /** Of a look inside: the stop that is shown, null for the newest; and whether a run pauses at every stop. */
    readonly stop: Stop | null;
    readonly halts: boolean;
    readonly accuracy: AccuracyKind;
    readonly forgetting: ForgettingDefinition;
    /** Of the time line: how fast it plays, and what a step goes to. */
    readonly speed: number;
    readonly stride: Stride;
    /** How features are read into classes (session/read-by.ts), as chosen; null: as the experiment asks. What counts is `currentReading`. */
    readonly reading: string | null;
    /** What a run does in a tab that nobody sees. */
    readonly whenHidden: 'go-on' | 'pause';
  };
}

/** The read-off that accuracies on the page and in its exports are taken by: the chosen one, else the experiment's, where the record holds it. */
export const currentReading = ({ view, results }: Pick<AppState, 'view' | 'results'>): string =>
  readingOn(results, view.reading ?? results?.experiment.readBy ?? OWN);

export const emptyFetched = { state: 'empty', for: '', value: null } as const;

export function initialState(experiment: Experiment): AppState {
  return {
    experiment,
    opened: null,
    status: 'idle',
    origin: 'none',
    record: null,
    results: null,
    live: null,
    loading: null,
    devicePreference: 'auto',
    device: null,
    catalogue: null,
    backbone: emptyFetched,
    stream: emptyFetched,
    sample: emptyFetched,
    dropped: null,
    estimate: null,
    speed: emptyFetched,
    rates: emptyFetched,
    runs: noRuns,
    claim: null,
    problems: {},
    playback: null,
    announcement: '',
    view: {
      setupOpen: true,
      drawerOpen: false,
      helpOpen: false,
      sections: ['methods'],
      tab: 'forgetting',
      matrixMethod: null,
      hoodMethod: null,
      interference: 'methods',
      stop: null,
      halts: false,
      accuracy: 'classIncremental',
      forgetting: 'chaudhry',
      speed: 1,
      stride: 'task',
      reading: null,
      whenHidden: 'go-on',
    },
  };
}
