/** `lab figure`: a chart of a record as a file, drawn by the page's own code without a page. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { renderToStaticMarkup } from 'react-dom/server';
import { readingsOf } from '../src/session/read-by';
import { readRateSweep, type RateSweep } from '../src/session/rate-sweep';
import type { RunRecord } from '../src/session/record';
import { sweptStream } from '../src/app/charts/plane';
import { recordIn } from '../src/app/bundled-names';
import { viewOf, type ChartView } from '../src/app/figures/chart';
import { CHART_IDS, CHARTS, type ChartId } from '../src/app/figures/charts';
import { figureOf, standalone, type FigureSize } from '../src/app/figures/figure';
import type { Scheme } from '../src/app/figures/heat-scale';
import { slotVariables } from '../src/app/looks';
import { en, type Texts } from '../src/app/text/en';
import { LANGUAGES, localeOf, LOCALES } from '../src/app/text/languages';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import type { FigureCommand } from './arguments';
import { readRecord } from './read-record';
import { UsageError } from './usage-error';

const fileOf = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The page's own colours: those of methods, and the tokens of its style sheet. */
function palette(scheme: Scheme): (variable: string) => string {
  const css = readFileSync(fileOf('src/app/style/base.css'), 'utf8');
  const [light = '', dark = ''] = [/:root \{([^}]*)\}/, /:root\[data-mantine-color-scheme='dark'\] \{([^}]*)\}/].map(
    (block) => block.exec(css)?.[1],
  );
  const known: Record<string, string | undefined> = slotVariables(scheme);
  for (const [, name = '', value] of `${light} ${scheme === 'dark' ? dark : ''}`.matchAll(/(--[\w-]+): ([^;]+);/g)) known[name] = value;
  return (name) => {
    const value = known[name];
    if (value === undefined) throw new Error(`There is no colour "${name}" in the page's style sheet.`);
    return value;
  };
}

/** Searched rates of a bundled stream, as the site has them. */
function ratesOf(record: RunRecord): RateSweep | null {
  const stream = sweptStream(record);
  const path = fileOf(`public/runs/rates-${stream ?? ''}.json`);
  return stream === null || !existsSync(path) ? null : readRateSweep(JSON.parse(readFileSync(path, 'utf8')));
}

export interface Drawn extends FigureSize {
  readonly svg: string;
}

interface Wording {
  /** English unless told. */
  readonly words?: Texts;
  /** What it was made with, in small letters. */
  readonly made?: string;
}

/** Throws UsageError where the record has nothing to draw of it. */
export function drawFigure(record: RunRecord, id: ChartId, part: Partial<ChartView> = {}, { words = en, made }: Wording = {}): Drawn {
  const chart = CHARTS[id];
  const props = { record: recordIn(words, record), words, view: viewOf(record, { rates: ratesOf(record), ...part }) };
  const nothing = chart.empty(props);
  if (nothing !== null) throw new UsageError(`There is nothing to draw as "${id}": ${nothing}`);
  const { element, ...size } = figureOf(chart, props, made);
  return { svg: standalone(renderToStaticMarkup(element), palette(props.view.scheme)), ...size };
}

/** One page of the figure's size; a pixel is 1/96 inch. */
async function pdfOf({ svg, width, height }: Drawn): Promise<Uint8Array> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: browserArguments, headless: true });
  try {
    const page = await browser.newPage();
    await page.setContent(`<style>@page { margin: 0 } body { margin: 0 } svg { display: block }</style>${svg}`);
    return await page.pdf({ width: `${width}px`, height: `${height}px`, printBackground: true, pageRanges: '1' });
  } finally {
    await browser.close();
  }
}

/** What the words of the arguments mean for this record. Throws UsageError. */
function viewFrom(command: FigureCommand, record: RunRecord): Partial<ChartView> {
  const { reading, methods, width, height } = command;
  const [ids, readings] = [record.methods.map(({ id }) => id), readingsOf(record)];
  const unknown = methods?.filter((id) => !ids.includes(id)) ?? [];
  if (unknown.length > 0) throw new UsageError(`--methods: the record has no "${unknown.join('", "')}". It has: ${ids.join(', ')}.`);
  if (reading !== null && !readings.includes(reading))
    throw new UsageError(`--read-by: the record is not read by "${reading}". It has: ${readings.join(', ')}.`);
  return {
    scheme: command.dark ? 'dark' : 'light',
    accuracy: command.taskAware ? 'taskAware' : 'classIncremental',
    methods,
    ...(reading === null ? {} : { reading }),
    ...(width === null ? {} : { width }),
    ...(height === null ? {} : { height }),
  };
}

async function wordsOf({ lang }: FigureCommand): Promise<Texts> {
  const locale = lang === null ? 'en' : localeOf(lang);
  if (locale === null) throw new UsageError(`--lang does not know "${lang ?? ''}". Known: ${LOCALES.join(', ')}.`);
  return LANGUAGES[locale].texts();
}

export async function figure(command: FigureCommand, print: (text: string) => void): Promise<number> {
  const id = CHART_IDS.find((known) => known === command.chart);
  if (id === undefined) throw new UsageError(`--chart does not know "${command.chart}". Known: ${CHART_IDS.join(', ')}.`);
  const kind = /\.(svg|pdf)$/i.exec(command.out)?.[1]?.toLowerCase();
  if (kind === undefined) throw new UsageError(`--out takes a file that ends in .svg or .pdf, not "${command.out}".`);
  const record = readRecord(command.record, 'figure');
  const drawing = drawFigure(record, id, viewFrom(command, record), { words: await wordsOf(command) });
  writeFileSync(command.out, kind === 'pdf' ? await pdfOf(drawing) : drawing.svg);
  print(`${command.out}: ${id}, ${drawing.width} × ${drawing.height}`);
  return 0;
}
