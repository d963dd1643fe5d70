import { describe, expect, it } from 'vitest';
import type { VitConfig } from '../../vit/config';
import type { PromptMix, Prompts, TrainSpec } from '../backbone';
import { clipFactor, type Clip } from '../corrections';
import type { LabelledBatch } from '../images';
import { crossEntropy } from '../objective';
import { picked, promptName, type EntryRange, type PromptPlace } from '../prompts';
import { expectClose } from './compare';
import type { Conformance } from './context';
import { tinyAdapters, tinyBatch, tinyCheckpoint, tinyClassifier, tinyConfig } from './fixtures';
import { OracleVit } from './oracle-vit';
import { normals, seeded } from './random';

const CLASSES = { from: 1, to: 4 } as const;
const SGD = { kind: 'sgd', momentum: 0, weightDecay: 0 } as const;
const tiny = tinyConfig();
/** Elements of each tensor that are compared. */
const ELEMENTS = 10;

interface Pool {
  readonly place: PromptPlace;
  readonly size?: number;
  readonly length: number;
  readonly slots?: number;
  readonly learns?: EntryRange;
}

const promptsOf = ({ dim }: VitConfig, pools: readonly Pool[]): Prompts[] =>
  pools.map(({ size = 3, slots = 1, ...rest }, i) => ({
    ...rest,
    size,
    slots,
    pool: normals(seeded(50 + i), size * rest.length * dim, 0.5),
  }));

const mixOf = (prompts: readonly Prompts[], count: number): Map<string, Float32Array> =>
  new Map(prompts.map(({ place, slots, size }, i) => [promptName(place), normals(seeded(60 + i), count * slots * size, 0.7)]));

const batchOf = (config: VitConfig, prompts: readonly Prompts[], count: number): LabelledBatch => ({
  ...tinyBatch(config, count, 9, CLASSES),
  mix: mixOf(prompts, count),
});

const specOf = (config: VitConfig, maxBatch: number, extras: Partial<TrainSpec> = {}): TrainSpec => ({
  trainables: { backbone: 'none', adapters: 'none', prompts: true, classifier: CLASSES },
  ...{ objective: crossEntropy(CLASSES), optimizer: SGD, maxBatch, classifier: tinyClassifier(config, 5), mixGradients: true },
  ...extras,
});

interface Case {
  readonly name: string;
  readonly config?: VitConfig;
  readonly pools: readonly Pool[];
  readonly count?: number;
  readonly extras?: Partial<TrainSpec>;
  readonly adapters?: boolean;
  readonly quick?: boolean;
}

