/** How fast this device is: measured on request, taken away as text or JSON. */

import { backboneKey, type HostActions } from './host';
import type { Store, Surroundings } from './surroundings';

export interface SpeedActions {
  /** Measures a training step of each method of the set-up. What went wrong stands on the page; an earlier report stays. */
  measure(): Promise<void>;
  /** Puts the report into the clipboard as text for an issue. */
  copy(): Promise<void>;
  /** Saves the report as JSON. */
  save(): void;
}

export function createSpeedActions(store: Store, around: Surroundings, host: HostActions): SpeedActions {
  return {
    async measure() {
      const { experiment, speed } = store.getState();
      store.setState({ speed: { ...speed, state: 'loading' } });
      try {
        await host.ensureDevice();
        const worker = await host.connect();
        const value = await worker.measure(experiment);
        store.setState({ speed: { state: 'ready', for: backboneKey(experiment), value } });
      } catch (error) {
        store.setState({ speed: { ...speed, state: 'failed' } });
        host.report(error, 'device');
      }
    },
    async copy() {
      const { value } = store.getState().speed;
      if (value === null) return;
      try {
        const { speedBlock } = await import('../charts/speed');
        await navigator.clipboard.writeText(speedBlock(around.words(), value));
        around.notify({ text: around.words().charts.speed.copied, tone: 'good' });
      } catch {
        around.notify({ text: around.words().charts.speed.notCopied, tone: 'bad' });
      }
    },
    save() {
      const { value } = store.getState().speed;
      if (value !== null) around.download(around.words().charts.speed.file, 'application/json', JSON.stringify(value, null, 1));
    },
  };
}
