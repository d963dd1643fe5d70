/** What a run yields. The record is a fold over these events (`applyEvent`); live-only values stay out of it. */
import { type Said } from '../common/said';
import type { Experiment, MethodId } from './experiment';
import type { InsideRecord, LossPoint, ProbePoint, RunRecord, TaskResult } from './record';

export type RunPhase = 'gather' | 'design' | 'train' | 'consolidate' | 'evaluate';

/** Live-only: where the run is. */
export interface PhaseEvent {
  readonly type: 'phase';
  readonly phase: RunPhase;
  readonly task: number;
  /** The method at work; null when several train in lock-step. */
  readonly method: MethodId | null;
  readonly done: number;
  readonly total: number;
  /** 0-based, as `task`; 0 of 0 outside training. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of the whole run done, 0..1, and the time left from the measured pace; null until there is a pace. */
  readonly progress: number;
  readonly secondsLeft: number | null;
  readonly imagesPerSecond: number | null;
  readonly learningRate: number | null;
}

export type RunEvent =
  | { readonly type: 'started'; readonly record: RunRecord }
  | PhaseEvent
  | { readonly type: 'losses'; readonly method: MethodId; readonly points: readonly LossPoint[] }
  | { readonly type: 'probe'; readonly method: MethodId; readonly point: ProbePoint }
  | { readonly type: 'inside'; readonly method: MethodId; readonly look: InsideRecord }
  | { readonly type: 'result'; readonly method: MethodId; readonly result: TaskResult; readonly seconds: number }
  | { readonly type: 'method-failed'; readonly method: MethodId; readonly reason: Said }
  | { readonly type: 'log'; readonly level: 'info' | 'warning' | 'error'; readonly text: string; readonly seconds: number }
  /** A finished run goes on with further tasks of its stream. */
  | { readonly type: 'extended'; readonly experiment: Experiment; readonly stream: RunRecord['stream'] }
  | { readonly type: 'finished'; readonly seconds: number };