const both = { backbone: 'none', adapters: 'both', prompts: true, classifier: CLASSES } as const;
const one = { size: 1, length: 2 } as const;
const CASES: readonly Case[] = [
  { name: 'a row as token', pools: [{ place: 'tokens', length: 1 }], quick: true },
  { name: '5 entries of 4 rows as tokens', pools: [{ place: 'tokens', size: 7, length: 4, slots: 5 }] },
  {
    name: '5 rows as tokens, mean pooling, 3 tokens in front',
    config: tinyConfig({ pooling: 'mean', prefixTokens: 3 }),
    pools: [{ place: 'tokens', length: 5 }],
  },
  { name: 'tokens, the norm after the mean', config: tinyConfig({ lastNorm: 'pooled' }), pools: [{ place: 'tokens', length: 2 }] },
  { name: 'tokens, no last norm', config: tinyConfig({ lastNorm: 'none', depth: 1 }), pools: [{ place: 'tokens', length: 2 }] },
  { name: 'one row before keys and values of the first block', pools: [{ place: { block: 0 }, ...one }] },
  { name: '20 rows before keys and values of the last block', pools: [{ place: { block: 1 }, length: 40 }] },
  {
    name: '5 rows before those of both, two slots',
    pools: [0, 1].map((block) => ({ place: { block }, length: 10, slots: 2 })),
    quick: true,
  },
  { name: 'mean pooling', config: tinyConfig({ pooling: 'mean' }), pools: [{ place: { block: 1 }, length: 4 }] },
  {
    name: 'one token an image',
    config: tinyConfig({ imageSize: 4, prefixTokens: 0, pooling: 'mean' }),
    pools: [{ place: { block: 0 }, length: 2 }],
  },
  {
    name: 'tokens and rows at once, some of whose entries learn',
    pools: [
      { place: 'tokens', length: 3, learns: { from: 1, to: 2 } },
      { place: { block: 1 }, length: 2 },
    ],
  },
  {
    name: 'beside adapters on all maps that learn',
    pools: [
      { place: 'tokens', length: 2 },
      { place: { block: 0 }, length: 2 },
      { place: { block: 1 }, length: 2 },
    ],
    ...{ adapters: true, extras: { trainables: both } },
  },
  {
    name: 'a whole backbone that learns, under prompts that do not',
    pools: [{ place: { block: 0 }, length: 2 }],
    extras: { trainables: { backbone: 'all', adapters: 'none', classifier: CLASSES }, mixGradients: false },
  },
  {
    name: 'activations computed again',
    pools: [
      { place: 'tokens', length: 2 },
      { place: { block: 0 }, length: 4 },
    ],
    extras: { recompute: true },
  },
  {
    name: 'two images at a time',
    pools: [
      { place: 'tokens', length: 2 },
      { place: { block: 0 }, length: 4 },
    ],
    extras: { microBatch: 2 },
  },
  {
    name: 'orthogonal entries',
    pools: [
      { place: { block: 0 }, size: 4, length: 2, learns: { from: 2, to: 4 } },
      { place: { block: 1 }, size: 3, length: 2 },
    ],
    extras: { orthogonality: 0.3 },
  },
];
/** Larger, for features and the loss alone. */
const SIZES: readonly Case[] = [
  {
    name: '65 tokens, 33 images',
    config: tinyConfig({ imageSize: 32, dim: 12, heads: 2 }),
    pools: [{ place: { block: 0 }, length: 10 }],
    count: 33,
  },
  {
    name: '65 tokens and 25 prompts',
    config: tinyConfig({ imageSize: 32 }),
    pools: [{ place: 'tokens', size: 10, length: 5, slots: 5 }],
    count: 2,
  },
  { name: '197 tokens', config: tinyConfig({ imageSize: 56, depth: 1 }), pools: [{ place: { block: 0 }, length: 40 }], count: 1 },
  { name: '7 tokens in front', config: tinyConfig({ prefixTokens: 7 }), pools: [{ place: 'tokens', length: 20 }], count: 5 },
];

/** weight · mean((X Xᵀ − 1)²) over all pools. */
function orthogonality(oracle: OracleVit, prompts: readonly Prompts[], weight = 0): number {
  let total = 0;
  for (const { place, size } of prompts) {
    const rows = oracle.parameter(promptName(place));
    const width = rows.length / size;
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) {
        let product = a === b ? -1 : 0;
        for (let d = 0; d < width; d++) product += (rows[a * width + d] ?? NaN) * (rows[b * width + d] ?? NaN);
        total += (weight * product ** 2) / size ** 2;
      }
  }
  return total;
}

/** d value / d values[i] by central differences. */
function slopes(values: Float32Array | Float64Array, indices: readonly number[], value: () => number): number[] {
  // A float32 array keeps fewer digits of the steps: they are larger, and read back.
  const h = values instanceof Float32Array ? 1e-3 : 1e-5;
  return indices.map((i) => {
    const before = values[i] ?? NaN;
    values[i] = before + h;
    const [above, up] = [value(), values[i] ?? NaN];
    values[i] = before - h;
    const [below, down] = [value(), values[i] ?? NaN];
    values[i] = before;
    return (above - below) / (up - down);
  });
}

const sample = (length: number): number[] =>
  Array.from({ length: Math.min(length, ELEMENTS) }, (_, i) => Math.floor(((i + 0.5) * length) / Math.min(length, ELEMENTS)));

