/** Every operation of a plan over odd sizes, odd places and odd strides, to be run by an executor and by plain loops. */
import { attentionStatistics, fixed, NO_TARGET, perImage, SCALARS, type Extent, type Gemm, type View } from '../ops';
import { BATCH, type CaseBook } from './case-book';

const FINITE = Float32Array.from({ length: 18 }, (_, i) => 4 * Math.sin(i));

/** `unit`: floats that places and strides are odd by. */
type Extras = (book: CaseBook, m: Extent, n: number, unit: number) => Pick<Gemm, 'bias' | 'add' | 'addPeriod' | 'gelu' | 'multiply'>;

const EXTRAS = {
  plain: () => ({}),
  'bias and GELU with derivative': (book, m, n, unit) => ({
    bias: book.weight(fixed(1), n, { at: 1 }),
    gelu: { derivative: book.matrix(m, n, { stride: n + unit }) },
  }),
  'tanh GELU with derivative': (book, m, n, unit) => ({ gelu: { kind: 'gelu-tanh', derivative: book.matrix(m, n, { stride: n + unit }) } }),
  'quick GELU': () => ({ gelu: { kind: 'quick-gelu' } }),
  'SiLU with derivative': (book, m, n, unit) => ({ gelu: { kind: 'silu', derivative: book.matrix(m, n, { stride: n + unit }) } }),
  'ReLU with derivative': (book, m, n, unit) => ({ gelu: { kind: 'relu', derivative: book.matrix(m, n, { stride: n + unit }) } }),
  'bias and addition': (book, m, n, unit) => ({
    bias: book.weight(fixed(1), n),
    add: book.matrix(m, n, { at: 2 * unit, stride: n + 3 * unit }),
  }),
  'repeated addition': (book, _, n) => ({ add: book.matrix(fixed(5), n), addPeriod: 5 }),
  multiplication: (book, m, n, unit) => ({ multiply: book.matrix(m, n, { at: 3 * unit, stride: n + 2 * unit }) }),
} as const satisfies Readonly<Record<string, Extras>>;

/** `shapes`: m an image, n, k. Aligned operands start and stride at multiples of 4 floats; in fours, the results too. */
export function addProducts(
  book: CaseBook,
  forms: readonly Gemm['form'][],
  shapes: readonly (readonly [number, number, number])[],
  extras: readonly (keyof typeof EXTRAS)[],
  places: readonly ('aligned' | 'odd' | 'fours')[],
): void {
  for (const form of forms) {
    for (const [rows, n, depth] of shapes) {
      for (const extra of extras) {
        for (const place of places) {
          const m = form === 'TN' ? fixed(rows) : perImage(rows);
          const k = form === 'TN' ? perImage(depth) : fixed(depth);
          const put = (columns: number) =>
            place === 'odd' ? { at: 5, stride: columns + (columns % 2 ? 2 : 1) } : { at: 8, stride: Math.ceil(columns / 4) * 4 };
          const unit = place === 'fours' ? 4 : 1;
          const add: Extras = EXTRAS[extra];
          book.add(`product ${form} ${rows} x ${n} x ${depth}, ${extra}, ${place}`, {
            ...{ kind: 'gemm', form, m, n, k },
            a: form === 'TN' ? book.matrix(k, rows, put(rows)) : book.matrix(m, depth, put(depth)),
            b: form === 'NT' ? book.weight(fixed(n), depth, put(depth)) : book.weight(k, n, put(n)),
            out: book.matrix(m, n, { at: unit, stride: n + unit }),
            ...add(book, m, n, unit),
          });
        }
      }
    }
  }
}

/** A product of one buffer with itself, added to its result: an accumulation of z zᵀ. */
export function addMoments(book: CaseBook, columns: number, tokens: number): void {
  const [m, k] = [fixed(columns), perImage(tokens)];
  const z = book.matrix(k, columns);
  const out = book.matrix(m, columns);
  book.add(`Σ z zᵀ over ${tokens} tokens`, { kind: 'gemm', form: 'TN', a: z, b: z, out, add: out, m, n: columns, k });
}

