/** A report as Markdown: times with their spread, ratios to ours on the same device, agreement, and the bars. */
import { deviceOf, TITLES } from './contender';
import { barsOf } from './bars';
import type { BenchReport } from './main';
import type { Measured, ShapeResult } from './run';
import { flopsOf } from './shapes';
import type { Spread } from './spread';

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const time = (spread: Spread | null, once = false): string =>
  spread ? `${number(spread.median)} (${number(spread.least)}–${number(spread.most)})${once ? ' once' : ''}` : '';
const small = (value: number | null): string => (value === null ? '' : value.toExponential(0));
const megabytes = (bytes: number | null): string => (bytes === null ? '' : (bytes / 2 ** 20).toFixed(0));

function ratio(own: Spread | null | undefined, other: Spread | null): string {
  return own && other ? `${number(other.median / own.median)} ×` : '';
}

function rows({ shape, contenders }: ShapeResult): string[] {
  const ours = (one: Measured): Measured | undefined => contenders.find(({ contender }) => contender === `ours-${deviceOf(one.contender)}`);
  return contenders.map((one) => {
    const gflops = one.training ? number(flopsOf(shape, 'training') / one.training.median / 1e6) : '';
    const cells = one.failure
      ? [`failed: ${one.failure.split('\n')[0] ?? ''}`, '', '', '', '', '', '', '', '']
      : [
          ...[time(one.training, one.once), ratio(ours(one)?.training, one.training), gflops],
          ...[time(one.forward), ratio(ours(one)?.forward, one.forward)],
          ...[small(one.loss), small(one.gradients), small(one.features), megabytes(one.activationBytes)],
        ];
    return `| ${[TITLES[one.contender], ...cells].join(' | ')} |`;
  });
}

export function tableOf(report: BenchReport): string {
  const adapters = new Set(
    report.shapes.flatMap(({ contenders }) => contenders.map(({ contender, device }) => `${deviceOf(contender)}: ${device}`)),
  );
  const named = [...adapters].filter((name) => !name.endsWith(': ')).join('; ');
  return [
    `${report.date.slice(0, 10)}, ${report.threads} logical cores, ${report.userAgent.replace(/^.*(Chrome|Firefox|Version)\/([\d.]+).*$/, '$1 $2')}`,
    '',
    `Devices: ${named}.`,
    '',
    'Times in milliseconds, median (least–most). "× ours": how many times longer than ours on the same kind of device.',
    'Differences are relative to ours on WASM: of the loss, of all adapter gradients, of the features.',
    ...report.shapes.flatMap((result) => [
      '',
      `**${result.shape.title}**, rank ${result.shape.rank}`,
      '',
      '| | training step | × ours | GFLOP/s | forward | × ours | loss | gradients | features | kept MB |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      ...rows(result),
    ]),
    '',
    '| bar | wanted | found | |',
    '| --- | --- | --- | --- |',
    ...barsOf(report.shapes).map(
      ({ text, wanted, found }) =>
        `| ${text} | ${wanted.text} | ${found === null ? 'not measured' : number(found)} | ${found === null ? '' : wanted.met(found) ? 'met' : '**missed**'} |`,
    ),
    '',
  ].join('\n');
}
