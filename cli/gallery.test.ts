/** Every chart of the bundled records, as `docs/gallery` shows it: `npx vitest run --project node cli/gallery -u` draws it anew. */
import { readFileSync } from 'node:fs';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { parseRecordText } from '../src/session/migrations';
import { drawn, viewOf, type ChartView } from '../src/app/figures/chart';
import { CHART_IDS, CHARTS, type ChartId } from '../src/app/figures/charts';
import { STOPS } from '../src/app/charts/inside';
import { en, type Texts } from '../src/app/text/en';
import { syntheticRecord } from '../src/app/testing/synthetic-record';
import type { MixAnswer } from '../src/worker/mixer';
import { drawFigure } from './figure';
import { USAGE } from './usage';

const made = syntheticRecord({ methods: ['inflora', 'sequential-lora', 'full-fine-tuning'], probes: true, inside: true, means: true });
const rivals = syntheticRecord({ methods: ['ewc', 'l2p', 'sd-lora', 'experience-replay'], knows: true });
const MADE: Readonly<Partial<Record<string, typeof made>>> = { synthetic: made, rivals };
const recordOf = (id: string) => MADE[id] ?? parseRecordText(readFileSync(`public/runs/${id}.json`, 'utf8'));
const materials = recordOf('default');

/** No bundled run was looked into nor its class means followed, and no record can be mixed. */
const MADE_UP: readonly ChartId[] = ['means', 'inside', 'mixer'];
const mix: MixAnswer = {
  ...{ method: 'inflora', alphas: [1, 1, 0.5, 1, 0], reading: 'own', milliseconds: 430 },
  tasks: [0.81, 0.62, 0.4, 0.71, 0.12].map((classIncremental) => ({ classIncremental, taskAware: 0.9, images: 100, of: 100 })),
};

interface Shown {
  readonly chart: ChartId;
  /** Of `public/runs`, unless told; `synthetic`, `rivals`: made up, with what no bundled run has. */
  readonly record?: string;
  readonly as?: string;
  readonly view?: Partial<ChartView>;
}

const gallery: readonly Shown[] = [
  ...CHART_IDS.map((chart) =>
    MADE_UP.includes(chart) ? { chart, record: 'synthetic', ...(chart === 'mixer' && { view: { mix } }) } : { chart },
  ),
  ...STOPS.map((stop) => ({
    chart: 'inside' as const,
    record: 'synthetic',
    as: `inside-${stop}`,
    view: { stop, ...(stop === 'train' && { scheme: 'dark' as const }) },
  })),
  { chart: 'means', record: 'synthetic', as: 'means-phone', view: { width: 340 } },
  { chart: 'inside', record: 'synthetic', as: 'inside-phone', view: { width: 340, stop: 'train' } },
  { chart: 'memory', record: 'rivals', as: 'memory-importances', view: { methods: ['ewc'] } },
  { chart: 'memory', record: 'rivals', as: 'memory-prompts', view: { methods: ['l2p'] } },
  { chart: 'memory', record: 'rivals', as: 'memory-magnitudes', view: { methods: ['sd-lora'], scheme: 'dark' } },
  { chart: 'accuracy', as: 'accuracy-dark', view: { scheme: 'dark' } },
  { chart: 'matrix', as: 'matrix-dark', view: { scheme: 'dark' } },
  { chart: 'accuracy', as: 'accuracy-phone', view: { width: 340 } },
  { chart: 'accuracy', as: 'accuracy-one-task', view: { panels: [0], width: 420, height: 240 } },
  { chart: 'accuracy', record: 'synthetic', as: 'accuracy-step-by-step', view: { reading: 'own' } },
  { chart: 'accuracy', record: 'ten-best-rates' },
  { chart: 'matrix', record: 'ten-best-rates' },
  { chart: 'accuracy', record: 'styles' },
  { chart: 'forgetting', record: 'alphabets' },
  { chart: 'plane', record: 'materials-best-rates' },
];
const nameOf = ({ chart, record = 'default', as = chart }: Shown) => `${record}-${as}`;

