/** A run and the tab that it is in: the screen stays awake while it computes, a hidden tab goes on or pauses as chosen, and its title says which. */
import type { App } from './store/app';
import { text } from './text';

/** The parts of a browser that this needs. */
export interface Tab {
  readonly document: Pick<Document, 'visibilityState' | 'title' | 'addEventListener'>;
  readonly wakeLock?: Pick<WakeLock, 'request'> | undefined;
}

export function watchTab({ store, run }: Pick<App, 'store' | 'run'>, { document, wakeLock }: Tab): void {
  const { title } = document;
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
    document.title =
      isHidden() && status !== 'idle' ? `${pausedHere ? text.shell.hidden.paused : text.shell.hidden.status[status]} · ${title}` : title;
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
  store.subscribe((state, before) => {
    if (state.status === before.status) return;
    stayAwake();
    tell();
  });
}
