/** What the yardstick found of a device, as Markdown for docs/devices.md: always in English, whatever the page speaks. */
import type { DeviceInfo } from './backbone';
import { peakOf } from './peaks';
import { YARDSTICK, type StepFound, type Yardstick } from './yardstick';

export interface MeasuredOn {
  readonly device: Pick<DeviceInfo, 'kind' | 'name' | 'adapter'>;
  /** Browser, or what else ran it. */
  readonly userAgent: string;
  readonly version: string;
  /** ISO 8601. */
  readonly date: string;
}

/** Three significant digits. */
export const short = (value: number): string => (value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3))));

export const bestProduct = ({ products }: Yardstick): number => Math.max(0, ...products.map(({ gflops }) => gflops));

/** Of a rate, the share of what the adapter is sold for: "34 %", or nothing where that is not known. */
export function peakShare({ name, adapter = '' }: MeasuredOn['device'], gflops: number): string {
  const peak = peakOf(`${name}, ${adapter}`);
  return peak === null ? '' : `${short(gflops / peak / 10)} %`;
}

export const stepName = ({ name, batch }: Pick<StepFound, 'name' | 'batch'>): string => `${name}, ${batch}`;

const stepCell = (step: StepFound | undefined): string =>
  step === undefined ? '' : step.milliseconds === null ? (step.because === 'time' ? 'too long' : 'memory') : short(step.milliseconds);

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`;

const COLUMNS = ['Device', 'By', 'TFLOP/s', 'of f32 peak', 'µs a dispatch', ...YARDSTICK.map(stepName)];
export const DEVICES_HEAD = [row(COLUMNS), row(COLUMNS.map(() => '---'))].join('\n');

/** Browser and system of a user agent, in a few words; others as they are. */
export function browserOf(userAgent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(userAgent.replace(/Chrome\/\S+ (.*(?:Edg|OPR)\/)/, '$1'));
  const system = /\(([^;)]+)/.exec(userAgent)?.[1];
  const names: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera', Version: 'Safari' };
  return browser && system ? `${names[browser[1] ?? ''] ?? browser[1]} ${browser[2]}, ${system}` : userAgent;
}

/** A row of docs/devices.md. */
export function deviceRow({ device, userAgent, version, date }: MeasuredOn, found: Yardstick): string {
  const best = bestProduct(found);
  return row([
    device.adapter && device.adapter !== device.name ? `${device.name} (${device.adapter})` : device.name,
    `${device.kind}, ${browserOf(userAgent)}, ${version}, ${date.slice(0, 10)}`,
    ...[short(best / 1000), peakShare(device, best), short(found.dispatch)],
    ...YARDSTICK.map((wanted) => stepCell(found.steps.find((step) => stepName(step) === stepName(wanted)))),
  ]);
}

/** The row under its head, and the products one by one. */
export function deviceBlock(on: MeasuredOn, found: Yardstick): string {
  const products = found.products.map(({ form, m, n, k, gflops }) =>
    `${form} ${m} x ${n} x ${k}: ${short(gflops)} GFLOP/s ${peakShare(on.device, gflops)}`.trim(),
  );
  const steps = found.steps.flatMap((step) =>
    step.milliseconds === null ? [] : [`${stepName(step)}: ${short(step.gflops)} GFLOP/s ${peakShare(on.device, step.gflops)}`.trim()],
  );
  return [DEVICES_HEAD, deviceRow(on, found), '', `Products: ${products.join('; ')}.`, '', `Steps: ${steps.join('; ')}.`, ''].join('\n');
}