describe('the gallery', () => {
  it.each(gallery.map((shown) => [nameOf(shown), shown] as const))('%s', async (name, { chart, record, view }) => {
    const { svg } = drawFigure(record === undefined ? materials : recordOf(record), chart, view, { made: 'InfLoRA Playground' });
    expect(svg).not.toMatch(/NaN|undefined|Infinity|var\(|"-\d[^"]*" height="-/);
    await expect(`${svg.replaceAll('><', '>\n<')}\n`).toMatchFileSnapshot(`../docs/gallery/${name}.svg`);
  });

  it('is shown whole by its page', () => {
    const page = readFileSync('docs/gallery/README.md', 'utf8');
    for (const shown of gallery) expect(page).toContain(`(${nameOf(shown)}.svg)`);
  });
});

/** A catalogue in which every word is a cross: what is drawn otherwise was not taken from it. */
function crossedOut(value: unknown): unknown {
  if (typeof value === 'string') return '×';
  if (typeof value === 'function') return () => '×';
  if (Array.isArray(value)) return value.map(crossedOut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, crossedOut(part)]));
}

describe('every chart', () => {
  const record = syntheticRecord({
    methods: ['inflora', 'full-fine-tuning', 'joint', 'of-tomorrow'],
    probes: true,
    inside: true,
    means: true,
  });
  // Names that stand in the record are its own.
  const own = [...record.stream.tasks.map(({ name }) => name), ...record.methods.map(({ title }) => title), 'qkv', 'proj', 'fc1', 'fc2'];

  it.each(CHART_IDS)('%s takes its words from the catalogue that it is handed', (id) => {
    const words = crossedOut(en) as Texts;
    const props = { record, words, view: viewOf(record) };
    expect(CHARTS[id].title(props)).toBe('×');
    const said = [...renderToStaticMarkup(drawn(CHARTS[id], props)).matchAll(/>([^<]+)<|aria-label="([^"]*)"/g)].map(
      ([, text, label]) => text ?? label ?? '',
    );
    const rest = own.reduce((text, name) => text.replaceAll(name, ''), said.join(' '));
    expect(rest).not.toMatch(/[A-Za-z]{3}/);
  });

  it.each(rivals.methods.map(({ id }) => id))('%s: what it knows of itself is worded by the catalogue, too', (id) => {
    const props = { record: rivals, words: crossedOut(en) as Texts, view: viewOf(rivals, { methods: [id] }) };
    expect(CHARTS.memory.title(props)).toMatch(/^×/);
    const rest = own.reduce((text, name) => text.replaceAll(name, ''), renderToStaticMarkup(drawn(CHARTS.memory, props)));
    expect([...rest.matchAll(/>([^<]+)</g)].join(' ')).not.toMatch(/[A-Za-z]{3}/);
    // Stored images are pictures of the page.
    expect(CHARTS.memory.empty(props)).toBe(id === 'experience-replay' ? '×' : null);
  });

  it.each(CHART_IDS)('%s is drawn as small as a cell of a table', (id) => {
    const view = viewOf(record, { width: 120, height: 60, bare: true, panels: ['average'] });
    const markup = renderToStaticMarkup(drawn(CHARTS[id], { record, words: en, view }));
    expect(markup).toMatch(/^<svg width="120" height="60">/);
    expect(markup).not.toMatch(/NaN|Infinity|(width|height|r|rx)="-/);
  });

  it.each(CHART_IDS)('%s says why it is empty before the first result', (id) => {
    const begun = { ...record, methods: record.methods.map((method) => ({ ...method, results: [], losses: [], inside: [] })) };
    const props = { record: begun, words: en, view: viewOf(begun) };
    if (id === 'accuracy') expect(CHARTS[id].empty(props)).toBeNull();
    else expect(CHARTS[id].empty(props)).not.toBe('');
    expect(renderToStaticMarkup(drawn(CHARTS[id], props))).not.toMatch(/NaN|Infinity/);
  });

  it.each(CHART_IDS)('%s is told by the usage', (id) => expect(USAGE).toContain(id));
});
