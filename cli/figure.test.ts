import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { syntheticRecord } from '../src/app/testing/synthetic-record';
import { main } from './main';

const home = mkdtempSync(join(tmpdir(), 'lab-figure-'));
const path = (name: string) => join(home, name);
const record = syntheticRecord({ methods: ['inflora', 'full-fine-tuning'], tasks: 3 });
writeFileSync(path('r.json'), JSON.stringify(record));
afterAll(() => rmSync(home, { recursive: true }));

async function figure(line: string) {
  const complaints: string[] = [];
  const surroundings = { builtSite: () => 'nowhere', engineVersion: () => 'engine-1', from: process.cwd(), print: () => {} };
  const code = await main(['figure', path('r.json'), ...line.split(' ')], { ...surroundings, complain: (text) => complaints.push(text) });
  return { code, complaints: complaints.join('\n') };
}

describe('lab figure', () => {
  it('writes one SVG that needs nothing else, of the methods and the reading that were asked for', async () => {
    expect(await figure(`--chart accuracy --out ${path('a.svg')} --methods inflora --read-by ridge --width 700`)).toMatchObject({
      code: 0,
    });
    const svg = readFileSync(path('a.svg'), 'utf8');
    expect(svg).toContain('width="732"');
    expect(svg).toContain('Accuracy on each task as tasks arrive · ridge');
    expect(svg).toMatch(/\d\d\.\d InfLoRA</);
    expect(svg).not.toMatch(/\d\d\.\d Fine-tuning<|var\(|(href|src)=|data-testid/);
  });

  it('writes it for dark pages in their colours', async () => {
    await figure(`--chart forgetting --out ${path('light.svg')}`);
    await figure(`--chart forgetting --out ${path('dark.svg')} --dark`);
    const [light, dark] = ['light.svg', 'dark.svg'].map((name) => readFileSync(path(name), 'utf8'));
    // Surface and first slot of either scheme, as the style sheet and looks.ts have them.
    expect(light).toMatch(/fill="#ffffff"[\s\S]*fill="#0068a8"/);
    expect(dark).toMatch(/fill="#16191d"[\s\S]*fill="#5cb8f0"/);
  });

  it('writes a PDF of one page, its texts as texts', async () => {
    expect(await figure(`--chart matrix --out ${path('m.pdf')}`)).toMatchObject({ code: 0 });
    const pdf = readFileSync(path('m.pdf'), 'latin1');
    expect(pdf.slice(0, 5)).toBe('%PDF-');
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
    // 992 by 434 pixels of 1/96 inch are 744 by 325.5 points.
    expect(pdf).toMatch(/\/MediaBox \[0 0 744(\.\d+)? 32[56](\.\d+)?\]/);
    expect(pdf).toContain('/FontDescriptor');
  });

  it('names what the record does not have', async () => {
    expect(await figure(`--chart loss --out ${path('x.svg')} --methods inflora,magic`)).toEqual({
      code: 2,
      complaints: expect.stringContaining('no "magic". It has: inflora, full-fine-tuning') as string,
    });
    expect(await figure(`--chart loss --out ${path('x.svg')} --read-by tea`)).toEqual({
      code: 2,
      complaints: expect.stringContaining('not read by "tea". It has: own') as string,
    });
    writeFileSync(path('r.json'), JSON.stringify({ ...record, methods: record.methods.slice(1) }));
    expect(await figure(`--chart memory --out ${path('x.svg')}`)).toEqual({
      code: 2,
      complaints: expect.stringContaining('nothing to draw as "memory": No method of this run keeps a memory that can be drawn.') as string,
    });
  });
});
