/** What every part of the store stands on: the state itself, and the world outside the page. */
import type { StoreApi } from 'zustand/vanilla';
import type { RunHost } from '../../worker/api';
import type { Texts } from '../text/en';
import type { FetchJson } from './catalogue';
import type { Shelf } from './shelf';
import type { AppState } from './state';

/** What the page needs from the outside; tests bring their own. */
export interface Surroundings {
  /** Opens the worker on first use. */
  readonly connect: () => Promise<RunHost>;
  readonly fetchJson: FetchJson;
  readonly shelf: Shelf;
  /** Runs `callback` after `ms`; returns a cancel. */
  readonly later: (callback: () => void, ms: number) => () => void;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly reducedMotion: () => boolean;
  /** A message that offers to take something back, or only tells. */
  readonly notify: (message: { readonly text: string; readonly undo?: () => void; readonly tone?: 'good' | 'bad' }) => void;
  /** The page's words in the language of the moment. */
  readonly words: () => Texts;
  readonly download: (name: string, type: string, content: string | Blob) => void;
}

export type Store = StoreApi<AppState>;
