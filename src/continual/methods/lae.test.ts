import { describe, expect, it } from 'vitest';
import { Accumulation, TASK_DECAY } from '../adaptations/accumulated';
import { normalHeads } from '../heads';
import { freshLora } from '../lora';
import { MethodCourse } from '../course';
import { ensembleOfHeads } from '../readouts/ensemble';
import { createRng } from '../rng';
import { learn, MEASURES, TINY, tinyBench, tinyTasks } from '../testing/tiny';
import { lae } from './lae';

const tasks = tinyTasks([3, 2]);
const [first, second] = tasks;
if (!first || !second) throw new Error('two tasks expected');
const OPTIONS = { rank: 2, blocks: 5, heldShare: 0.5 } as const;

function make(decay: number | null, heldShare = 0.5) {
  const bench = tinyBench();
  const adapters = freshLora(TINY, 2, createRng(1)).map((adapter) => ({
    ...adapter,
    scale: { name: `${adapter.block}.${adapter.target}`, value: 1 },
  }));
  const adaptation = new Accumulation(bench, { adapters, heldShare, decay }, { initialiseHead: normalHeads(1, 0.001) });
  const course = new MethodCourse({ adaptation, readout: ensembleOfHeads(adaptation) }, {}, lae.plan(OPTIONS), bench, MEASURES);
  return { bench, adaptation, course };
}

async function values({ bench }: ReturnType<typeof make>): Promise<ReadonlyMap<string, Float32Array>> {
  const adapters = await bench.model.adapters();
  return new Map(
    adapters.flatMap(({ block, target, up, down, scale }) => [
      [`blocks.${block}.${target}.up`, up] as const,
      [`blocks.${block}.${target}.down`, down] as const,
      [`scale.${block}.${target}`, Float32Array.of(scale?.value ?? NaN)] as const,
    ]),
  );
}

describe('LAE', () => {
  it('holds the adapter while the new head settles, and averages all the while', async () => {
    const made = make(0.8);
    await learn(made.course, first, { epochs: 2 });
    expect(made.adaptation.averaged).toBeNull();
    const before = await values(made);
    const expected = new Map([...before].map(([name, value]) => [name, Float64Array.from(value)]));
    // 16 images in batches of 8: two steps an epoch, the first of two epochs held.
    await learn(made.course, second, {
      epochs: 2,
      after: async (step) => {
        const now = await values(made);
        if (step <= 2) expect(now).toEqual(before);
        else expect(now).not.toEqual(before);
        for (const [name, value] of expected) value.forEach((old, i) => (value[i] = 0.8 * old + 0.2 * (now.get(name)?.[i] ?? NaN)));
      },
    });
    expect(made.adaptation.averaged?.size).toBe(expected.size);
    for (const [name, value] of expected) {
      const found = made.adaptation.averaged?.get(name) ?? [];
      value.forEach((each, i) => expect(found[i], name).toBeCloseTo(each, 5));
    }
  });

  it('leaves what the authors leave over a task of theirs, whatever the steps', async () => {
    const made = make(null, 0);
    await learn(made.course, first, { epochs: 1 });
    const before = await values(made);
    // An adapter that never moves again: held to the end, its average stays with it.
    const still = make(null, 1);
    await learn(still.course, first, { epochs: 1 });
    await learn(still.course, second, { epochs: 3 });
    for (const [name, value] of before) {
      still.adaptation.averaged?.get(name)?.forEach((each, i) => expect(each, name).toBeCloseTo(value[i] ?? NaN, 5));
    }
    const decay = TASK_DECAY ** (1 / 6);
    const expected = new Map([...before].map(([name, value]) => [name, Float64Array.from(value)]));
    await learn(made.course, second, {
      epochs: 3,
      after: async () => {
        const now = await values(made);
        for (const [name, value] of expected)
          value.forEach((old, i) => (value[i] = decay * old + (1 - decay) * (now.get(name)?.[i] ?? NaN)));
      },
    });
    for (const [name, value] of expected) {
      const found = made.adaptation.averaged?.get(name) ?? [];
      value.forEach((each, i) => expect(found[i], name).toBeCloseTo(each, 5));
    }
  });

  it('answers with the larger of both softmax outputs', async () => {
    const { course, adaptation } = make(0.5);
    await learn(course, first, { epochs: 2 });
    await learn(course, second, { epochs: 2 });
    const { features, scores } = await course.scores(first.test.batch([3, 7]));
    const { weight, bias } = adaptation.heads;
    const softmax = (row: ArrayLike<number>) => {
      const logits = [...bias].map(
        (b, c) => b + Array.from(row).reduce((sum, value, k) => sum + value * (weight[c * TINY.dim + k] ?? 0), 0),
      );
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      return logits.map((logit) => Math.exp(logit) / total);
    };
    for (let n = 0; n < 2; n++) {
      const row = features.subarray(2 * n * TINY.dim, 2 * (n + 1) * TINY.dim);
      const [online, offline] = [softmax(row.subarray(0, TINY.dim)), softmax(row.subarray(TINY.dim))];
      expect(online).not.toEqual(offline);
      online.forEach((value, c) => expect(scores.get('own')?.[n * 5 + c]).toBeCloseTo(Math.max(value, offline[c] ?? 0), 6));
    }
  });

  it('has one predictor where the average forgets at once', async () => {
    const { course } = make(0);
    await learn(course, first, { epochs: 1 });
    await learn(course, second, { epochs: 2 });
    const { features } = await course.scores(first.test.batch([3]));
    features.subarray(0, TINY.dim).forEach((value, k) => expect(features[TINY.dim + k]).toBeCloseTo(value, 5));
  });
});
