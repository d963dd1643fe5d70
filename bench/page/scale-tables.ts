/** How runs grow, as tables: one size at a time, and 200 tasks by every method. */
import { openWasmDevice } from '../../src/compute/wasm/device';
import type { Table } from './own-parts';
import { LONG, scaledRun, SCALES, type ScalePoint, type Standing } from './scale';

/** Time of the last task by that of the one after a tenth of them: wanted at most, without evaluation. */
const WANTED = 1.2;

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
const mb = (bytes: number | null): string => (bytes === null ? '' : (bytes / 1e6).toFixed(bytes < 1e6 ? 3 : 1));
const COLUMNS = [
  ...['after tasks', 'a task, ms', 'last / first', 'its evaluation, ms', 'around both, ms', 'record, MB'],
  ...['state, MB', 'device, MB', 'JavaScript, MB', ''],
];

const figures = (standings: readonly Standing[]): string[] => {
  const both = (of: (one: Standing) => string) => standings.map(of).join(' → ');
  const [first, last] = [standings[0], standings.at(-1)];
  const ratio = first && last ? last.learning / first.learning : NaN;
  return [
    ...[both(({ task }) => String(task)), both(({ learning }) => ms(learning)), standings.length > 1 ? ratio.toFixed(2) : ''],
    ...[both(({ evaluation }) => ms(evaluation)), both(({ around }) => ms(around)), both(({ recordBytes }) => mb(recordBytes))],
    ...[both(({ stateBytes }) => mb(stateBytes)), both(({ deviceBytes }) => mb(deviceBytes)), both(({ heapBytes }) => mb(heapBytes))],
    standings.length > 1 && last && last.task >= 200 ? (ratio <= WANTED ? 'flat' : `more than ${WANTED}`) : '',
  ];
};

async function tableOf(
  title: string,
  head: readonly string[],
  points: readonly (readonly [readonly string[], ScalePoint])[],
): Promise<Table> {
  const rows: string[][] = [];
  for (const [names, point] of points) {
    const device = await openWasmDevice();
    try {
      rows.push([...names, ...figures((await scaledRun(device, point)).standings)]);
    } catch (error) {
      rows.push([...names, error instanceof Error ? error.message : String(error)]);
    } finally {
      device.dispose();
    }
  }
  return { title, columns: [...head, ...COLUMNS], rows };
}

export const scale = (): Promise<Table> =>
  tableOf(
    'How a run grows, ours on wasm, a network of two blocks of 32, InfLoRA; 100 images a task, 2 classes a task',
    ['varies', 'value'],
    SCALES.map(({ varies, value, point }) => [[varies, String(value)], point]),
  );

export const long = (): Promise<Table> =>
  tableOf(
    '200 tasks by every method but those that align heads, 64 images and 2 classes a task, the same network, read by itself alone',
    ['method'],
    LONG.map((point) => [[point.methods.join(', ')], point]),
  );
