/** How much memory and time the run will need, as far as it is known before the start; a batch that cannot fit names the one that does. */
import { Button } from '@mantine/core';
import type { MethodDuration } from '../../session/duration';
import { useApp, useAppState } from '../context';
import { formatBytes } from '../../common/bytes';
import { formatDuration, formatMilliseconds } from '../format';
import { useText } from '../text';
import { methodNamed } from '../names';

export function MemoryLine() {
  const text = useText();
  const words = text.setup.memory;
  const estimate = useAppState((state) => state.estimate);
  const batchSize = useAppState((state) => state.experiment.training.batchSize);
  const app = useApp();
  if (estimate === null) {
    return (
      <p className="setup-memory" data-testid="estimate" data-fits="">
        {words.after}{' '}
        <Button size="compact-xs" variant="subtle" onClick={() => void app.setup.preview()} data-testid="estimate-now">
          {words.now}
        </Button>
      </p>
    );
  }
  const { bytes, available, fits, largestBatch, recomputes, images, time } = estimate;
  const needed = formatBytes(bytes);
  const smaller = !fits && largestBatch > 0 && largestBatch < batchSize ? largestBatch : null;
  return (
    <div className="setup-memory" data-testid="estimate" data-fits={fits}>
      <p>{available === null ? words.unknown(needed) : words.estimate(needed, formatBytes(available))}</p>
      {!fits && <p>{smaller === null ? words.never : words.tooLarge(batchSize)}</p>}
      {smaller !== null && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => app.setup.training({ batchSize: smaller })}
          data-testid="use-largest-batch"
        >
          {text.problems.useBatch(smaller)}
        </Button>
      )}
      {fits && recomputes && <p>{images === undefined ? words.recomputes : words.inParts(images)}</p>}
      {time !== null && <TimeLines time={time} />}
    </div>
  );
}

function TimeLines({ time }: { readonly time: readonly MethodDuration[] }) {
  const text = useText();
  const words = text.setup.memory;
  const steps = time.flatMap(({ step }) => (step === null ? [] : [step]));
  const known = time.every(({ seconds }) => seconds !== null);
  const total = time.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const step = steps.length === 0 ? null : formatMilliseconds(steps.reduce((sum, each) => sum + each, 0));
  return (
    <>
      <p data-testid="estimate-time">{words.time(step, known ? formatDuration(total) : null)}</p>
      {time.length > 1 && (
        <details className="more">
          <summary>{words.byMethod}</summary>
          <ul className="hub-choices" data-testid="estimate-methods">
            {time.map(({ method, step: each, seconds }) => (
              <li key={method}>
                <span>{methodNamed(text, method).short}</span>
                <span className="dim">
                  {words.time(each === null ? null : formatMilliseconds(each), seconds === null ? null : formatDuration(seconds))}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
