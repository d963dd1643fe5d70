/** Start, Pause, Step, Stop, Reset; where the run is, how long it will take. Always visible. */
import { Button, Progress, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerSkipForward, IconPlayerStop, IconRefresh, IconRotate2 } from '@tabler/icons-react';
import { useApp, useAppState } from '../context';
import { part } from '../parts/part';
import { text } from '../text';
import { useTransport } from './use-transport';

const words = text.shell.transport;
const NextSteps = part(async () => (await import('./next-steps')).NextSteps);
const ICON = { size: 18, 'aria-hidden': true } as const;

export function Transport() {
  return (
    <section className="transport" aria-label={words.aria} data-testid="transport">
      <Buttons />
      <Where />
      <NextSteps />
    </section>
  );
}

function Buttons() {
  const status = useAppState((state) => state.status);
  const playback = useAppState((state) => state.playback);
  const hasRecord = useAppState((state) => state.record !== null);
  const { run, playback: replay } = useApp();
  const going = status === 'running' || status === 'loading';
  const open = going || status === 'paused';
  return (
    <div className="transport-buttons">
      {status === 'running' ? (
        <Button leftSection={<IconPlayerPause {...ICON} />} onClick={() => run.pause()} data-testid="pause" aria-keyshortcuts="Space">
          {words.pause}
        </Button>
      ) : (
        <Button
          leftSection={<IconPlayerPlay {...ICON} />}
          loading={status === 'loading'}
          onClick={() => void run.start()}
          data-testid="start"
          aria-keyshortcuts="Space"
        >
          {status === 'paused' ? words.resume : words.start}
        </Button>
      )}
      {playback !== null && (
        <Button
          variant="default"
          leftSection={
            playback.playing ? (
              <IconPlayerPause {...ICON} />
            ) : playback.position >= 1 ? (
              <IconRotate2 {...ICON} />
            ) : (
              <IconPlayerPlay {...ICON} />
            )
          }
          onClick={() => replay.toggle()}
          data-testid="replay"
        >
          {playback.playing ? words.pauseReplay : playback.position >= 1 ? words.againReplay : words.playReplay}
        </Button>
      )}
      {playback === null && (
        <>
          <Tooltip label={`${words.stepHint} (${text.shell.keys.names.step})`}>
            <Button
              variant="default"
              leftSection={<IconPlayerSkipForward {...ICON} />}
              disabled={status === 'loading'}
              onClick={() => void run.step()}
              data-testid="step"
              aria-keyshortcuts="S"
            >
              {words.step}
            </Button>
          </Tooltip>
          <Tooltip label={words.stopHint}>
            <Button
              variant="default"
              leftSection={<IconPlayerStop {...ICON} />}
              disabled={!open}
              onClick={() => void run.stop()}
              data-testid="stop"
            >
              {words.stop}
            </Button>
          </Tooltip>
          <Tooltip label={`${words.resetHint} (${text.shell.keys.names.reset})`}>
            <Button
              variant="default"
              leftSection={<IconRefresh {...ICON} />}
              disabled={!hasRecord && !open}
              onClick={() => void run.reset()}
              data-testid="reset"
              aria-keyshortcuts="R"
            >
              {words.reset}
            </Button>
          </Tooltip>
        </>
      )}
    </div>
  );
}

function Where() {
  const { where, numbers, losses, progress, busy } = useTransport();
  return (
    <div className="transport-where">
      <div className="transport-line">
        <span data-testid="where">{where}</span>
        <span className="transport-numbers" data-testid="numbers">
          {losses.length > 0 && (
            <span className="transport-losses">
              {words.loss}
              {losses.map(({ method, name, colour, loss }) => (
                <strong key={method} style={{ color: colour }} title={name}>
                  {loss.toFixed(2)}
                </strong>
              ))}
            </span>
          )}
          {numbers}
        </span>
      </div>
      {/* No transition: a width that always moves has the whole page painted anew sixty times a second, on the cores that train. */}
      <Progress.Root size={8} radius={2} transitionDuration={0}>
        <Progress.Section value={100 * progress} animated={busy} striped={busy} aria-label={words.progress} data-testid="progress" />
      </Progress.Root>
    </div>
  );
}
