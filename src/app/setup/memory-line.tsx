/** How much memory the run will need, as far as it is known before the start. */
import { useAppState } from '../context';
import { formatBytes } from '../format';
import { text } from '../text';

export function MemoryLine() {
  const estimate = useAppState((state) => state.estimate);
  const words = text.setup.memory;
  const line =
    estimate === null
      ? words.after
      : estimate.available === null
        ? words.unknown(formatBytes(estimate.bytes))
        : words.estimate(formatBytes(estimate.bytes), formatBytes(estimate.available));
  return (
    <p className="setup-memory" data-testid="estimate" data-fits={estimate?.fits ?? ''}>
      {line}
    </p>
  );
}
