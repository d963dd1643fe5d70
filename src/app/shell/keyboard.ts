/** Space, arrows, S, R and ?: everywhere except where a key belongs to the control that has the focus. */
import { useEffect } from 'react';
import { addressOf } from '../address';
import { useApp } from '../context';
import { canGoAlong } from '../store/playback';

export const OWN_KEYS =
  'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"], [role="slider"], [data-own-keys]';
/** Space presses these. */
const PRESSED_BY_SPACE = 'button, a, summary, [role="tab"], [role="button"], [role="switch"], [role="checkbox"], [role="radio"]';

/** Arrows move within these, or scroll them. */
const MOVED_BY_ARROWS = '[role="tab"], [role="radiogroup"], [role="group"][tabindex]';

export function useKeyboard(): void {
  const { store, run, playback, view } = useApp();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest(OWN_KEYS) != null) return;
      // What is left out of the page has no key either.
      const { hide } = addressOf(location.hash);
      const control = { ' ': 'start', s: 'step', r: 'reset', '?': 'help' }[event.key.toLowerCase()] ?? '';
      if (hide.includes(control) || hide.includes('transport')) return;
      const state = store.getState();
      const arrow = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if ((arrow === 1 || arrow === -1) && canGoAlong(state) && target?.closest(MOVED_BY_ARROWS) == null) playback.step(arrow);
      if (event.repeat) return;
      if (event.key === ' ' && target?.closest(PRESSED_BY_SPACE) == null) {
        event.preventDefault();
        if (state.status === 'running') run.pause();
        else if (state.status !== 'paused' && canGoAlong(state)) playback.toggle();
        else void run.start();
      } else if (event.key === 's' || event.key === 'S') void run.step();
      else if (event.key === 'r' || event.key === 'R') void run.reset();
      else if (event.key === '?') view.set({ helpOpen: true });
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [store, run, playback, view]);
}
