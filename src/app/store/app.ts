/** The page's state and everything that can be done to it, free of React: components only read and call. */
import { createStore } from 'zustand/vanilla';
import type { Experiment } from '../../session/experiment';
import { createBackboneActions, type BackboneActions } from './backbones';
import { createFileActions, type FileActions } from './files';
import { createHostActions, type HostActions } from './host';
import { createKeptRunActions, type KeptRunActions } from './kept-runs';
import { createKeeper } from './keeper';
import { createPlayback, type PlaybackActions } from './playback';
import { createRecordActions, type RecordActions } from './records';
import { createRunActions, type RunActions } from './run';
import { createRunListActions, type RunListActions } from './run-list';
import { createSetupActions, type SetupActions } from './setup';
import { createSpeedActions, type SpeedActions } from './speed';
import { initialState, type AppState } from './state';
import type { Store, Surroundings } from './surroundings';
import { createTakeAwayActions, type TakeAwayActions } from './take-away';
import { createViewActions, type ViewActions } from './view';

export interface App {
  readonly store: Store;
  readonly host: HostActions;
  readonly setup: SetupActions;
  readonly run: RunActions;
  readonly runs: KeptRunActions;
  readonly runList: RunListActions;
  readonly playback: PlaybackActions;
  readonly records: RecordActions;
  readonly takeAway: TakeAwayActions;
  readonly files: FileActions;
  readonly backbones: BackboneActions;
  readonly speed: SpeedActions;
  readonly view: ViewActions;
}

export function createApp(experiment: Experiment, around: Surroundings): App {
  const store: Store = createStore<AppState>(() => initialState(experiment));
  const view = createViewActions(store);
  const playback = createPlayback(store, around);
  const host = createHostActions(store, around);
  const keeper = createKeeper(store, around, host);
  const run = createRunActions(store, around, host, playback, keeper);
  const setup = createSetupActions(store, around, host);
  const records = createRecordActions(store, around, run, playback);
  const runList = createRunListActions(store, around, host);
  const runs = createKeptRunActions(store, around, host, run, records, runList);
  const takeAway = createTakeAwayActions(store, around, host);
  const backbones = createBackboneActions(store, around, host, setup);
  const files = createFileActions(store, around, host, setup, backbones, records);
  const speed = createSpeedActions(store, around, host);
  return { store, host, setup, run, runs, runList, playback, records, takeAway, files, backbones, speed, view };
}
