/** How components reach the store: read with a selector, act through the app. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { RunRecord } from '../session/record';
import { recordIn } from './bundled-names';
import type { App } from './store/app';
import type { AppState } from './store/state';
import { useText } from './text';

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('useApp needs an AppContext above it.');
  return app;
}

/** A part of the state; the component renders again when that part changes. */
export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, select);
}

/** The record as of its newest result, as the page shows it; null before there is one. */
export function useResults(): RunRecord | null {
  const text = useText();
  const results = useAppState((state) => state.results);
  return results && recordIn(text, results);
}
