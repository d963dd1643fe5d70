import { describe, expect, it } from 'vitest';
import { vit } from '../testing/fixtures';
import { GPU_CHOICE, type ProductKind } from './table';
import { candidatesFor, fastest, productsOf, tunedProducts } from './tune';

const MODELS = [
  ['the bundled backbone', vit(128, 4, 4, 32, 8)],
  ['ViT-Ti', vit(192, 12, 3, 224, 16)],
  ['ViT-B', vit(768, 12, 12, 224, 16)],
] as const;

/** Code with names by the order in which they come, so that a mere renaming makes no difference. */
function folded(code: string): string {
  const names = new Map<string, number>();
  return code.replace(/[a-z_]\w*/gi, (name) => {
    const number = names.get(name) ?? names.size;
    names.set(name, number);
    return `n${number}`;
  });
}

describe('candidates', () => {
  it.each(MODELS)('at the products of %s are other kernels, not other names', (_, config) => {
    for (const shape of productsOf(config)) {
      const codes = [...candidatesFor(shape, GPU_CHOICE).values()].map(folded);
      expect(new Set(codes).size).toBe(codes.length);
      expect(codes.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('include every kind where the products are large', () => {
    const [, config] = MODELS[2];
    for (const shape of productsOf(config))
      expect([...candidatesFor(shape, GPU_CHOICE).keys()]).toEqual(['8x4', '8x8', '4x4', 'registers']);
  });

  it('have no loop left within a step of the depth: at least 256 multiplications and additions from one branch to the next', () => {
    const [, config] = MODELS[2];
    for (const shape of productsOf(config)) {
      for (const [kind, code] of candidatesFor(shape, GPU_CHOICE)) {
        if (kind === 'registers') continue;
        const step = code.slice(code.indexOf('for (var d '), code.lastIndexOf('workgroupBarrier();'));
        expect(step.match(/\bfor\b/g)).toHaveLength(1);
        const products = (pattern: RegExp): number => (step.match(pattern) ?? []).length;
        expect(products(/ \* y\d+\./g) + 4 * products(/ \* y\d+(?!\d*\.)/g)).toBeGreaterThanOrEqual(256);
      }
    }
  });
});

/** A device on which one run takes so many milliseconds, seen through a clock that ticks and a wait that it adds. */
function simulated(each: Readonly<Record<ProductKind, number>>, tick: number, wait: number) {
  let now = 0;
  let measured = 0;
  const time = async (kind: ProductKind, runs: number): Promise<number> => {
    const seen = (): number => Math.floor(now / tick) * tick;
    now += 0.37 * tick;
    const before = seen();
    now += runs * each[kind];
    now = wait > 0 ? Math.ceil(now / wait) * wait : now;
    measured += runs * each[kind];
    return seen() - before;
  };
  return { time, measured: () => measured };
}

const KINDS: readonly ProductKind[] = ['8x4', '8x8', '4x4', 'registers'];

describe('the fastest kernels', () => {
  const cases: readonly [string, Readonly<Record<ProductKind, number>>, ProductKind][] = [
    ['slow products', { '8x4': 4, '8x8': 3, '4x4': 7, registers: 60 }, '8x8'],
    ['quick ones', { '8x4': 0.02, '8x8': 0.03, '4x4': 0.015, registers: 0.9 }, '4x4'],
    ['a processor in disguise', { '8x4': 9, '8x8': 8, '4x4': 12, registers: 2 }, 'registers'],
    ['no difference', { '8x4': 1, '8x8': 1, '4x4': 1, registers: 1 }, '8x4'],
  ];
  it.each(cases)('are the same by every clock: %s', async (_, each, expected) => {
    for (const [tick, wait] of [
      [0.001, 0],
      [0.1, 0],
      [1, 0],
      [100, 0],
      [0.1, 100],
    ] as const) {
      const { time, measured } = simulated(each, tick, wait);
      expect(await fastest(KINDS, time)).toBe(expected);
      // The candidate that is taken was seen for 20 ms at least.
      expect(measured()).toBeGreaterThan(20);
    }
  });

  it('are the first unless others gain a tenth; kernels that do not run are passed over', async () => {
    const of = (each: Partial<Record<ProductKind, number>>): Promise<ProductKind> =>
      fastest(KINDS, async (kind, runs) => {
        const took = each[kind];
        if (took === undefined) throw new Error('lost');
        return took * runs;
      });
    expect(await of({ '8x4': 1, '8x8': 0.95, registers: 0.98 })).toBe('8x4');
    expect(await of({ '8x4': 1, '8x8': 0.8, registers: 0.7 })).toBe('registers');
    expect(await of({ '8x8': 5 })).toBe('8x8');
    expect(await of({})).toBe('8x4');
  });

  it('are looked for at every form of the model’s products', async () => {
    const [, config] = MODELS[2];
    const slow: Readonly<Record<string, ProductKind>> = { NT: '8x8', NN: '4x4', TN: 'registers' };
    const found = await tunedProducts(
      config,
      GPU_CHOICE,
      'nowhere',
      async (kind, { form }, runs) => (slow[form] === kind ? 1 : 2) * runs,
      true,
    );
    expect(found).toEqual(slow);
  });
});
