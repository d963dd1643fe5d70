/** Experience replay and DER++: a recorded reservoir, and what training with it gives. */
import * as v from 'valibot';
import type { Draws, ExemplarStore } from '../continual/exemplars';
import { createReplay, experienceReplay } from '../continual/methods/experience-replay';
import type { Method } from '../continual/method';
import type { Rehearsal } from '../continual/rehearsal';
import type { Comparison } from './compare';
import { GoldenError } from './files';
import type { Rival, RivalScenario } from './rival';
import { RivalTraining, TRAINING } from './rival-training';

const recorded = v.looseObject({
  ...TRAINING,
  buffer_size: v.number(),
  minibatch_size: v.number(),
  replay_slots: v.array(v.array(v.number())),
  reservoir_slot: v.array(v.number()),
});

type Given = v.InferOutput<typeof recorded>;
type Create = (training: RivalTraining, given: Given, draws: Draws) => Method & { readonly past: Rehearsal };

/** `also`: what else the buffer holds. */
const compareReplay = (
  create: Create,
  plan: typeof experienceReplay.plan,
  also?: (store: ExemplarStore, training: RivalTraining, task: number) => void,
): RivalScenario =>
  async function* (rival, model, linalg, comparison) {
    const given = rival.scalars(recorded);
    // Mammoth's classifier has all columns from the start.
    const training = new RivalTraining(rival, model, linalg, comparison, true);
    const { adaptation, readout, past } = create(training, given, recordedDraws(given, comparison));
    const course = training.course({ adaptation, readout }, plan({ images: given.buffer_size, newImages: 'seen', adapt: 'full', rank: 1 }));
    for (const task of training.tasks) {
      const t = task.index;
      yield* training.learn(course, task);
      await training.weights(t, adaptation.model, adaptation.heads);
      compareBuffer(rival, past.store, t, comparison);
      also?.(past.store, training, t);
      await training.test(course, t, `task${t}.test_logits`);
      yield { phase: 'evaluate', task: t, done: t + 1, total: training.tasks.length };
    }
    training.accuracies();
  };

export const compareExperienceReplay = compareReplay(
  ({ bench, hooks }, { buffer_size: images, minibatch_size: drawn }, draws) =>
    createReplay(bench, { images, drawn, newImages: 'seen', adapt: 'full', rank: 1 }, hooks, draws),
  experienceReplay.plan,
);

function recordedDraws({ replay_slots: lists, reservoir_slot: places }: Given, comparison: Comparison): Draws {
  let draw = 0;
  return {
    slots(most, stored) {
      const slots = lists[draw] ?? [];
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
