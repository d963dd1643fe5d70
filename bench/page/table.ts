/** A report as paragraphs and tables: times with their spread, ratios to ours on the same device, agreement, bars, growth. */
import { barsOf, verdictOf } from './bars';
import { deviceOf, TITLES } from './contender';
import type { GrowthPoint } from './growth';
import type { Table } from './own-parts';
import type { BenchReport } from './report';
import type { ShapeResult } from './run';
import type { Measured } from './runner';
import { flopsOf } from './shapes';
import type { Spread } from './spread';

export type Block = string | Table;

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const small = (value: number | null): string => (value === null ? '' : value.toExponential(0));
const megabytes = (bytes: number | null): string => (bytes === null ? '' : number(bytes / 2 ** 20));

function time(spread: Spread | null): string {
  if (!spread) return '';
  const { median, least, most, count } = spread;
  return count === 1 ? `${number(median)} (once)` : `${number(median)} (${number(least)}–${number(most)})`;
}

const timeOr = (spread: Spread | null, over: number | null): string => (over === null ? time(spread) : `over ${number(over)}`);

function ratio(own: Spread | null | undefined, other: Spread | null): string {
  return own && other ? number(other.median / own.median) : '';
}

const failureOf = ({ failure }: Measured): string => failure?.split('\n')[0]?.slice(0, 200) ?? '';

function shapeTable({ shape, contenders }: ShapeResult): Table {
  const ours = (one: Measured): Measured | undefined => contenders.find(({ contender }) => contender === `ours-${deviceOf(one.contender)}`);
  const rows = contenders.map((one) => [
    TITLES[one.contender],
    timeOr(one.training, one.trainingOver),
    ratio(ours(one)?.training, one.training),
    one.training ? number(flopsOf(shape, 'training') / one.training.median / 1e6) : '',
    timeOr(one.forward, one.forwardOver),
    ratio(ours(one)?.forward, one.forward),
    ...[small(one.loss), small(one.gradients), small(one.features), megabytes(one.activationBytes)],
    failureOf(one),
  ]);
  return {
    title: `${shape.title}, rank ${shape.rank}`,
    columns: [...['', 'training step', '× ours', 'GFLOP/s', 'forward', '× ours'], ...['loss', 'gradients', 'features', 'kept MB', '']],
    rows,
  };
}

/** What a step costs before the GPU has it, in a sentence for every contender that tells. */
function submissionOf({ shape, contenders }: ShapeResult): string[] {
  return contenders.flatMap(({ contender, submission }) => {
    if (!submission) return [];
    const { total, submit, commands } = submission;
    const { dispatches, pipelines, bindGroups, newBindGroups, passes, copies, writes, submissions } = commands;
    return `${TITLES[contender]}, ${shape.id}: ${time(total)} ms of JavaScript and submission a step, begun when the GPU is idle (${
      total.count
    } steps), of these ${time(submit)} in submit. ${dispatches} dispatches, ${pipelines} pipelines and ${bindGroups} bind groups set (${newBindGroups} made), ${passes} passes, ${copies} copies, ${writes} writes, ${submissions} submissions.`;
  });
}

function barTable(results: readonly ShapeResult[]): Table {
  const rows = barsOf(results).map((bar) => {
    const { text, wanted, found, more } = bar;
    return [text, wanted.text, found === null ? 'not measured' : `${more ? 'over ' : ''}${number(found)}`, verdictOf(bar)];
  });
  return { title: 'Bars', columns: ['bar', 'wanted', 'found', ''], rows };
}

function growthTable(device: string, points: readonly GrowthPoint[]): Table {
  const rows = points.map(({ varies, value, step, activationBytes, stateBytes, failure }) => [
    ...[varies, String(value), time(step), megabytes(activationBytes), megabytes(stateBytes)],
    failure ?? '',
  ]);
  return {
    title: `How cost grows, ours on ${device}`,
    columns: ['varies', 'value', 'training step', 'kept MB', 'weights and state MB', ''],
    rows,
  };
}

export function blocksOf(report: BenchReport): Block[] {
  const { date, userAgent, threads, shapes, growth, own, seconds } = report;
  const adapters = new Set(
    shapes.flatMap(({ contenders }) => contenders.map(({ contender, device }) => `${TITLES[contender]}: ${device}`)),
  );
  const named = [...adapters].filter((name) => !name.endsWith(': ')).join('; ');
  const browser = /(Chrome|Firefox|Version)\/([\d.]+)/.exec(userAgent);
  const blocks: Block[] = [
    `${date.slice(0, 10)}, ${threads} logical cores, ${browser ? `${browser[1]} ${browser[2]}` : userAgent}, ${Math.round(seconds)} s in all`,
  ];
  if (named) blocks.push(`Devices: ${named}.`);
  if (shapes.length > 0) {
    blocks.push(
      'Times in milliseconds, median (least–most). "× ours": how many times longer than ours on the same kind of device. ' +
        'Differences are relative to ours on WASM: of the loss, of all adapter gradients, of the features.',
      ...shapes.map(shapeTable),
      ...shapes.flatMap(submissionOf),
    );
    const bars = barTable(shapes);
    if (bars.rows.length > 0) blocks.push(bars);
  }
  blocks.push(...growth.map(({ device, points }) => growthTable(device, points)), ...own);
  return blocks;
}

export function markdownOf(blocks: readonly Block[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return blocks
    .map((block) => {
      if (typeof block === 'string') return `${block}\n`;
      const { title, columns, rows } = block;
      return [`**${title}**`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line), ''].join('\n');
    })
    .join('\n');
}
