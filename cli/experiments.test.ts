import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from './arguments';
import { loadExperiment, withMethods } from './experiments';

let home = '';
const write = (name: string, value: unknown) => {
  writeFileSync(join(home, name), typeof value === 'string' ? value : JSON.stringify(value));
  return join(home, name);
};
const experiment = (change: object = {}) => ({
  schema: 1,
  backbone: { from: { source: 'file', name: 'model/vit.safetensors' } },
  stream: { from: { source: 'url', url: 'images' } },
  methods: [{ id: 'inflora' }],
  ...change,
});
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'lab-'));
  mkdirSync(join(home, 'model'));
  mkdirSync(join(home, 'images', 'train', 'cat'), { recursive: true });
  write('model/vit.safetensors', 'x');
  write('model/config.json', '{}');
  write('images/train/cat/1.png', 'x');
});
afterAll(() => rmSync(home, { recursive: true }));

describe('experiments of the command line', () => {
  it('finds local files relative to the experiment, with the JSON beside a checkpoint', () => {
    const loaded = loadExperiment(write('good.json', experiment()));
    expect(loaded.label).toBe('good');
    expect(loaded.files.map((file) => file.name)).toEqual(['model/vit.safetensors', 'model/config.json', 'images/train/cat/1.png']);
    expect(loaded.files.every((file) => file.path.startsWith(home))).toBe(true);
  });

  it('knows bundled names and leaves the web alone', () => {
    expect(loadExperiment('default').files).toEqual([]);
    const web = experiment({ backbone: { from: { source: 'url', url: 'https://example.org/a.safetensors' } } });
    expect(loadExperiment(write('web.json', web)).files.map((file) => file.name)).toEqual(['images/train/cat/1.png']);
  });

  it('chooses methods: its own options first, else the suggested ones', () => {
    const { experiment: own } = loadExperiment(write('own.json', experiment({ methods: [{ id: 'inflora', rank: 3 }, { id: 'joint' }] })));
    expect(withMethods(own, ['inflora', 'sequential-lora']).methods).toMatchObject([
      { id: 'inflora', rank: 3 },
      { id: 'sequential-lora', rank: 8 },
    ]);
  });

  it.each([
    ['missing.json', null, /no experiment file "missing\.json".*Bundled: default/],
    ['text.json', 'hello', /not JSON/],
    ['field.json', experiment({ training: { epochs: 'many' } }), /"training\.epochs"/],
    ['twice.json', experiment({ methods: [{ id: 'joint' }, { id: 'joint' }] }), /each method may be chosen once/],
    ['newer.json', experiment({ schema: 9 }), /newer version/],
    ['lost.json', experiment({ stream: { from: { source: 'file', name: 'gone.zip' } } }), /"stream\.from": there is no file "gone\.zip"/],
  ])('refuses %s', (name, value, message) => {
    const path = value === null ? name : write(name, value);
    expect(() => loadExperiment(path)).toThrow(UsageError);
    expect(() => loadExperiment(path)).toThrow(message);
  });
});
