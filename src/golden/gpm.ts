/** GPM: projected steps of all linear maps, and the bases of their inputs. */
import * as v from 'valibot';
import type { MapInput } from '../compute/backbone';
import { ProjectedTraining } from '../continual/adaptations/projected';
import { projector } from '../continual/dual-gpm';
import { gpm } from '../continual/methods/gpm';
import type { Task } from '../continual/stream';
import { GoldenError } from './files';
import { MARKS, type RivalScenario } from './rival';
import { rowsOf, taskByTask } from './task-by-task';

const recorded = v.looseObject({
  layers: v.array(v.string()),
  threshold: v.array(v.number()),
  columns: v.array(v.array(v.number())),
  loss: v.array(v.array(v.number())),
});
const MAPS = { 'attn.qkv': 'qkv', 'attn.proj': 'proj', 'mlp.fc1': 'fc1', 'mlp.fc2': 'fc2' } as const;

export const compareGpm: RivalScenario = async function* (rival, model, linalg, comparison) {
  const { layers, threshold, columns, loss } = rival.scalars(recorded);
  const { tensors } = rival;
  const found = (block: number) =>
    Object.entries(MAPS).flatMap(([map, input]) => (layers.includes(`blocks.${block}.${map}.weight`) ? [input] : []));
  const inputs: MapInput[] = found(0);
  const names = Array.from({ length: model.config.depth }, (_, block) =>
    Object.entries(MAPS).flatMap(([map, input]) => (inputs.includes(input) ? [`blocks.${block}.${map}.weight`] : [])),
  ).flat();
  if (names.length !== layers.length || !names.every((name) => layers.includes(name))) {
    throw new GoldenError(`"${rival.name}" projects ${layers.join(', ')}: not the same maps of every block.`);
  }
  const compare = (quantity: string, key: string, ours: ArrayLike<number>) =>
    comparison.relative(quantity, MARKS.tensor, key, ours, tensors.get(key).data);
  const present = async () => (await model.checkpoint()).tensors;
  let task: Task | null = null;
  let before = await present();
  const untouched = before;
  yield* taskByTask(rival, model, linalg, comparison, {
    plan: gpm.plan({ threshold: 0, growth: 0, maps: inputs.length === 1 ? 'qkv' : 'all' }),
    logs: 'whole',
    penalty: (t) => (loss[t] ?? []).map(() => 0),
    create: (bench, hooks) =>
      new ProjectedTraining(
        bench,
        { inputs, thresholdOf: (t) => threshold[t] ?? NaN },
        {
          ...hooks,
          remembered(moments, memories) {
            const t = task?.index ?? NaN;
            names.forEach((name, site) => {
              const [moment, memory] = [moments[site], memories[site]];
              if (!moment || !memory) return;
              compare('second moments', `task${t}.second_moment.${name}`, moment.values);
              compare('projectors', `task${t}.projector.${name}`, projector(memory));
              const theirs = columns[t]?.[layers.indexOf(name)];
              comparison.exact('columns', `task ${t}, ${name}`, memory.columns === theirs ? 0 : 1);
            });
          },
        },
      ),
    async step(now, place, { gradients }) {
      task = now;
      if (place !== 'first') return;
      before = await present();
      const head = rowsOf(
        { weight: gradients.get('classifier.weight') ?? new Float32Array(), bias: gradients.get('classifier.bias') ?? new Float32Array() },
        now.classes,
      );
      compare('gradients (grad0)', `task${now.index}.grad0.head.weight`, head.weight);
      compare('gradients (grad0)', `task${now.index}.grad0.head.bias`, head.bias);
    },
    // The gradient as it was projected is what the first step of plain SGD moved.
    async moved({ index: t }, rate) {
      const after = await present();
      for (const name of names) {
        const [old, now] = [before.get(name)?.data, after.get(name)?.data];
        const moved = Float64Array.from(now ?? [], (value, i) => ((old?.[i] ?? NaN) - value) / rate);
        compare('gradients (grad0)', `task${t}.grad0.${name}`, moved);
      }
    },
    async after({ index: t, classes }, heads) {
      const after = await present();
      for (const name of names) compare('weights', `task${t}.param.${name}`, after.get(name)?.data ?? []);
      for (const [name, { data }] of untouched) {
        if (!names.includes(name)) comparison.exact('frozen weights', `task ${t}, ${name}`, data.every((value, i) => value === after.get(name)?.data[i]) ? 0 : 1); // prettier-ignore
      }
      const head = rowsOf(heads, classes);
      compare('weights', `task${t}.param.head.weight`, head.weight);
      compare('weights', `task${t}.param.head.bias`, head.bias);
    },
  });
};
