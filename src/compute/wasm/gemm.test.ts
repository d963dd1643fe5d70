import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIVATIONS } from '../testing/oracle-vit';
import { fixed, type Gemm } from '../plan/ops';
import { relativeError } from '../testing/compare';
import { erf } from '../testing/erf';
import { WasmExecutor } from './executor';
import { at, matrixFrom, randomMatrix, runOp, type Matrix } from './testing/run-op';

/** m, n, k: all remainders of the 6 x 8 tile, single rows and columns, and more than one pass of depth 384. */
const sizes = [
  [1, 1, 1],
  [6, 8, 4],
  [7, 9, 5],
  [5, 15, 3],
  [33, 4, 96],
  [65, 32, 17],
  [13, 100, 65],
  [197, 10, 32],
  [50, 23, 385],
  [11, 17, 900],
  [130, 345, 7],
] as const;

const gelu = (x: number): number => (x / 2) * (1 + erf(x / Math.SQRT2));
/** Φ(x) + x φ(x). */
const geluSlope = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2 + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);

describe('products, against loops in float64', () => {
  let executor: WasmExecutor;
  beforeAll(async () => {
    executor = await WasmExecutor.open({ threads: 1 });
  });
  afterAll(() => executor.dispose());

  const operands = (form: Gemm['form'], m: number, n: number, k: number) => {
    const a = form === 'TN' ? randomMatrix(1, k, m) : randomMatrix(1, m, k);
    const b = form === 'NT' ? randomMatrix(2, n, k) : randomMatrix(2, k, n);
    const product = matrixFrom(m, n, (i, j) => {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += (form === 'TN' ? at(a, p, i) : at(a, i, p)) * (form === 'NT' ? at(b, j, p) : at(b, p, j));
      return sum;
    });
    return { a, b, product };
  };

  for (const form of ['NT', 'NN', 'TN'] as const)
    for (const [m, n, k] of sizes) {
      it(`${form}, ${m} x ${n} x ${k}`, async () => {
        const { a, b, product } = operands(form, m, n, k);
        const { out } = await runOp(executor, 1, { a, b }, { out: [m, n] }, (view) => ({
          ...{ kind: 'gemm', form, a: view('a'), b: view('b'), out: view('out'), m: fixed(m), n, k: fixed(k) },
        }));
        expect(relativeError(out?.data ?? [], product.data)).toBeLessThan(1e-6);
      });
    }

  const finish = async (
    m: number,
    n: number,
    k: number,
    extras: (name: string) => Partial<Gemm>,
    expected: (x: number, i: number, j: number) => number,
    more: Record<string, Matrix>,
  ) => {
    const { a, b, product } = operands('NN', m, n, k);
    const { out, derivative } = await runOp(executor, 1, { a, b, ...more }, { out: [m, n], derivative: [m, n] }, (view) => ({
      ...{ kind: 'gemm', form: 'NN', a: view('a'), b: view('b'), out: view('out'), m: fixed(m), n, k: fixed(k) },
      ...Object.fromEntries(Object.entries(extras('')).map(([key, value]) => [key, typeof value === 'string' ? view(value) : value])),
      ...(extras('').gelu ? { gelu: { derivative: view('derivative') } } : {}),
    }));
    const wanted = matrixFrom(m, n, (i, j) => expected(at(product, i, j), i, j));
    expect(relativeError(out?.data ?? [], wanted.data)).toBeLessThan(1e-6);
    return { product, derivative };
  };

  for (const [m, n, k] of [
    [13, 19, 5],
    [12, 16, 400],
    [130, 40, 33],
  ] as const) {
    const bias = randomMatrix(3, 1, n);
    const add = randomMatrix(4, m, n);
    const multiply = randomMatrix(5, m, n);
    const table = randomMatrix(6, 5, n);
    const named = (fields: Record<string, unknown>) => () => fields as Partial<Gemm>;

    it(`finishes with bias, addend and factor, ${m} x ${n} x ${k}`, async () => {
      const fields = named({ bias: 'bias', add: 'add', multiply: 'multiply' });
      const expected = (x: number, i: number, j: number): number => (x + at(bias, 0, j) + at(add, i, j)) * at(multiply, i, j);
      await finish(m, n, k, fields, expected, { bias, add, multiply });
    });

    it(`repeats an addend down the rows, ${m} x ${n} x ${k}`, async () => {
      const expected = (x: number, i: number, j: number): number => x + at(table, i % 5, j);
      await finish(m, n, k, named({ add: 'table', addPeriod: 5 }), expected, { table });
    });

    it(`adds to what is there, ${m} x ${n} x ${k}`, async () => {
      await finish(m, n, k, named({ add: 'out' }), (x, i, j) => x + at(add, i, j), { out: add });
    });

    it(`applies GELU and keeps its derivative, ${m} x ${n} x ${k}`, async () => {
      const fields = named({ bias: 'bias', gelu: {} });
      const { product, derivative } = await finish(m, n, k, fields, (x, _, j) => gelu(x + at(bias, 0, j)), { bias });
      const wanted = matrixFrom(m, n, (i, j) => geluSlope(at(product, i, j) + at(bias, 0, j)));
      expect(relativeError(derivative?.data ?? [], wanted.data)).toBeLessThan(1e-6);
    });
  }

  it('has GELU and its derivative to 1e-6 absolute from −12 to 12', async () => {
    const n = 1001;
    const x = matrixFrom(1, n, (_, j) => Math.fround(-12 + (24 * j) / (n - 1)));
    const one = matrixFrom(1, 1, () => 1);
    const { out, derivative } = await runOp(executor, 1, { a: one, b: x }, { out: [1, n], derivative: [1, n] }, (view) => ({
      ...{ kind: 'gemm', form: 'NN', a: view('a'), b: view('b'), out: view('out'), m: fixed(1), n, k: fixed(1) },
      gelu: { derivative: view('derivative') },
    }));
    const worst = (values: Matrix | undefined, expected: (x: number) => number): number =>
      Math.max(...x.data.map((value, j) => Math.abs((values?.data[j] ?? NaN) - expected(value))));
    expect(worst(out, gelu)).toBeLessThan(1e-6);
    expect(worst(derivative, geluSlope)).toBeLessThan(1e-6);
  });

  it.each(['gelu-tanh', 'quick-gelu', 'silu', 'relu'] as const)(
    'has %s and its derivative to 2e-6 absolute from −12 to 12',
    async (kind) => {
      const of = ACTIVATIONS[kind];
      const slope = (x: number): number => (of(x + 1e-6) - of(x - 1e-6)) / 2e-6;
      // Rows that end in one, two and three values beyond whole vectors.
      for (const n of [1001, 1002, 1003]) {
        // Not at 0, where max(0, x) has no slope.
        const x = matrixFrom(1, n, (_, j) => Math.fround(-12 + (24 * (j + 0.3)) / n));
        const one = matrixFrom(1, 1, () => 1);
        const { out, derivative } = await runOp(executor, 1, { a: one, b: x }, { out: [1, n], derivative: [1, n] }, (view) => ({
          ...{ kind: 'gemm', form: 'NN', a: view('a'), b: view('b'), out: view('out'), m: fixed(1), n, k: fixed(1) },
          gelu: { kind, derivative: view('derivative') },
        }));
        const worst = (values: Matrix | undefined, expected: (x: number) => number): number =>
          Math.max(...x.data.map((value, j) => Math.abs((values?.data[j] ?? NaN) - expected(value))));
        expect(worst(out, of)).toBeLessThan(2e-6);
        expect(worst(derivative, slope)).toBeLessThan(2e-6);
      }
    },
  );
});
