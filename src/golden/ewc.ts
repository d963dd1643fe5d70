/** EWC in two forms: importances of batches, mixed and clipped (PyCIL), and of single images, fading (Mammoth). */
import * as v from 'valibot';
import type { ElasticHooks } from '../continual/adaptations/elastic';
import type { NamedValues } from '../compute/penalties';
import type { Importances } from '../continual/importances';
import { createEwc, ewcPlan } from '../continual/methods/ewc';
import { MARKS, type Rival, type RivalScenario } from './rival';
import { columnsOf, taskByTask } from './task-by-task';

type Options = Parameters<typeof createEwc>[1];

const perTask = v.array(v.array(v.number()));
const pycil = v.looseObject({
  lamda: v.number(),
  fishermax: v.number(),
  penalty: perTask,
  loss: perTask,
  clipped_fraction: v.array(v.number()),
});
const mammoth = v.looseObject({ e_lambda: v.number(), gamma: v.number(), penalty: v.array(v.number()), loss: perTask });

const COMMON = { adapt: 'full', rank: 1, fisherImages: Number.MAX_SAFE_INTEGER, gamma: 1 } as const;

interface Replayed {
  readonly options: Options;
  readonly hooks?: ElasticHooks;
  readonly logs: 'whole' | 'data';
  readonly penalty: (task: number) => readonly number[];
  readonly consolidated?: (t: number, past: Importances) => void;
}

async function* replay(
  rival: Rival,
  [model, linalg, comparison]: readonly [Parameters<RivalScenario>[1], Parameters<RivalScenario>[2], Parameters<RivalScenario>[3]],
  { options, hooks: own, logs, penalty, consolidated }: Replayed,
): ReturnType<RivalScenario> {
  const compare = (quantity: string, prefix: string, found: NamedValues): void => {
    for (const [name, ours] of found) {
      const { data } = rival.tensors.get(`${prefix}.${name}`);
      comparison.relative(quantity, MARKS.tensor, `${prefix}.${name}`, ours, data);
    }
  };
  let after: { fresh: NamedValues; past: Importances } | null = null;
  yield* taskByTask(rival, model, linalg, comparison, {
    ...{ plan: ewcPlan(options), logs, penalty },
    create: (bench, hooks) => createEwc(bench, options, { ...hooks, ...own, consolidated: (fresh, past) => (after = { fresh, past }) }),
    step(task, place, { gradients }) {
      if (place === 'first') compare('gradients (grad0)', `task${task.index}.grad0`, gradients);
    },
    async after({ index: t }) {
      const left = after as { fresh: NamedValues; past: Importances } | null;
      if (!left) return;
      compare('importances', `task${t}.fisher`, left.past.importance);
      compare('weights', `task${t}.param`, left.past.anchor);
      consolidated?.(t, left.past);
      if (t > 0 && rival.tensors.find(`task${t}.fisher_new.pos_embed`))
        compare('importances of the task', `task${t}.fisher_new`, left.fresh);
    },
  });
}

export const compareEwc: RivalScenario = async function* (rival, ...on) {
  const { lamda, fishermax, penalty, loss, clipped_fraction: clipped } = rival.scalars(pycil);
  const [, , comparison] = on;
  yield* replay(rival, on, {
    options: { ...COMMON, form: 'pycil', lambda: lamda, clip: fishermax },
    logs: 'whole',
    penalty: (t) => (t === 0 ? (loss[0] ?? []).map(() => 0) : (penalty[t - 1] ?? [])).map((value) => lamda * value),
    consolidated(t, { importance }) {
      const all = [...importance.values()].flatMap((values) => [...values]);
      // What was clipped in every task is mixed of equal parts, to rounding.
      const share = all.filter((value) => value >= fishermax * (1 - 1e-6)).length / all.length;
      comparison.absolute('clipped fraction', MARKS.loss, `task ${t}`, [share], [clipped[t] ?? NaN]);
    },
  });
};

export const compareEwcOnline: RivalScenario = async function* (rival, ...on) {
  const { e_lambda: lambda, gamma, penalty, loss } = rival.scalars(mammoth);
  const firsts = loss.map((_, t) => loss.slice(0, t).reduce((sum, { length }) => sum + length, 0));
  yield* replay(rival, on, {
    // Its penalty stands without the half.
    options: { ...COMMON, form: 'mammoth', lambda: 2 * lambda, gamma },
    hooks: { columns: columnsOf(rival) },
    logs: 'data',
    penalty: (t) => penalty.slice(firsts[t] ?? 0, (firsts[t] ?? 0) + (loss[t]?.length ?? 0)),
  });
};
