/** Play, how fast, and what an arrow steps to. */
import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useApp, useAppState } from '../context';
import { SPEEDS, STRIDES } from '../store/playback';
import { useText } from '../text';

const ICON = { size: 18, 'aria-hidden': true } as const;

const after = <T,>(list: readonly T[], value: T): T => list[(list.indexOf(value) + 1) % list.length] ?? value;

export function TimelineButtons() {
  const words = useText().shell.timeline;
  const playing = useAppState((state) => state.playback?.playing ?? false);
  const recorded = useAppState((state) => state.origin === 'recorded');
  const atEnd = useAppState((state) => (state.playback?.position ?? 1) >= 1);
  const { speed, stride } = useAppState((state) => state.view);
  const { playback, view } = useApp();
  const said = playing ? words.pause : atEnd ? words.again : words.play;
  const icon = playing ? <IconPlayerPause {...ICON} /> : <IconPlayerPlay {...ICON} />;
  return (
    <>
      <Button
        variant="default"
        {...(recorded ? { leftSection: icon } : { px: 8 })}
        onClick={() => playback.toggle()}
        aria-label={said}
        aria-keyshortcuts="Space"
        title={said}
        data-testid="replay"
      >
        {recorded ? said : icon}
      </Button>
      <Button
        variant="default"
        px={8}
        onClick={() => view.set({ speed: after<number>(SPEEDS, speed) })}
        aria-label={words.speed(speed)}
        title={words.speed(speed)}
        data-testid="speed"
      >
        {speed}×
      </Button>
      <Button
        variant="default"
        px={8}
        onClick={() => view.set({ stride: after(STRIDES, stride) })}
        aria-label={words.stride(words.strides[stride])}
        title={words.stride(words.strides[stride])}
        data-testid="stride"
      >
        {words.strides[stride]}
      </Button>
    </>
  );
}
