/** C-LoRA and O-LoRA: a fresh pair of factors for each task under a penalty, the old ones frozen beside it. */
import * as v from 'valibot';
import type { Adapter, AdapterTarget, VitModel } from '../compute/backbone';
import type { FreshLora, FreshLoraHooks } from '../continual/adaptations/fresh-lora';
import type { MethodPlan } from '../continual/definition';
import type { Bench, LearningTask } from '../continual/method';
import { cLora, createCLora } from '../continual/methods/c-lora';
import { createOLora, oLora } from '../continual/methods/o-lora';
import { ALL_MAPS, outputSize } from '../continual/targets';
import type { Task } from '../continual/stream';
import type { Comparison } from './compare';
import { GoldenError } from './files';
import { MARKS, type Rival, type RivalScenario } from './rival';
import { rowsOf, taskByTask, type Looks } from './task-by-task';

const perStep = v.array(v.array(v.number()));
const common = { rank: v.number(), sites: v.array(v.string()) };
const clora = v.looseObject({ ...common, lambda: v.number(), penalty: perStep });
const olora = v.looseObject({
  ...{ ...common, scaling: v.number(), lambda1: v.number(), lambda2: v.number() },
  loss_parts: v.array(v.array(v.looseObject({ accuracy_loss: v.number() }))),
});

/** The maps of every block that a recording names. Throws GoldenError where they differ from block to block. */
function targetsOf({ name }: Rival, sites: readonly string[], { config: { depth } }: VitModel): AdapterTarget[] {
  const targets = ALL_MAPS.filter((target) => sites.includes(`blocks.0.${target}`));
  const all = Array.from({ length: depth }, (_, block) => targets.map((target) => `blocks.${block}.${target}`)).flat();
  if (all.length === sites.length && all.every((site) => sites.includes(site))) return targets;
  throw new GoldenError(`"${name}" adapts ${sites.join(', ')}: not the same maps of every block.`);
}

interface Replayed {
  readonly rank: number;
  readonly sites: readonly string[];
  /** Of the `up` that the product trains in the recording's. */
  readonly scaling?: number;
  readonly plan: (targets: readonly AdapterTarget[]) => MethodPlan;
  readonly create: (bench: Bench, targets: readonly AdapterTarget[], hooks: FreshLoraHooks) => FreshLora;
  readonly penalty: Looks['penalty'];
}

async function* replay(
  rival: Rival,
  model: VitModel,
  linalg: Parameters<RivalScenario>[2],
  comparison: Comparison,
  { rank, sites, scaling = 1, plan, create, penalty }: Replayed,
): ReturnType<RivalScenario> {
  const { tensors } = rival;
  const targets = targetsOf(rival, sites, model);
  const initialise = ({ index }: LearningTask): Adapter[] =>
    sites.map((site) => {
      const [, block = '', target] = site.split('.');
      const down = Float32Array.from(tensors.get(`task${index}.${site}.down0`).data);
      const of = targets.find((each) => each === target) ?? 'q';
      return { block: Number(block), target: of, rank, down, up: new Float32Array(outputSize(model.config, of) * rank) };
    });
  let made: FreshLora | null = null;
  const gradients = (task: Task, tag: string, found: ReadonlyMap<string, Float32Array>): void => {
    const weight = found.get('classifier.weight') ?? new Float32Array();
    const head = rowsOf({ weight, bias: found.get('classifier.bias') ?? new Float32Array() }, task.classes);
    const named = [
      ...[...found].filter(([name]) => !name.startsWith('classifier.')),
      ...([['head.weight', head.weight], ['head.bias', head.bias]] as const), // prettier-ignore
    ];
    for (const [name, ours] of named) {
      const recorded = tensors.find(`task${task.index}.${tag}.${name}`);
      const scaled = name.endsWith('.up') ? ours.map((value) => value * scaling) : ours;
      if (recorded) comparison.relative(`gradients (${tag})`, MARKS.tensor, `task ${task.index}, ${name}`, scaled, recorded.data);
    }
  };
  const looks: Looks = {
    plan: plan(targets),
    create: (bench, hooks) => (made = create(bench, targets, { ...hooks, initialise })),
    logs: 'whole',
    penalty,
    step(task, place, found) {
      if (place) gradients(task, place === 'first' ? 'grad0' : 'gradlast', found.gradients);
    },
    async after(task) {
      const { increments } = (await made?.changes()) ?? {};
      for (const { block, target, up, down } of increments?.slice(-sites.length) ?? []) {
        const at = `task${task.index}.blocks.${block}.${target}`;
        comparison.relative('adapters', MARKS.tensor, `${at}.down`, down, tensors.get(`${at}.down`).data);
        const unscaled = up.map((value) => value / scaling);
        comparison.relative('adapters', MARKS.tensor, `${at}.up`, unscaled, tensors.get(`${at}.up`).data);
      }
    },
  };
  yield* taskByTask(rival, model, linalg, comparison, looks);
}

export const compareCLora: RivalScenario = async function* (rival, model, linalg, comparison) {
  const { rank, sites, lambda, penalty } = rival.scalars(clora);
  yield* replay(rival, model, linalg, comparison, {
    ...{ rank, sites },
    plan: (targets) => cLora.plan({ rank, lambda, targets: [...targets] }),
    create: (bench, targets, hooks) => createCLora(bench, { rank, lambda, targets }, hooks),
    penalty: (t) => (penalty[t] ?? []).map((value) => lambda * value),
  });
};

export const compareOLora: RivalScenario = async function* (rival, model, linalg, comparison) {
  const { rank, sites, scaling, lambda1, lambda2, loss_parts: parts } = rival.scalars(olora);
  const { loss } = rival.scalars(v.looseObject({ loss: perStep }));
  yield* replay(rival, model, linalg, comparison, {
    ...{ rank, sites, scaling },
    plan: (targets) => oLora.plan({ rank, scaling, lambda1, lambda2, targets: [...targets] }),
    create: (bench, targets, hooks) => createOLora(bench, { rank, scaling, lambda1, lambda2, targets }, hooks),
    penalty: (t) => (loss[t] ?? []).map((whole, step) => whole - (parts[t]?.[step]?.accuracy_loss ?? NaN)),
  });
};