/** Pools of rows beside tokens, keys and values: what they compute and how they learn. */
export function promptChecks({ device, tolerance, quick, steps }: Conformance): void {
  describe('prompts', () => {
    const chosen = CASES.filter((each) => !quick || each.quick);
    for (const { name, config = tiny, pools, count = 3, extras, adapters: adapted } of chosen) {
      it(`${name}: features, loss and gradients by finite differences`, async () => {
        const checkpoint = tinyCheckpoint(config);
        const prompts = promptsOf(config, pools);
        const adapters = adapted ? tinyAdapters(config, ['q', 'k', 'v', 'proj', 'fc1', 'fc2'], 2) : [];
        const spec = specOf(config, count, extras);
        const batch = batchOf(config, prompts, count);
        const oracle = new OracleVit(checkpoint, adapters, spec.classifier, prompts);
        const loss = (): number => oracle.loss(batch, CLASSES) + orthogonality(oracle, prompts, extras?.orthogonality);
        const model = await device().load(checkpoint);
        try {
          model.attach(adapters);
          model.prompt(prompts);
          expectClose(await model.features(batch, batch.mix), oracle.forward(batch).features, tolerance, 'features');
          const trainer = model.train(spec);
          const found = await trainer.gradients(batch);
          expect(found.loss).toBeCloseTo(loss(), 5);
          const mixes = prompts.map(({ place }) => `${promptName(place)}.mix`);
          expect([...found.gradients.keys()].filter((key) => mixes.includes(key))).toEqual(spec.mixGradients ? mixes : []);
          for (const [parameter, gradient] of found.gradients) {
            const pool = prompts.find(({ place }) => promptName(place) === parameter);
            const mix = batch.mix?.get(parameter.replace(/\.mix$/, ''));
            const values = parameter.endsWith('.mix') ? mix : oracle.parameter(parameter);
            if (!values) throw new Error(`No values of "${parameter}"`);
            expect(gradient, parameter).toHaveLength(values.length);
            const indices = sample(gradient.length);
            const { from = 0, to = Infinity } = pool?.learns ?? {};
            const each = pool ? pool.pool.length / pool.size : 1;
            const expected = slopes(values, indices, loss).map((slope, i) => {
              const entry = Math.floor((indices[i] ?? NaN) / each);
              return pool && !(entry >= from && entry < to) ? 0 : slope;
            });
            expectClose(
              indices.map((i) => gradient[i] ?? NaN),
              expected,
              20 * tolerance,
              parameter,
              1e-2,
            );
          }
        } finally {
          model.dispose();
        }
      });
    }

    for (const { name, config = tiny, pools, count = 1 } of quick ? [] : SIZES) {
      it(`${name}: features and loss`, async () => {
        const prompts = promptsOf(config, pools);
        const batch = batchOf(config, prompts, count);
        const spec = specOf(config, count);
        const oracle = new OracleVit(tinyCheckpoint(config), [], spec.classifier, prompts);
        const model = await device().load(tinyCheckpoint(config));
        try {
          model.prompt(prompts);
          expectClose(await model.features(batch, batch.mix), oracle.forward(batch).features, tolerance, 'features');
          expect((await model.train(spec).gradients(batch)).loss).toBeCloseTo(oracle.loss(batch, CLASSES), 5);
        } finally {
          model.dispose();
        }
      });
    }

    it('a step follows the gradients, of entries that learn alone, and gives those of the mix; many leave no memory behind', async () => {
      const prompts = promptsOf(tiny, [
        { place: 'tokens', size: 3, length: 3, learns: { from: 1, to: 2 } },
        { place: { block: 1 }, length: 2 },
      ]);
      const batch = batchOf(tiny, prompts, 3);
      const model = await device().load(tinyCheckpoint(tiny));
      try {
        model.prompt(prompts);
        const trainer = model.train(specOf(tiny, 3));
        const { gradients } = await trainer.gradients(batch);
        await trainer.step(batch, { backbone: 0.1, classifier: 0.1 });
        const { mix, squares } = await trainer.feedback();
        expect(squares).toBeNull();
        const after = await model.prompts();
        prompts.forEach(({ place, pool }, i) => {
          const name = promptName(place);
          expect(mix.get(name), name).toEqual(gradients.get(`${name}.mix`));
          const expected = pool.map((value, at) => value - 0.1 * (gradients.get(name)?.[at] ?? NaN));
          expectClose(after[i]?.pool, expected, tolerance, name);
        });
        const [first] = prompts;
        expect(after[0]?.pool.slice(0, 24)).toEqual(first?.pool.slice(0, 24));
        expect(after[0]?.pool.slice(48)).toEqual(first?.pool.slice(48));
        const before = device().memory();
        for (let step = 0; step < steps; step++) await trainer.step(batch, { backbone: 0.01, classifier: 0.01 });
        await trainer.losses();
        expect(device().memory()).toEqual(before);
      } finally {
        model.dispose();
      }
    });

    it('without a mix, and detached, the model is as without prompts, to the bit', async () => {
      const model = await device().load(tinyCheckpoint(tiny));
      const images = tinyBatch(tiny, 4);
      try {
        const plain = await model.features(images);
        const empty = device().memory();
        const prompts = promptsOf(tiny, [
          { place: 'tokens', length: 2 },
          { place: { block: 0 }, length: 2 },
        ]);
        model.prompt(prompts);
        expect(await model.prompts()).toEqual(prompts);
        expect(await model.features(images)).toEqual(plain);
        expect(await model.features(images, mixOf(prompts, 4))).not.toEqual(plain);
        const other = await model.fork();
        expect(await other.prompts()).toEqual([]);
        other.dispose();
        model.prompt([]);
        expect(await model.features(images, new Map())).toEqual(plain);
        expect(device().memory()).toEqual(empty);
      } finally {
        model.dispose();
      }
    });

    it('picked entries are those entries; many images come in parts', async () => {
      const config = tinyConfig({ imageSize: 32 });
      const prompts = promptsOf(config, [{ place: { block: 0 }, size: 4, length: 4, slots: 2 }]);
      const count = quick ? 3 : 130;
      const choice = Int32Array.from({ length: 2 * count }, (_, i) => (i * 7) % 4);
      const mix: PromptMix = new Map([['blocks.0.prompts', picked(choice, 4)]]);
      const batch = tinyBatch(config, count);
      const model = await device().load(tinyCheckpoint(config));
      try {
        model.prompt(prompts);
        const all = await model.features(batch, mix);
        const last = { pixels: batch.pixels.slice(-3072), count: 1, size: 32 };
        // The same entries, in a pool of their own.
        const [own] = prompts;
        const entries = [...choice.slice(-2)].map((entry) => own?.pool.slice(entry * 32, (entry + 1) * 32) ?? []);
        model.prompt([
          { place: { block: 0 }, size: 2, length: 4, slots: 2, pool: Float32Array.from(entries.flatMap((rows) => [...rows])) },
        ]);
        const alone = await model.features(last, new Map([['blocks.0.prompts', picked([0, 1], 2)]]));
        expectClose(all.slice(-8), alone, tolerance, 'features');
        expect(() => picked([4], 4)).toThrow(/entries 0 to 3, not 4/);
      } finally {
        model.dispose();
      }
    });

    it('state and restore: the same bits', async () => {
      const prompts = promptsOf(tiny, [{ place: { block: 1 }, length: 4 }]);
      const batch = batchOf(tiny, prompts, 3);
      const spec = specOf(tiny, 3, { optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } });
      const rates = { backbone: 0.01, classifier: 0.01 };
      const [model, other] = [await device().load(tinyCheckpoint(tiny)), await device().load(tinyCheckpoint(tiny))];
      try {
        model.prompt(prompts);
        const trainer = model.train(spec);
        await trainer.step(batch, rates);
        await other.restore(await model.state());
        const again = other.train(spec);
        await again.restore(await trainer.state());
        for (const each of [trainer, again]) await each.step(batch, rates);
        expect(await other.prompts()).toEqual(await model.prompts());
        expect(await again.classifier()).toEqual(await trainer.classifier());
      } finally {
        model.dispose();
        other.dispose();
      }
    });

    it('what does not fit is refused by name', async () => {
      const model = await device().load(tinyCheckpoint(tiny));
      try {
        const [good] = promptsOf(tiny, [{ place: { block: 0 }, length: 2 }]);
        if (!good) throw new Error('no prompts');
        const attach = (changes: Partial<Prompts>) => () => model.prompt([{ ...good, ...changes }]);
        expect(attach({ place: { block: 2 } })).toThrow(/block 2.*blocks 0 to 1/);
        expect(attach({ length: 3 })).toThrow(/3 rows cannot be halved/);
        expect(attach({ slots: 0 })).toThrow(/in 0 slots/);
        expect(attach({ pool: new Float32Array(4) })).toThrow(/4 values, expected 3 x 2 x 8/);
        expect(attach({ learns: { from: 1, to: 4 } })).toThrow(/learn entries 1 to 4 of 3/);
        expect(() => model.prompt([good, good])).toThrow(/"blocks.0.prompts" is named twice/);
        expect(() => model.train(specOf(tiny, 2))).toThrow(/none are attached/);
        model.prompt([good]);
        const mix = (values: number) => new Map([['blocks.0.prompts', new Float32Array(values)]]);
        await expect(model.features(tinyBatch(tiny, 2), mix(3))).rejects.toThrow(/3 values, expected 2 x 1 x 3/);
        await expect(model.features(tinyBatch(tiny, 2), new Map([['prompts', new Float32Array(1)]]))).rejects.toThrow(
          /no prompts of that name/,
        );
        const trainer = model.train(specOf(tiny, 2));
        expect(() => model.prompt([])).toThrow(/while a trainer/);
        await expect(trainer.feedback()).rejects.toThrow(/before the first step/);
        await expect(trainer.step(tinyBatch(tiny, 2, 9, CLASSES), { backbone: 0, classifier: 0 })).rejects.toThrow(/no mix/);
        trainer.dispose();
        model.prompt(promptsOf(tiny, [{ place: 'tokens', length: 2 }]));
        expect(() =>
          model.train(specOf(tiny, 2, { trainables: { backbone: 'all', adapters: 'none', classifier: CLASSES }, mixGradients: false })),
        ).toThrow(/frozen/);
      } finally {
        model.dispose();
      }
    });
  });

  describe('a clip', () => {
    const prompts = promptsOf(tiny, [{ place: 'tokens', size: 3, length: 3, learns: { from: 1, to: 3 } }]);

    it.each([
      ['shortens gradients of all that learns together', 0.1, 0],
      ['counts what is kept elsewhere', 0.1, 4],
      ['leaves short ones as they are', 1e3, 2],
    ])('%s', async (_, norm, squares) => {
      const clip: Clip = { kind: 'clip', norm };
      const trainables = { backbone: 'none', adapters: 'both', prompts: true, classifier: CLASSES } as const;
      const batch = { ...batchOf(tiny, prompts, 3), squares };
      const model = await device().load(tinyCheckpoint(tiny));
      try {
        model.attach(tinyAdapters(tiny, ['fc1'], 3));
        model.prompt(prompts);
        const trainer = model.train(specOf(tiny, 3, { trainables, corrections: [clip] }));
        const { gradients } = await trainer.gradients(batch);
        const before = new Map((await model.adapters()).map(({ block, up }) => [`blocks.${block}.fc1.up`, up]));
        let total = squares;
        for (const [name, values] of gradients) if (!name.endsWith('.mix')) for (const value of values) total += value ** 2;
        const factor = Math.min(1, norm / (Math.sqrt(total) + 1e-6));
        await trainer.step(batch, { backbone: 1, classifier: 0.5 });
        const found = (await trainer.feedback()).squares ?? NaN;
        expect(found / total).toBeCloseTo(1, 4);
        expect(clipFactor(clip, found)).toBeCloseTo(factor, 5);
        expect(factor === 1).toBe(norm > 1);
        const moved = (start: ArrayLike<number>, end: ArrayLike<number>, rate: number) =>
          Array.from(start, (value, i) => (value - (end[i] ?? NaN)) / (rate * factor));
        const after = new Map((await model.adapters()).map(({ block, up }) => [`blocks.${block}.fc1.up`, up]));
        for (const [name, start] of before)
          expectClose(moved(start, after.get(name) ?? [], 1), gradients.get(name) ?? [], 200 * tolerance, name, 1e-2);
        const [pool] = await model.prompts();
        expectClose(moved(prompts[0]?.pool ?? [], pool?.pool ?? [], 1), gradients.get('prompts') ?? [], 200 * tolerance, 'prompts', 1e-2);
        const { bias } = await trainer.classifier();
        expectClose(moved(tinyClassifier(tiny, 5).bias, bias, 0.5), gradients.get('classifier.bias') ?? [], 200 * tolerance, 'bias', 1e-2);
      } finally {
        model.dispose();
      }
    });
  });
}
