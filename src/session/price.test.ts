import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecordText } from './migrations';
import { priceOf } from './price';

const recordOf = (id: string) => parseRecordText(readFileSync(`public/runs/${id}.json`, 'utf8'));
const priceIn = (id: string, method: string) => {
  const record = recordOf(id);
  const run = record.methods.find((each) => each.id === method);
  return run ? priceOf(record, run) : null;
};

describe('what a method costs', () => {
  // By hand: 4 blocks of width 128, hidden 512, rank 16. Outputs of q, k, v, proj, fc2 and fc1: 5 x 128 + 512 = 1152, inputs as many.
  it.each([
    ['full-fine-tuning', { trained: 820_352, epochs: 4, looks: 1 }],
    ['inflora', { trained: 4 * 16 * 1152, epochs: 4, looks: 2 }],
    ['sequential-lora', { trained: 4 * 16 * 2304, epochs: 4, looks: 1 }],
    ['frozen', { trained: 0, epochs: 0, looks: 1 }],
  ])('%s on the default experiment', (method, price) => expect(priceIn('default', method)).toEqual(price));

  // Rank 8 on keys and values.
  it('as the paper has it', () => expect(priceIn('alphabets', 'inflora')).toEqual({ trained: 4 * 8 * 256, epochs: 4, looks: 2 }));

  it('is not told of a method that nobody knows here', () => {
    const record = recordOf('default');
    const [run] = record.methods;
    if (!run) throw new Error('a method expected');
    const tomorrow = { ...record.experiment, methods: [{ id: 'of-tomorrow' }] };
    expect(priceOf({ ...record, experiment: tomorrow }, { ...run, id: 'of-tomorrow' })).toBeNull();
  });

  it('says nothing of parameters where the backbone is no plain one', () => {
    const record = recordOf('default');
    const run = record.methods.find(({ id }) => id === 'inflora');
    if (!run) throw new Error('InfLoRA expected');
    expect(priceOf({ ...record, backbone: { ...record.backbone, parameters: 820_353 } }, run)?.trained).toBeNull();
  });
});
