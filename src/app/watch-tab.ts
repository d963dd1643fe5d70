/** A run and the tab that it is in: the screen stays awake while it computes, a hidden tab goes on or pauses as chosen, and its title says which. */
import type { StoreApi } from 'zustand/vanilla';
import type { App } from './store/app';
import type { Texts } from './text/en';

/** The parts of a browser that this needs. */
export interface Tab {
  readonly document: Pick<Document, 'visibilityState' | 'title' | 'addEventListener'>;
  readonly wakeLock?: Pick<WakeLock, 'request'> | undefined;
}

/** The language of the moment. */
type Words = Pick<StoreApi<Texts>, 'getState' | 'subscribe'>;

export function watchTab({ store, run }: Pick<App, 'store' | 'run'>, { document, wakeLock }: Tab, words: Words): void {
  const isHidden = () => document.visibilityState === 'hidden';
  let pausedHere = false;
  let held: Promise<WakeLockSentinel | null> | null = null;

  /** The browser takes the lock away from a hidden tab; a refusal (low battery) is nobody's fault. */
  function stayAwake() {
    const wanted = store.getState().status === 'running' && !isHidden();
    if (wanted) held ??= wakeLock?.request('screen').catch(() => null) ?? null;
    else {
      void held?.then((lock) => lock?.release()).catch(() => undefined);
      held = null;
    }
  }

  function tell() {
    const { status } = store.getState();
    const { title, hidden } = words.getState().shell;
    document.title = isHidden() && status !== 'idle' ? `${pausedHere ? hidden.paused : hidden.status[status]} · ${title}` : title;
  }

  document.addEventListener('visibilitychange', () => {
    const { status, view } = store.getState();
    if (isHidden() && status === 'running' && view.whenHidden === 'pause') {
      pausedHere = true;
      run.pause();
    } else if (!isHidden() && pausedHere) {
      pausedHere = false;
      if (status === 'paused') void run.start();
    }
    stayAwake();
    tell();
  });
  words.subscribe(tell);
  store.subscribe((state, before) => {
    if (state.status === before.status) return;
    stayAwake();
    tell();
  });
  tell();
}
