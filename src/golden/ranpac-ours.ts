import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { RandomFeatureRidge } from '../continual/methods/ranpac';
import { randomFeatures, scoresOf } from '../continual/readouts/frozen';
import { createRng } from '../continual/rng';
import type { Ranpac, RanpacGiven } from './ranpac';

/** The product's RanPAC on the recording's projection and order of rows; what it fixes itself (candidates, split) must be the recording's. */
export function ourRanpac({ projection: recorded, dim, width, classes }: RanpacGiven, linalg: LinearAlgebra): Ranpac {
  const projection = Float32Array.from(recorded);
  const order = ({ train }: { train: { count: number } }) => Int32Array.from({ length: train.count }, (_, i) => i);
  const readout = new RandomFeatureRidge(dim, { width, seed: 0, rng: createRng(0), linalg, projection, order });
  let tasks = 0;
  let seen = 0;
  return {
    async learn(features, labels) {
      const columns = Int32Array.from(labels);
      seen = Math.max(seen, 1 + Math.max(...columns));
      const train = { count: columns.length, labels: columns, batch: () => Promise.reject(new Error('not needed')) as never };
      const task = { index: tasks++, name: '', classes: { from: 0, to: seen }, train };
      for await (const _ of readout.learn(task, features)) continue;
      const { gram, sums } = readout.statistics;
      return {
        gram,
        classSums: Float64Array.from({ length: width * classes }, (_, at) => sums[at % classes]?.[Math.floor(at / classes)] ?? 0),
        // Of columns that come later nothing is foretold and nothing wanted: they only make the mean smaller.
        ridgeLosses: readout.losses.map((loss) => (loss * seen) / classes),
        ridge: readout.penalty,
        weights: readout.weights,
      };
    },
    randomFeatures: (features) => randomFeatures(features, features.length / dim, dim, projection),
    scores(features) {
      const count = features.length / dim;
      const rows = randomFeatures(features, count, dim, projection);
      const weight = Float32Array.from(readout.weights);
      return scoresOf({ kind: 'linear', weight, bias: new Float32Array(weight.length / width) }, rows, count, width);
    },
  };
}
