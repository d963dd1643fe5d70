import { describe, expect, it } from 'vitest';
import { mlMatrixAlgebra } from '../continual/testing/ml-matrix-algebra';
import { plainDevice, plainModel } from '../continual/testing/plain-device';
import { TINY, tinyCheckpoint, tinyTasks } from '../continual/testing/tiny';
import { fromFloat32, writeSafetensors, type RawTensor } from '../vit/safetensors';
import { compareGolden, GoldenError, type GoldenReport } from './golden';

/** A scenario of another width, head count, task sizes and init name than the shared ones, two unequal tasks. */
async function folder(): Promise<Map<string, Uint8Array>> {
  const tasks = tinyTasks([2, 3], false, 2);
  const checkpoint = tinyCheckpoint();
  const backbone = new Map<string, RawTensor>();
  for (const [name, { shape, data }] of checkpoint.tensors) backbone.set(name, fromFloat32(data, shape));
  const shallow = new Map([...backbone].filter(([name]) => !name.startsWith('blocks.1.')));
  const init = new Map(backbone);
  for (const [t, rows] of [2, 3].entries()) {
    init.set(`head.${t}.weight`, fromFloat32(new Float32Array(rows * TINY.dim).fill(0.1), [rows, TINY.dim]));
    init.set(`head.${t}.bias`, fromFloat32(new Float32Array(rows), [rows]));
  }

  const integers = (values: readonly number[], shape: number[]): RawTensor => ({
    dtype: 'I32',
    shape,
    bytes: new Uint8Array(Int32Array.from(values).buffer),
  });
  const data = new Map<string, RawTensor>();
  for (const split of ['train', 'test'] as const) {
    const batches = tasks.map((task) => task[split].batch([...task[split].labels.keys()]));
    const area = TINY.imageSize ** 2;
    const planes = batches.flatMap(({ pixels, count }) =>
      Array.from({ length: count * 3 * area }, (_, at) => {
        const [n, c, k] = [Math.floor(at / (3 * area)), Math.floor(at / area) % 3, at % area];
        return pixels[(n * area + k) * 3 + c] ?? 0;
      }),
    );
    const count = planes.length / (3 * area);
    data.set(`${split}_images`, { dtype: 'U8', shape: [count, 3, TINY.imageSize, TINY.imageSize], bytes: Uint8Array.from(planes) });
    data.set(
      `${split}_labels`,
      integers(
        batches.flatMap(({ labels }) => [...labels]),
        [count],
      ),
    );
  }
  // Unequal tasks in one rectangle: positions that do not exist are −1.
  data.set('batch_order', integers([3, 2, 1, 0, -1, -1, 0, 5, 2, 1, 4, 3], [2, 1, 6]));

  const model = plainModel({ ...checkpoint, config: { ...TINY, mean: [0, 0, 0], std: [1, 1, 1] } });
  const recorded = new Map<string, RawTensor>([['forward0.test_index', integers([1, 7], [2])]]);
  const all = tasks.flatMap(({ test }) => [...test.labels.keys()].map((position) => test.batch([position])));
  const chosen = [all[1], all[7]].flatMap((one) => (one ? [one] : []));
  const pixels = Uint8Array.from(chosen.flatMap((one) => [...one.pixels]));
  for (const [name, values] of await model.activations({ pixels, count: 2, size: TINY.imageSize })) {
    recorded.set(`forward0.${name}`, fromFloat32(values, [values.length]));
  }
  const moments = model.secondMoments();
  await moments.add(tasks[0]?.train.batch([0, 1, 2, 3]) ?? { pixels, count: 0, size: 8 });
  (await moments.finish()).forEach(({ values }, l) => recorded.set(`task0.layer${l}.cov_pre`, fromFloat32(values, [TINY.dim, TINY.dim])));

  const hyper = { optim: 'adam', lrate: 0.01, epochs: 1, batch_size: 2, lamb: 0.9, lame: 1, total_sessions: 2, rank: 3 };
  const json = {
    loss: [
      [9, 9],
      [9, 9, 9],
    ],
    lr: [
      [0.01, 0.01],
      [0.01, 0.01, 0.01],
    ],
    threshold: [0.9, 0.95],
    hyper,
  };
  return new Map([
    ['c_other.json', new TextEncoder().encode(JSON.stringify(json))],
    ['c_other.f32.safetensors', writeSafetensors(recorded)],
    ['init_d12.safetensors', writeSafetensors(shallow)],
    ['init_narrow.safetensors', writeSafetensors(init)],
    ['data.safetensors', writeSafetensors(data)],
  ]);
}

async function compare(files: Map<string, Uint8Array>, scenario = 'c_other'): Promise<GoldenReport> {
  const read = async (name: string) => {
    const bytes = files.get(name);
    if (!bytes) throw new Error(`${name} is not there`);
    return bytes;
  };
  const run = compareGolden(read, scenario, plainDevice(), mlMatrixAlgebra, { names: [...files.keys()] });
  for (;;) {
    const step = await run.next();
    if (step.done) return step.value;
  }
}

describe('a golden folder of another form', () => {
  it('finds the init file by its size and the heads by the recorded forward pass; compares what is recorded', async () => {
    const { rows, passed } = await compare(await folder());
    expect(rows.map(({ quantity, passed: ok, count }) => [quantity, ok, count])).toEqual([
      ['forward', true, 6],
      ['cov_pre', true, 2],
      ['loss', false, 2],
      ['learning rate', true, 2],
      ['threshold', true, 2],
    ]);
    expect(rows[0]?.worst).toBeLessThan(1e-6);
    expect(passed).toBe(false);
  });

  it.each<[string, (files: Map<string, Uint8Array>) => void, RegExp]>([
    ['no init of this size', (files) => files.delete('init_narrow.safetensors'), /No init file of width 12 and depth 2.*init_d12/],
    ['no images', (files) => files.delete('data.safetensors'), /No image file for "c_other".*data\.safetensors/],
    ['no JSON', (files) => files.set('c_other.json', new TextEncoder().encode('{')), /c_other\.json is not JSON/],
    ['a missing field', (files) => files.set('c_other.json', new TextEncoder().encode('{"hyper":{}}')), /field "loss"/],
  ])('says what is wrong: %s', async (_, damage, message) => {
    const files = await folder();
    damage(files);
    const run = compare(files);
    await expect(run).rejects.toThrow(GoldenError);
    await expect(run).rejects.toThrow(message);
  });
});
