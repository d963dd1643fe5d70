/** SLCA: all weights slowly, then heads aligned on the recorded samples and put back. */
import * as v from 'valibot';
import type { ClassStatistics, FeatureBatch } from '../continual/alignment';
import type { Gaussian } from '../continual/gaussian';
import { scoreFeatures } from '../continual/heads';
import { createSlca, slca } from '../continual/methods/slca';
import type { TensorSet } from './files';
import { MARKS, type RivalScenario } from './rival';
import { TRAINING } from './rival-course';
import { RivalTraining } from './rival-training';

const recorded = v.looseObject({
  ...TRAINING,
  backbone_ratio: v.number(),
  alignment_epochs: v.number(),
  samples_per_class: v.number(),
  logit_norm: v.number(),
  alignment_loss: v.array(v.array(v.number())),
});

export const compareSlca: RivalScenario = async function* (rival, model, linalg, comparison) {
  const given = rival.scalars(recorded);
  const drawn = await rival.beside('samples');
  const training = new RivalTraining(rival, model, linalg, comparison);
  const alignment = {
    ...{ epochs: given.alignment_epochs, samplesPerClass: given.samples_per_class, logitNorm: given.logit_norm },
    ...{ learningRate: given.lr, momentum: given.momentum, weightDecay: given.weight_decay },
  };
  const losses: number[] = [];
  const observer = {
    described: (task: number, statistics: readonly ClassStatistics[]) => {
      const { dim } = model.config;
      const gaussians = statistics.map(({ gaussian }) => gaussian);
      const means = gaussians.flatMap(({ mean }) => [...mean]);
      training.relative('class means', MARKS.tensor, `task${task}.means`, means);
      const covariances = gaussians.flatMap((gaussian) => [...covarianceOf(gaussian, dim)]);
      training.relative('class covariances', MARKS.tensor, `task${task}.covariances`, covariances);
    },
    samples: (task: number) => recordedSamples(drawn, task, model.config.dim),
    aligned: (loss: number) => losses.push(loss),
  };
  const method = createSlca(training.bench, { slow: given.backbone_ratio }, training.hooks, alignment, observer);
  const course = training.course(method, slca.plan({ slow: given.backbone_ratio }));
  const { adaptation, readout } = method;
  for (const task of training.tasks) {
    const t = task.index;
    yield* training.learn(course, task);
    await training.weights(t, adaptation.model, adaptation.heads);
    training.heads('heads', `task${t}.head.`, t, adaptation.heads);
    const score = (features: Float32Array, count: number) => scoreFeatures(features, count, model.config.dim, adaptation.heads);
    const before = await training.test(course, t, t === 0 ? 'task0.test_logits' : `task${t}.aligned_test_logits`, score);
    training.relative('test logits before alignment', MARKS.logits, `task${t}.test_logits`, before);
    if (t > 0) {
      const aligned = readout?.frozen();
      if (aligned?.kind === 'linear') training.heads('aligned heads', `task${t}.aligned.`, t, aligned);
      comparison.absolute('alignment loss', MARKS.loss, `task ${t}`, losses.splice(0), given.alignment_loss[t - 1] ?? []);
    }
    yield { phase: 'evaluate', task: t, done: t + 1, total: training.tasks.length };
  }
  training.accuracies();
};

function* recordedSamples(drawn: TensorSet, task: number, dim: number): Generator<FeatureBatch> {
  const { shape, data } = drawn.get(`task${task}.samples`);
  const labels = drawn.get(`task${task}.labels`).data;
  const [steps = 0, count = 0] = shape;
  for (let i = 0; i < steps; i++) {
    yield {
      features: Float64Array.from({ length: count * dim }, (_, at) => data[i * count * dim + at] ?? 0),
      columns: Array.from({ length: count }, (_, n) => labels[i * count + n] ?? 0),
    };
  }
}

/** [dim, dim], the added variance included. */
function covarianceOf({ form, values, variance }: Gaussian, dim: number): Float64Array {
  const out = new Float64Array(dim * dim);
  const inner = values.length / dim;
  // Rows hold Xᵀ X, a factor L Lᵀ.
  const at = (k: number, i: number) => values[form === 'rows' ? k * dim + i : i * dim + k] ?? 0;
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++) {
      let sum = form === 'rows' && i === j ? variance : 0;
      for (let k = 0; k < inner; k++) sum += at(k, i) * at(k, j);
      out[i * dim + j] = sum;
    }
  return out;
}
