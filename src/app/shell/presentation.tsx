/** The results for a lecture hall: nothing is given away before it is played, and a presenter's keys go from task to task. */
import './presentation.css';
import { useEffect } from 'react';
import { useApp } from '../context';
import { useHeldRecording } from './held';
import { OWN_KEYS } from './keyboard';

export default function Presentation() {
  const { playback, store } = useApp();
  useHeldRecording();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      const page = event.key === 'PageDown' || event.key === 'PageUp';
      if (event.ctrlKey || event.metaKey || event.altKey || (!page && target?.closest(`${OWN_KEYS}, [role="tab"]`) != null)) return;
      if (store.getState().playback === null) return;
      if (event.key === 'PageDown' || event.key === 'ArrowRight') playback.step();
      else if (event.key === 'PageUp' || event.key === 'ArrowLeft' || event.key === 'Home') playback.restart();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [playback, store]);
  return null;
}