export function addNorms(book: CaseBook, columns: number, rows: number): void {
  const all = perImage(rows);
  const x = book.matrix(all, columns, { stride: columns + 1 });
  const [weight, bias, statistics] = [book.weight(fixed(1), columns), book.weight(fixed(1), columns), book.matrix(all, 2)];
  const gradient = book.matrix(all, columns, { at: 3 });
  const parameters = book.matrix(fixed(2), columns);
  const common = { rows: all, columns } as const;
  book.add(
    `LayerNorm of ${rows} rows of ${columns}`,
    { kind: 'layerNorm', x, weight, bias, out: book.matrix(all, columns), statistics, eps: 1e-6, ...common },
    { kind: 'layerNormBackward', gradient, x, statistics, weight, add: gradient, out: book.matrix(all, columns), ...common },
    { kind: 'layerNormBackward', gradient, x, statistics, weight, out: book.matrix(all, columns), ...common },
    {
      ...{ kind: 'layerNormParameters', gradient, x, statistics, weightGradient: parameters, ...common },
      biasGradient: { ...parameters, offset: columns },
    },
  );
}

/** One query stands for the class token alone. */
export function addAttention(book: CaseBook, heads: number, width: number, keys: number, queries: number): void {
  const dim = heads * width;
  const [ofQueries, ofKeys] = [perImage(queries), perImage(keys)];
  const [kv, dkv] = [book.matrix(ofKeys, 2 * dim), book.matrix(ofKeys, 2 * dim)];
  const second = (view: View): View => ({ ...view, offset: dim });
  const rows = (): View => book.matrix(ofQueries, dim, { at: 4 });
  const statistics = book.hidden(perImage(attentionStatistics(heads, queries)), 1);
  const shape = { q: rows(), k: kv, v: second(kv), statistics, heads, width, queries, keys, scale: 1 / Math.sqrt(width) };
  const gradient = rows();
  book.add(
    `attention of ${queries} over ${keys}, ${heads} heads of ${width}`,
    { kind: 'attention', out: rows(), ...shape },
    { kind: 'attentionBackward', gradient, dq: rows(), dk: dkv, dv: second(dkv), ...shape },
    { kind: 'attentionBackward', gradient, dv: book.matrix(ofKeys, dim), ...shape },
  );
}

