/** How components reach the store: read with a selector, act through the app. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { App } from './store/app';
import type { AppState } from './store/state';

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
