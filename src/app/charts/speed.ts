/** The speed report as rows of a table and as a block of text for an issue. */
import { deviceBlock, peakShare, short } from '../../compute/device-block';
import type { SpeedReport } from '../../worker/api';
import { methodWords } from '../methods';
import { text } from '../text';

const words = text.charts.speed;

export interface SpeedRow {
  readonly name: string;
  readonly milliseconds: string;
  readonly share: string;
  readonly gflops: string;
}

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** The groups of one method's step by falling time, after the whole step. Shares are of the groups' sum. */
export function speedRows({ milliseconds, least, most, groups }: SpeedReport['steps'][number]['profile']): SpeedRow[] {
  const sum = groups.reduce((total, group) => total + group.milliseconds, 0);
  const flops = groups.reduce((total, group) => total + group.flops, 0);
  const row = (name: string, took: number, share: number | null, work: number): SpeedRow => ({
    name,
    milliseconds: rounded(took),
    share: share === null ? '' : `${Math.round(100 * share)} %`,
    gflops: work > 0 && took > 0 ? rounded(work / took / 1e6) : '',
  });
  const byTime = [...groups].sort((a, b) => b.milliseconds - a.milliseconds);
  const whole = row(words.total, milliseconds, null, flops);
  return [
    { ...whole, milliseconds: words.spread(whole.milliseconds, rounded(least), rounded(most)) },
    ...byTime.map((group) => row(words.groups[group.group], group.milliseconds, group.milliseconds / sum, group.flops)),
  ];
}

export const speedTitle = ({ method, profile }: SpeedReport['steps'][number]): string =>
  words.step(methodWords(method).name, profile.batch);

/** Which kernels of products were measured fastest; nothing where there was no choice. */
export function kernelWords({ kernels }: SpeedReport): string | null {
  return kernels ? words.kernels(words.kinds[kernels.NT], words.kinds[kernels.NN], words.kinds[kernels.TN]) : null;
}

/** What devices are compared by: name, milliseconds, GFLOP/s and the share of what the adapter is sold for. */
export function yardstickRows({ yardstick: found, device }: SpeedReport): string[][] {
  if (!found) return [];
  const { product, dispatch, step: stepOf, leftOut } = words.yardstick;
  const row = (name: string, milliseconds: number, gflops: number) => [
    ...[name, short(milliseconds)],
    ...(gflops > 0 ? [short(gflops), peakShare(device, gflops)] : ['', '']),
  ];
  return [
    ...found.products.map(({ form, m, n, k, gflops }) => row(product(form, m, n, k), (2 * m * n * k) / gflops / 1e6, gflops)),
    row(dispatch, found.dispatch / 1000, 0),
    ...found.steps.map((step) => {
      const name = stepOf(step.name, step.batch);
      return step.milliseconds === null ? [name, leftOut[step.because], '', ''] : row(name, step.milliseconds, step.gflops);
    }),
  ];
}

/** Markdown that names device, engine and browser, and all figures. */
export function speedBlock(report: SpeedReport): string {
  const { device, config, tokens, userAgent, version, date, steps } = report;
  const general = report.yardstick ? [deviceBlock(report, report.yardstick)] : [];
  const head = [words.group, words.milliseconds, words.share, words.gflops];
  return [
    ...general,
    `InfLoRA Playground ${version}, ${date.slice(0, 10)}, ${device.kind}: ${device.name}, ${words.engines[device.engine]}`,
    userAgent,
    `dim ${config.dim}, ${config.depth} blocks, ${config.heads} heads, ${tokens} tokens`,
    ...[kernelWords(report)].flatMap((line) => (line === null ? [] : [line])),
    ...steps.flatMap((step) => [
      '',
      speedTitle(step),
      '',
      `| ${head.join(' | ')} |`,
      `| ${head.map(() => '---').join(' | ')} |`,
      ...speedRows(step.profile).map((row) => `| ${[row.name, row.milliseconds, row.share, row.gflops].join(' | ')} |`),
    ]),
    '',
  ].join('\n');
}