/** What happens before the first block and after the last. */
export function addEnds(book: CaseBook): void {
  const [tokens, columns] = [10, 7];
  const [rows, one, width] = [perImage(tokens), fixed(1), 3 * 4 * 4];
  const pixels = Uint8Array.from({ length: BATCH * 432 }, () => Math.floor(book.uniform() * 256));
  const images = book.input('images', 'u8', perImage(432), pixels);
  const table = book.weight(fixed(tokens + 2), columns);
  for (const front of [0, 1, 3]) {
    const name = (op: string): string => (front === 1 ? op : `${op}, ${front} tokens in front`);
    book.add(name('patchify'), {
      ...{ kind: 'patchify', images, imageSize: 12, patchSize: 4, front, mean: [0.5, 0.4, 0.3], std: [0.3, 0.25, 0.2] },
      out: book.matrix(perImage(9 + front), width, { stride: width + 1 }),
    });
    book.add(name('tokenTable'), {
      ...{ kind: 'tokenTable', tokens, front, columns, positions: table, out: book.matrix(fixed(tokens), columns) },
      ...{ cls: { ...table, offset: tokens * columns }, bias: { ...table, offset: (tokens + 1) * columns } },
    });
  }
  const x = book.matrix(rows, columns);
  const single = book.matrix(perImage(1), columns);
  for (const front of [1, 3]) {
    const name = (op: string): string => (front === 1 ? op : `${op}, ${front} tokens in front`);
    for (const maximum of [0, 0.5, 1]) {
      const of = { tokens, front, columns, maximum };
      book.add(name(`pool, ${maximum} of the maximum`), { kind: 'pool', x, out: book.matrix(perImage(1), columns), ...of });
      const [out, x1] = [book.matrix(rows, columns), maximum > 0 ? { x } : {}];
      book.add(name(`poolBackward, ${maximum} of the maximum`), { kind: 'poolBackward', gradient: single, ...x1, out, ...of });
    }
  }
  // All tokens alike: all of them are the largest.
  const alike = book.weight(fixed(1), columns);
  const even = { tokens, front: 1, columns, maximum: 1 };
  const same = { ...alike, stride: 0 };
  book.add('poolBackward among equals', { kind: 'poolBackward', gradient: single, x: same, out: book.matrix(rows, columns), ...even });
  const lone = { tokens: 1, front: 0, columns, maximum: 0 };
  book.add('pool of one token', { kind: 'pool', x: single, out: book.matrix(perImage(1), columns), ...lone });
  const changing = book.matrix(rows, columns);
  book.add('addRows in place', { kind: 'addRows', a: changing, b: x, out: changing, rows, columns });
  const increment = { up: book.matrix(fixed(11), 3), down: book.matrix(fixed(3), columns), rank: 3 };
  const weight = book.weight(fixed(11), columns, { at: 2 });
  const low = { kind: 'addLowRank', rows: 11, columns } as const;
  book.add('addLowRank', { ...low, weight, out: book.matrix(fixed(11), columns), increment });
  book.add('addLowRank without an increment', { ...low, weight, out: book.matrix(fixed(11), columns) });
  const own = book.matrix(fixed(11), columns);
  book.add('addLowRank in place', { ...low, weight: own, out: own, increment });
  book.add('columnSum', { kind: 'columnSum', x, out: book.matrix(one, columns, { at: 2 }), rows, columns });
  const tall = book.matrix(perImage(197), 5, { at: 1, stride: 6 });
  book.add('columnSum of many rows', { kind: 'columnSum', x: tall, out: book.matrix(one, 5), rows: perImage(197), columns: 5 });
  const whole = book.matrix(fixed(8), columns);
  book.add('columnSum within a buffer', { kind: 'columnSum', x: { ...whole, offset: columns }, out: whole, rows: fixed(7), columns });
  book.add('crossEntropy', {
    ...{ kind: 'crossEntropy', labels: book.input('labels', 'i32', perImage(1), Int32Array.of(12, 10, 14)), first: 10, classes: 5 },
    ...{
      rows: perImage(1),
      logits: book.matrix(perImage(1), 5, { scale: 4 }),
      gradient: book.matrix(perImage(1), 5),
      loss: book.matrix(one, 4),
    },
  });
  const weights = { buffer: book.input('rowWeights', 'f32', perImage(1), Float32Array.of(0.5, 0, 1.25)), offset: 0, stride: 1 };
  book.add('crossEntropy of weighted rows, added to what is there', {
    ...{ kind: 'crossEntropy', labels: book.input('far', 'i32', perImage(1), Int32Array.of(12, 99, 14)), first: 11, classes: 4 },
    ...{ rows: perImage(1), logits: book.matrix(perImage(1), 4, { at: 1, stride: 7 }), weights },
    ...{ gradient: book.matrix(perImage(1), 4, { at: 2, stride: 6 }), loss: book.matrix(one, 4) },
  });
  // Rows of 6 targets, some of them none; of a row of weight 0 nothing is looked at.
  const wanted = Float32Array.of(0.5, -2, 3, 1, 0, 9, NaN, NaN, NaN, NaN, NaN, NaN, 4, NO_TARGET, -1, NO_TARGET, 0.25, 9);
  const targets = { buffer: book.input('targets', 'f32', perImage(6), wanted), offset: 1, stride: 6 };
  for (const [form, temperature] of [
    ['distil', 2],
    ['distil', 0.5],
    ['squared', 1],
  ] as const) {
    const whole = form === 'distil' ? { ...targets, buffer: book.input(`whole ${temperature}`, 'f32', perImage(6), FINITE) } : targets;
    book.add(`targetLoss, ${form} at ${temperature}, added to what is there`, {
      ...{ kind: 'targetLoss', form, temperature, rows: perImage(1), classes: 4, targets: whole, weights },
      ...{
        logits: book.matrix(perImage(1), 4, { at: 1, stride: 7, scale: 3 }),
        gradient: book.matrix(perImage(1), 4, { at: 2, stride: 6 }),
      },
      loss: book.matrix(one, 4),
    });
  }
  // The sum over no rows: how a buffer is cleared.
  const stale = book.matrix(fixed(3), columns);
  book.add('columnSum of no rows', { kind: 'columnSum', x, out: stale, rows: fixed(0), columns: 2 * columns });
  for (const add of [undefined, book.weight(one, 5, { at: 1 })]) {
    const place = { x: book.matrix(perImage(9), 5, { at: 2, stride: 8 }), out: book.matrix(perImage(4), 5, { at: 1, stride: 6 }) };
    const sizes = { xRows: 9, outRows: 4, rows: 3, columns: 5 } as const;
    book.add(`copyRows${add ? ' with a row added' : ''}`, { kind: 'copyRows', ...place, ...sizes, ...(add ? { add } : {}) });
  }
  const long = book.matrix(one, 5003, { at: 1 });
  const sums = book.matrix(fixed(3), 1);
  const squares = { kind: 'squares', x: long, count: 5000 } as const;
  book.add('squares', { ...squares, out: { ...sums, offset: 1 } }, { ...squares, count: 3, out: sums });
  const parts = book.positive(fixed(3), 1);
  for (const limit of [0.5, 1e6]) {
    const x = book.matrix(one, 5003, { at: 1 });
    book.add(`limit to ${limit}`, { kind: 'limit', x, count: 5000, squares: parts, parts: 3, limit });
  }
  const count = 133;
  const flat = (at = 0): View => book.matrix(one, count, { at });
  book.add('Adam', {
    ...{
      kind: 'update',
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.1 },
      rate: SCALARS.backbone,
      corrections: SCALARS.corrections,
    },
    ...{ parameter: flat(3), gradient: flat(), first: flat(), second: book.positive(one, count), count },
  });
  book.add('SGD', {
    ...{
      kind: 'update',
      optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0.1 },
      rate: SCALARS.classifier,
      corrections: SCALARS.classifierCorrections,
    },
    ...{ parameter: flat(), gradient: flat(1), first: flat(), count },
  });
}

