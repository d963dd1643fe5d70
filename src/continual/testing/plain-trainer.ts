/** Cross-entropy, Adam and SGD on the plain Vision Transformer. */
import type { TrainSpec, Trainables, Trainer } from '../../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../../compute/images';
import { onlyClasses } from '../../compute/objective';
import { columnSums, linear, linearInput, linearWeight, type Gradients } from './plain-layers';

export interface Differentiable {
  readonly config: { readonly dim: number };
  differentiate(images: ImageBatch, all: boolean): { features: Float64Array; backward: (dFeatures: Float64Array) => Gradients };
  trainable(name: string, trainables: Trainables): Float64Array | null;
}

interface Head {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Mean cross-entropy over the logits of the objective's classes and its gradients by name. */
function lossAndGradients(model: Differentiable, batch: LabelledBatch, spec: TrainSpec, head: Head) {
  const { dim } = model.config;
  const { from, to } = onlyClasses(spec.objective);
  const columns = head.bias.length;
  const { features, backward } = model.differentiate(batch, spec.trainables.backbone === 'all');
  const logits = linear(features, head.weight, head.bias, batch.count, dim, columns);
  const dLogits = new Float64Array(batch.count * columns);
  let loss = 0;
  for (let n = 0; n < batch.count; n++) {
    const row = logits.subarray(n * columns + from, n * columns + to);
    const highest = Math.max(...row);
    const total = row.reduce((sum, z) => sum + Math.exp(z - highest), 0);
    const label = batch.labels[n] as number;
    loss += (Math.log(total) + highest - (logits[n * columns + label] as number)) / batch.count;
    for (let c = from; c < to; c++) {
      const p = Math.exp((logits[n * columns + c] as number) - highest) / total;
      dLogits[n * columns + c] = (p - (c === label ? 1 : 0)) / batch.count;
    }
  }
  const gradients = backward(linearInput(dLogits, head.weight, batch.count, dim, columns));
  gradients.set('classifier.weight', linearWeight(dLogits, features, batch.count, dim, columns));
  gradients.set('classifier.bias', columnSums(dLogits, batch.count, columns));
  return { loss, gradients };
}

export function plainTrainer(model: Differentiable, spec: TrainSpec, onDispose: () => void): Trainer {
  const head: Head = { weight: Float64Array.from(spec.classifier.weight), bias: Float64Array.from(spec.classifier.bias) };
  const states = new Map<string, { m: Float64Array; v: Float64Array }>();
  const losses: number[] = [];
  const { from, to } = spec.trainables.classifier;
  let steps = 0;

  /** A learning parameter: its values, the part of them that learns, and whether the classifier's rate applies. */
  const learning = (name: string) => {
    if (name === 'classifier.weight')
      return { values: head.weight, first: from * model.config.dim, last: to * model.config.dim, ofHead: true };
    if (name === 'classifier.bias') return { values: head.bias, first: from, last: to, ofHead: true };
    const values = model.trainable(name, spec.trainables);
    return values && { values, first: 0, last: values.length, ofHead: false };
  };

  return {
    step: async (batch, rates) => {
      const { loss, gradients } = lossAndGradients(model, batch, spec, head);
      losses.push(loss);
      steps++;
      for (const [name, gradient] of gradients) {
        const parameter = learning(name);
        if (!parameter) continue;
        const { values, first, last, ofHead } = parameter;
        const state = states.get(name) ?? { m: new Float64Array(values.length), v: new Float64Array(values.length) };
        states.set(name, state);
        update(values, gradient, state, ofHead ? rates.classifier : rates.backbone, spec.optimizer, steps, first, last);
      }
    },
    losses: async () => losses.splice(0),
    gradients: async (batch) => {
      const { loss, gradients } = lossAndGradients(model, batch, spec, head);
      const named = [...gradients].filter(([name]) => learning(name)).map(([name, g]) => [name, Float32Array.from(g)] as const);
      return { loss, gradients: new Map(named) };
    },
    state: () => Promise.reject(new Error('The plain ViT keeps no state')),
    restore: () => Promise.reject(new Error('The plain ViT keeps no state')),
    classifier: async () => ({ weight: Float32Array.from(head.weight), bias: Float32Array.from(head.bias) }),
    dispose: onDispose,
  };
}

/** Adam or SGD as PyTorch defines them, on the entries first .. last−1. */
function update(
  values: Float64Array,
  gradient: Float64Array,
  { m, v }: { m: Float64Array; v: Float64Array },
  rate: number,
  optimizer: TrainSpec['optimizer'],
  steps: number,
  first: number,
  last: number,
): void {
  for (let i = first; i < last; i++) {
    const g = (gradient[i] as number) + optimizer.weightDecay * (values[i] as number);
    if (optimizer.kind === 'sgd') {
      m[i] = optimizer.momentum * (m[i] as number) + g;
      values[i] = (values[i] as number) - rate * (m[i] as number);
      continue;
    }
    const { beta1, beta2, eps } = optimizer;
    m[i] = beta1 * (m[i] as number) + (1 - beta1) * g;
    v[i] = beta2 * (v[i] as number) + (1 - beta2) * g * g;
    const corrected = Math.sqrt((v[i] as number) / (1 - beta2 ** steps)) + eps;
    values[i] = (values[i] as number) - (rate * (m[i] as number)) / (1 - beta1 ** steps) / corrected;
  }
}
