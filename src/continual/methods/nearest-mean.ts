import * as v from 'valibot';
import { frozenBackbone } from '../adaptations/frozen';
import { defineMethod, IDLE } from '../definition';
import { JANSON } from '../papers';
import { ClassMeans } from '../readouts/class-means';

/** The frozen backbone's feature means per class; nothing is trained and nothing forgotten. */
export const nearestMean = defineMethod({
  id: 'nearest-mean',
  title: 'Nearest class mean',
  role: 'floor',
  approach: 'freeze',
  papers: [JANSON],
  equations: [{ reference: 'iCaRL, CVPR 2017, algorithm 1: nearest mean', code: 'ClassMeans' }],
  trainsOn: 'none',
  options: { metric: v.optional(v.picklist(['cosine', 'euclidean']), 'cosine') },
  plan: () => ({ ...IDLE, keeps: ['means'] }),
  describe: ({ metric }) => [`${metric} distance`],
  create: (bench, { metric }) => ({ adaptation: frozenBackbone(bench), readout: new ClassMeans(bench.model.config.dim, metric) }),
});
