/** Start, Pause, Step, Stop, Reset; where the run is, how long it will take. Always visible. */
import { Button, Progress, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerSkipForward, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useApp, useAppState } from '../context';
import { part } from '../parts/part';
import { useText } from '../text';
import { canGoAlong } from '../store/playback';
import { Timeline } from './timeline';
import { TimelineButtons } from './timeline-buttons';
import { useTransport } from './use-transport';

const NextSteps = part(async () => (await import('./next-steps')).NextSteps);
const ICON = { size: 18, 'aria-hidden': true } as const;

export function Transport() {
  const words = useText().shell.transport;
  return (
    <section className="transport" aria-label={words.aria} data-testid="transport">
      <Buttons />
      <Where />
      <NextSteps />
    </section>
  );
}

function Buttons() {
  const text = useText();
  const words = text.shell.transport;
  const status = useAppState((state) => state.status);
  const recorded = useAppState((state) => state.origin === 'recorded');
  const along = useAppState(canGoAlong);
  const hasRecord = useAppState((state) => state.record !== null);
  const { run } = useApp();
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
      {along && <TimelineButtons />}
      {!recorded && (
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
  const words = useText().shell.transport;
  const { where, numbers, losses, progress, busy } = useTransport();
  const along = useAppState(canGoAlong);
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
      {along ? (
        <Timeline />
      ) : (
        // No transition: a width that always moves has the whole page painted anew sixty times a second, on the cores that train.
        <Progress.Root size={8} radius={2} transitionDuration={0}>
          <Progress.Section value={100 * progress} animated={busy} striped={busy} aria-label={words.progress} data-testid="progress" />
        </Progress.Root>
      )}
    </div>
  );
}