/** Penalties and squares of gradients: one share, a part of one, several. */
export function addPenalties(book: CaseBook): void {
  const one = fixed(1);
  for (const count of [1, 133, 4096, 9001]) {
    const flat = (at = 0): View => book.matrix(one, count, { at });
    const shares = (at = 0): View => book.matrix(one, 3, { at });
    const gradient = flat(2);
    const common = { kind: 'penalise', weight: 0.75, count } as const;
    book.add(`quadratic penalty on ${count}, added to what is there`, {
      ...{ ...common, form: 'quadratic', of: flat(3), importance: book.positive(one, count), anchor: flat(1) },
      ...{ add: gradient, out: gradient, value: shares(1) },
    });
    const own = flat();
    book.add(`sum of squares of ${count}, in place`, { ...common, form: 'quadratic', of: own, out: own, value: shares() });
    const signs = flat(1);
    book.add(`absolute values of ${count}, in place`, { ...common, form: 'absolute', of: signs, out: signs, value: shares(2) });
    book.add(`norm of ${count}`, { ...common, form: 'norm', of: flat(1), add: gradient, out: flat(), value: shares() });
    book.add(`squares of ${count}`, { kind: 'addSquares', gradient: flat(1), out: flat(2), count });
    const loss = book.positive(one, 2);
    book.add(`squares of ${count} by likelihood`, {
      kind: 'addSquares',
      gradient: flat(),
      loss: { ...loss, offset: 1 },
      out: flat(),
      count,
    });
  }
}
