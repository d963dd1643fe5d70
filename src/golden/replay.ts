/** Experience replay and DER++: a recorded reservoir, and what training with it gives. */
import * as v from 'valibot';
import type { Draws, ExemplarStore } from '../continual/exemplars';
import { createDerpp, derpp } from '../continual/methods/derpp';
import { createReplay, experienceReplay } from '../continual/methods/experience-replay';
import type { Comparison } from './compare';
import { GoldenError } from './files';
import { MARKS, type Rival, type RivalScenario } from './rival';
import { TRAINING } from './rival-course';
import { RivalTraining } from './rival-training';

const recorded = v.looseObject({
  ...TRAINING,
  buffer_size: v.number(),
  minibatch_size: v.number(),
  replay_slots: v.array(v.array(v.number())),
  reservoir_slot: v.array(v.number()),
});

type Given = v.InferOutput<typeof recorded>;

/** All weights learn: of the rank nothing is asked. */
const optionsOf = ({ buffer_size: images, minibatch_size: drawn }: Given) => ({ images, drawn, adapt: 'full', rank: 1 }) as const;

export const compareExperienceReplay: RivalScenario = async function* (rival, model, linalg, comparison) {
  const given = rival.scalars(recorded);
  // Mammoth's classifier has all columns from the start.
  const training = new RivalTraining(rival, model, linalg, comparison, true);
  const options = { ...optionsOf(given), newImages: 'seen' } as const;
  const method = createReplay(training.bench, options, training.hooks, recordedDraws(given, comparison));
  yield* training.all(method, experienceReplay.plan(options), ({ index }) => compareBuffer(rival, method.past.store, index, comparison));
};

export const compareDerpp: RivalScenario = async function* (rival, model, linalg, comparison) {
  const given = rival.scalars(v.looseObject({ ...recorded.entries, alpha: v.number(), beta: v.number() }));
  const training = new RivalTraining(rival, model, linalg, comparison, true);
  const options = { ...optionsOf(given), alpha: given.alpha, beta: given.beta };
  const method = createDerpp(training.bench, options, training.hooks, recordedDraws(given, comparison));
  const { store } = method.past;
  yield* training.all(method, derpp.plan(options), ({ index }) => {
    compareBuffer(rival, store, index, comparison);
    const logits = Array.from({ length: store.count }, (_, slot) => [...(store.at(slot).logits ?? [])]).flat();
    training.relative('stored logits', MARKS.tensor, `task${index}.buffer.logits`, logits);
  });
};

function recordedDraws({ replay_slots: lists, reservoir_slot: places }: Given, comparison: Comparison): Draws {
  let draw = 0;
  return {
    slots(most, stored) {
      const slots = lists[draw] ?? [];
      const beyond = slots.find((slot) => slot >= stored);
      if (beyond !== undefined) throw new GoldenError(`Draw ${draw} takes slot ${beyond}; ${stored} images are kept by then.`);
      const fits = slots.length === Math.min(most, stored) && new Set(slots).size === slots.length;
      comparison.exact('images drawn', `draw ${draw++}`, fits ? 0 : 1);
      return slots;
    },
    slot(offered, size) {
      const slot = places[offered];
      if (slot === undefined) throw new GoldenError(`No slot is recorded for image ${offered} that was offered.`);
      comparison.exact('reservoir', `image ${offered}`, offered < size ? Math.abs(slot - offered) : slot < size ? 0 : 1);
      return slot;
    },
  };
}

function compareBuffer({ tensors, train }: Rival, store: ExemplarStore, task: number, comparison: Comparison): void {
  const rows = tensors.get(`task${task}.buffer.rows`).data;
  const theirs = train.batch(rows);
  const labels = tensors.get(`task${task}.buffer.labels`).data;
  const bytes = theirs.pixels.length / theirs.count;
  let differing = Math.abs(theirs.count - store.count);
  for (let slot = 0; slot < Math.min(theirs.count, store.count); slot++) {
    const { pixels, label } = store.at(slot);
    if (label !== labels[slot] || pixels.some((value, i) => value !== theirs.pixels[slot * bytes + i])) differing++;
  }
  comparison.exact('images kept', `after task ${task}`, differing);
}
