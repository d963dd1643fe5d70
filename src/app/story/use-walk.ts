/** Where in the lesson somebody is, by its address; forth and back by keys that presenters send, by buttons, and from a frame's page. */
import { useCallback, useEffect } from 'react';
import { replaceHash, useAddress } from '../address';
import { progress } from './progress';

export interface Walk {
  /** Counted from 1. */
  readonly scene: number;
  readonly stop: number;
  readonly go: (scene: number, stop: number) => void;
  readonly next: () => void;
  readonly back: () => void;
}

/** `cues`: stops after the question, of each scene; empty until the records are there. */
export function useWalk(cues: readonly number[]): Walk {
  const address = useAddress();
  const { embed } = address;
  const scene = Math.min(Math.max(1, address.scene ?? 1), Math.max(1, cues.length));
  const stop = Math.min(address.stop, cues[scene - 1] ?? 0);

  const go = useCallback(
    (to: number, at: number) => replaceHash(`#scene=${to}${at > 0 ? `&stop=${at}` : ''}${embed ? '&embed=1' : ''}`),
    [embed],
  );
  const next = useCallback(() => {
    if (stop < (cues[scene - 1] ?? 0)) go(scene, stop + 1);
    else if (scene < cues.length) go(scene + 1, 0);
  }, [cues, scene, stop, go]);
  const back = useCallback(() => {
    if (stop > 0) go(scene, stop - 1);
    else if (scene > 1) go(scene - 1, cues[scene - 2] ?? 0);
  }, [cues, scene, stop, go]);

  const resume = address.scene === 0;
  useEffect(() => {
    const left = progress.getState();
    if (resume) go(left.scene, left.stop);
    else if (cues.length > 0) progress.setState({ scene, stop });
  }, [resume, cues, scene, stop, go]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest('input, textarea, select, [role="dialog"]') != null) return;
      const end = cues[scene - 1] ?? 0;
      const acts: Readonly<Record<string, () => void>> = {
        ArrowRight: next,
        PageDown: next,
        ArrowLeft: back,
        PageUp: back,
        // Once: of this scene; again: of the lesson.
        Home: () => (stop > 0 ? go(scene, 0) : go(1, 0)),
        End: () => (stop < end ? go(scene, end) : go(cues.length, cues.at(-1) ?? 0)),
      };
      const act = acts[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [cues, scene, stop, next, back, go]);

  return { scene, stop, go, next, back };
}
