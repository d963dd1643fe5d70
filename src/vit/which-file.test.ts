import { describe, expect, it } from 'vitest';
import { fixtureCases, fixtureFile } from './testing/fixture-files';
import { op, pickle, torchArchive } from './testing/torch-writer';
import { whichModel } from './which-file';

const optimizer = torchArchive(pickle(op.emptyDict), { 'data/0': new Uint8Array(64) });
const file = (name: string, bytes: Uint8Array) => ({ name, file: new Blob([new Uint8Array(bytes)]) });

describe('whichModel', () => {
  it.each(fixtureCases().filter(({ files }) => files.filter((name) => !name.endsWith('.json')).length === 1))(
    'finds $name among the files of a training, whatever it is called',
    async (fixture) => {
      const model = file('a/zzz', fixtureFile(fixture).bytes);
      for (const name of ['a/optimizer.pt', 'a/rng_state.pth', 'a/best.safetensors']) {
        expect(await whichModel([file(name, optimizer), model])).toBe(model);
      }
    },
  );

  it('takes one alone for what it is, and among others the likeliest', async () => {
    const [a, b] = [file('optimizer.pt', optimizer), file('model.bin', optimizer)];
    expect(await whichModel([])).toBeNull();
    expect(await whichModel([a])).toBe(a);
    expect(await whichModel([a, b])).toBe(b);
  });
});
