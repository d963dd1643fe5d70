/** `lab merge`: mean and spread of each method and setting over seeds; `lab best`: each method's best setting. */
import { writeFileSync } from 'node:fs';
import { measuresTable } from '../src/session/measures-table';
import { textTable, type meanAndDeviation } from '../src/session/text-table';
import { UsageError, type MergeCommand } from './arguments';
import { gather, settingWords, type Gathered, type SettingGroup } from './gather';
import { COLUMNS, spreads } from './spreads';
import { longCsv, jsonLines, mergedLatex } from './tables';

const percent = (value: number): string => (100 * value).toFixed(1);
const spreadText = (spread: ReturnType<typeof meanAndDeviation>): string =>
  spread === null ? '-' : spread.deviation === null ? percent(spread.mean) : `${percent(spread.mean)} +- ${percent(spread.deviation)}`;

const nameOf = (group: SettingGroup): string => [group.method, settingWords(group)].join('  ').trim();

function table(groups: readonly SettingGroup[], reading: string): string {
  const rows = groups.map((group) => {
    const { seeds, values } = spreads(group, reading);
    return [nameOf(group), String(seeds), ...values.map(spreadText)];
  });
  return textTable([['method and setting', 'seeds', ...COLUMNS], ...rows]);
}

/** The final average by every reading of the runs, for who compares them. */
function readingsTable({ groups }: Gathered, readings: readonly string[]): string {
  const rows = groups.map((group) => [
    nameOf(group),
    ...readings.map((reading) => {
      const [final = null] = spreads(group, reading).values;
      return spreadText(final);
    }),
  ]);
  return `Final average in %, by reading\n\n${textTable([['method and setting', ...readings], ...rows])}`;
}

const readingsIn = ({ groups }: Gathered): string[] => [
  ...new Set(groups.flatMap(({ results }) => results.flatMap(({ run }) => run.results.flatMap((result) => Object.keys(result.readings))))),
];

/** Where a method has no such reading, its own words do not help: the table says '-'. */
function chosenReading(gathered: Gathered, asked: string | null): string {
  const known = new Set(readingsIn(gathered));
  const { readBy: first } = gathered;
  const reading = asked ?? (known.has(first) ? first : 'own');
  if (!known.has(reading)) throw new UsageError(`--read-by: no run has a reading "${reading}". They have: ${[...known].join(', ')}.`);
  return reading;
}

function notes({ engines, devices, warnings, missing }: Gathered): string[] {
  return [
    `Engine ${engines.join(' and ')}, ${devices.join('; ')}.`,
    ...warnings.map((text) => `Warning: ${text}`),
    ...(missing.length > 0 ? [`${missing.length} missing or failed:\n${missing.map((line) => `  ${line}`).join('\n')}`] : []),
  ];
}

/** Exit code 0, or 1 where something is missing or failed. Throws UsageError. */
export function merge(command: MergeCommand, print: (text: string) => void): number {
  const gathered = gather(command.from, command.anyEngine);
  const reading = chosenReading(gathered, command.reading);
  print(`In %, read by ${reading}; +- is the standard deviation over seeds\n\n${table(gathered.groups, reading)}\n`);
  print(`${readingsTable(gathered, readingsIn(gathered))}\n`);
  print(measuresTable(gathered.groups.map((group) => ({ name: nameOf(group), results: group.results }))));
  for (const [path, make] of [
    [command.csv, longCsv],
    [command.jsonl, jsonLines],
    [command.latex, (all: Gathered) => mergedLatex(all, reading)],
  ] as const) {
    if (path === null) continue;
    writeFileSync(path, make(gathered));
    print(`Written: ${path}`);
  }
  print(`\n${notes(gathered).join('\n')}`);
  return gathered.missing.length === 0 ? 0 : 1;
}

/**
 * Of each method the setting with the highest final average, mean over seeds; of two that tie the one with the lower learning rate.
 * Every setting of a method has to have the same seeds, and where the best rate is the lowest or highest one that was tried, it says so.
 */
export function best(command: MergeCommand, print: (text: string) => void): number {
  const gathered = gather(command.from, command.anyEngine);
  const reading = chosenReading(gathered, command.reading);
  const methods = [...new Set(gathered.groups.map(({ method }) => method))];
  const specs: object[] = [];
  const tried = new Map<string, number>();
  print(`The best setting of each method: the highest final average, mean over seeds, read by ${reading}.\n`);
  for (const method of methods) {
    const scored = gathered.groups.flatMap((group) => {
      const { seeds, values } = group.method === method ? spreads(group, reading) : { seeds: 0, values: [] };
      const mean = values[0]?.mean;
      return mean === undefined ? [] : [{ group, seeds, mean }];
    });
    const first = scored.reduce<(typeof scored)[number] | null>((top, each) => (top && top.mean >= each.mean ? top : each), null);
    const rate = Number(first?.group.setting.learningRate);
    if (first) {
      tried.set(method, scored.length);
      const lines = scored.map((each) => [
        `${each === first ? '*' : ' '} ${method} ${settingWords(each.group)}`,
        percent(each.mean),
        `${each.seeds} seeds`,
      ]);
      print(textTable(lines));
      if (new Set(scored.map(({ seeds }) => seeds)).size > 1) print('  Warning: not all settings have the same number of seeds.');
      const rates = scored.map(({ group }) => Number(group.setting.learningRate)).filter((each) => Number.isFinite(each));
      const edge = new Set(rates).size < 2 ? null : rate === Math.max(...rates) ? 'highest' : rate === Math.min(...rates) ? 'lowest' : null;
      if (edge)
        print(`  Warning: ${rate} is the ${edge} rate that was tried; a ${edge === 'highest' ? 'higher' : 'lower'} one may be better.`);
    } else print(`  ${method}: no finished run that is read by ${reading}.`);
    print('');
    const { experiment } = (first?.group ?? gathered.groups.find((group) => group.method === method))?.results[0]?.record ?? {};
    const spec = experiment?.methods.find(({ id }) => id === method);
    if (!experiment || !spec) continue;
    const { learningRate, classifierLearningRate } = experiment.training;
    specs.push(Number.isFinite(rate) ? { learningRate, ...(classifierLearningRate && { classifierLearningRate }), ...spec } : { ...spec });
  }
  if (new Set(tried.values()).size > 1) {
    print(
      `Warning: not as many settings were tried for one method as for another (${[...tried].map(([id, count]) => `${id} ${count}`).join(', ')}).`,
    );
  }
  const { experiment } = gathered.groups[0]?.results[0]?.record ?? {};
  if (command.out !== null && experiment) {
    writeFileSync(command.out, `${JSON.stringify({ ...experiment, methods: specs }, null, 2)}\n`);
    print(`Written: ${command.out}`);
  }
  print(notes(gathered).join('\n'));
  return gathered.missing.length === 0 ? 0 : 1;
}
