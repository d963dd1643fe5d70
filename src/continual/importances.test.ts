import { describe, expect, it } from 'vitest';
import { fisherOf, joined, type Fisher, type Importances } from './importances';
import { plainModel } from './testing/plain-device';
import { tinyCheckpoint, tinyTasks } from './testing/tiny';

const named = (...values: number[]) => new Map([['w', Float32Array.from(values)]]);
const past: Importances = { importance: named(2, 0), anchor: named(1, 5), classes: 3 };
const valuesOf = ({ importance, anchor }: Importances) => [[...(importance.get('w') ?? [])], [...(anchor.get('w') ?? [])]];

describe('importances from task to task', () => {
  it('fade, and pull towards the newest weights', () => {
    const left = joined(past, named(4, 1), named(3, 7), 1, { joining: 'fading', gamma: 0.5 });
    expect(valuesOf(left)).toEqual([
      [5, 1],
      [3, 7],
    ]);
  });

  it('are mixed by the share of earlier classes', () => {
    const left = joined(past, named(4, 1), named(3, 7), 1, { joining: 'mixed', gamma: 1 });
    expect(valuesOf(left)[0]).toEqual([0.75 * 2 + 0.25 * 4, 0.25]);
    expect(left.classes).toBe(4);
  });

  it("of each task's own penalty are one penalty around the weighted mean, but for a constant", () => {
    const left = joined(past, named(4, 1), named(3, 7), 1, { joining: 'each-task', gamma: 1 });
    const [[f = NaN] = [], [a = NaN] = []] = valuesOf(left);
    const own = (w: number) => 2 * (w - 1) ** 2 + 4 * (w - 3) ** 2;
    for (const w of [-1, 0.5, 4]) expect(f * (w - a) ** 2 - f * a ** 2).toBeCloseTo(own(w) - own(0), 4);
    // Where nothing mattered before, the newest weight alone counts.
    expect(valuesOf(left).map((values) => values[1])).toEqual([1, 7]);
  });

  it('of rows that are new to a classifier are those of the task alone', () => {
    const left = joined(past, named(4, 1, 9), named(3, 7, 8), 1, { joining: 'fading', gamma: 0 });
    expect(valuesOf(left)).toEqual([
      [4, 1, 9],
      [3, 7, 8],
    ]);
  });
});

describe('the Fisher information of a linear head, in closed form', () => {
  const [task] = tinyTasks([3]);
  if (!task) throw new Error('a task expected');
  const classes = { from: 0, to: 3 };

  /** Weights of (p_c − y_c)² f_d², averaged, by image: exact p_c (1 − p_c), or as the label says. */
  const share: Readonly<Record<Exclude<Fisher, 'batch-mean'>, (p: readonly number[], c: number, label: number) => number>> = {
    exact: (p, c) => (p[c] ?? 0) * (1 - (p[c] ?? 0)),
    'true-label': (p, c, label) => ((p[c] ?? 0) - (c === label ? 1 : 0)) ** 2,
    'own-probability': (p, c, label) => (p[label] ?? 0) * ((p[c] ?? 0) - (c === label ? 1 : 0)) ** 2,
  };

  it.each(['exact', 'true-label', 'own-probability'] as const)('%s', async (kind) => {
    const model = plainModel(tinyCheckpoint());
    const { dim } = model.config;
    const classifier = { weight: Float32Array.from({ length: 3 * dim }, (_, i) => Math.sin(i)), bias: Float32Array.of(0.1, 0, -0.2) };
    const positions = Int32Array.of(0, 5, 9, 17, 23);
    const learned = { trainables: { backbone: 'none', adapters: 'none' }, classes, classifier } as const;
    const passing = fisherOf(model, learned, task.train, positions, 2, kind);
    let next = await passing.next();
    while (!next.done) next = await passing.next();
    const features = await model.features(task.train.batch(positions));
    const expected = new Float64Array(3 * dim);
    positions.forEach((position, n) => {
      const f = features.subarray(n * dim, (n + 1) * dim);
      const logits = [0, 1, 2].map((c) =>
        f.reduce((sum, x, d) => sum + x * (classifier.weight[c * dim + d] ?? 0), classifier.bias[c] ?? 0),
      );
      const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
      const p = logits.map((z) => Math.exp(z) / total);
      for (let c = 0; c < 3; c++)
        for (let d = 0; d < dim; d++) {
          const at = c * dim + d;
          expected[at] =
            (expected[at] ?? 0) + (share[kind](p, c, task.train.labels[position] ?? NaN) * (f[d] ?? 0) ** 2) / positions.length;
        }
    });
    const found = next.value.get('classifier.weight') ?? new Float32Array();
    expect(found.length).toBe(expected.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5));
    model.dispose();
  });
});
