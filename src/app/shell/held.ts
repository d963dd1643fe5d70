import { useEffect } from 'react';
import { useApp, useAppState } from '../context';

/** A recording waits at its start: nothing is given away before it is played. */
export function useHeldRecording(): void {
  const { playback } = useApp();
  const recording = useAppState((state) => state.playback?.id);
  useEffect(() => {
    if (recording === undefined) return;
    playback.restart();
    playback.toggle();
  }, [recording, playback]);
}
