import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NamedTensor } from '../../vit/checkpoint';
import type { Adapter, TrainSpec, VitModel } from '../backbone';
import { tinySpec } from './checks-trainer';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyConfig } from './fixtures';
import { crossEntropy } from '../objective';

/** Wrong input gets an error that names what is wrong, and the model stays usable. */
export function misuseChecks({ device }: Conformance): void {
  const config = tinyConfig();
  const checkpoint = tinyCheckpoint(config);
  const LOCAL = { from: 2, to: 5 } as const;
  const RATES = { backbone: 0.01, classifier: 0.01 } as const;

  describe('misuse', () => {
    let opened: VitModel | undefined;
    const model = (): VitModel => {
      if (!opened) throw new Error('The model did not load');
      return opened;
    };
    beforeEach(async () => {
      opened = await device().load(checkpoint);
    });
    afterEach(() => opened?.dispose());

    it('names a missing or misshapen weight', async () => {
      const load = (change: (tensors: Map<string, NamedTensor>) => void): Promise<VitModel> => {
        const tensors = new Map(checkpoint.tensors);
        change(tensors);
        return device().load({ ...checkpoint, tensors });
      };
      const before = device().memory();
      await expect(load((tensors) => tensors.delete('blocks.1.mlp.fc1.bias'))).rejects.toThrow(/blocks\.1\.mlp\.fc1\.bias/);
      const short = { shape: [3 * config.dim], data: new Float32Array(3) };
      await expect(load((tensors) => tensors.set('blocks.0.attn.qkv.bias', short))).rejects.toThrow(/blocks\.0\.attn\.qkv\.bias/);
      expect(device().memory()).toEqual(before);
    });

    it('names images of another size, or too few bytes', async () => {
      const other = tinyBatch(tinyConfig({ imageSize: 12 }), 1);
      await expect(model().features(other)).rejects.toThrow(/12.*8|8.*12/);
      await expect(model().features({ pixels: new Uint8Array(10), count: 1, size: 8 })).rejects.toThrow(/10/);
    });

    const adapter: Adapter = { block: 0, target: 'k', rank: 2, down: new Float32Array(16), up: new Float32Array(16) };
    for (const [name, bad, message] of [
      ['a block that is not there', { ...adapter, block: 2 }, /block 2/i],
      ['a down of the wrong length', { ...adapter, down: new Float32Array(15) }, /down/],
      ['an up of the wrong length', { ...adapter, target: 'fc1' }, /up/],
      ['a rank of zero', { ...adapter, rank: 0, down: new Float32Array(0), up: new Float32Array(0) }, /rank/i],
    ] as const) {
      it(`refuses ${name}`, () => {
        expect(() => model().attach([bad])).toThrow(message);
      });
    }

    for (const [name, change, message] of [
      ['an empty objective', { objective: crossEntropy({ from: 2, to: 2 }) }, /empty|range/i],
      ['classes beyond the classifier', { objective: crossEntropy({ from: 2, to: 9 }) }, /9/],
      ['a classifier of another width', { classifier: { weight: new Float32Array(10), bias: new Float32Array(6) } }, /classifier/i],
      ['adapters to train where none is attached', { trainables: { backbone: 'none', adapters: 'up', classifier: LOCAL } }, /adapter/i],
    ] as const satisfies readonly (readonly [string, Partial<TrainSpec>, RegExp])[]) {
      it(`refuses ${name}`, () => {
        const spec = { ...tinySpec, trainables: { backbone: 'none', adapters: 'none', classifier: LOCAL } } as const;
        expect(() => model().train({ ...spec, ...change })).toThrow(message);
        model().train(spec).dispose();
      });
    }

    it('refuses a label outside the objective, and goes on', async () => {
      model().attach(tinyAdapters(config, ['k'], 1));
      const trainer = model().train(tinySpec);
      await expect(trainer.step(tinyBatch(config, 2, 1, { from: 0, to: 2 }), RATES)).rejects.toThrow(/label/i);
      await trainer.step(tinyBatch(config, 2, 1, LOCAL), RATES);
      expect(await trainer.losses()).toHaveLength(1);
    });
  });
}
