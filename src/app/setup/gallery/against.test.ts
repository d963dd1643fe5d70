import { describe, expect, it } from 'vitest';
import { experimentFromHash, experimentToHash } from '../../../session/link';
import { METHOD_IDS } from '../../../session/experiment';
import { defaultExperiment } from '../../../session/defaults';
import { definitionOf } from '../../../continual/registry';
import { against } from './against';

describe('the lesson of a method', () => {
  it('is InfLoRA and that method on the same stream, each at its own best, by a link that opens the same', () => {
    for (const id of METHOD_IDS.filter((each) => each !== 'inflora')) {
      const lesson = against(defaultExperiment, id);
      expect(lesson.methods.map((method) => method.id)).toEqual(['inflora', id]);
      expect(lesson.stream).toEqual(defaultExperiment.stream);
      const best = definitionOf(id).searched?.['materials']?.rate;
      if (best !== undefined) expect(lesson.methods[1]).toMatchObject({ learningRate: best });
      expect(experimentFromHash(experimentToHash(lesson))).toEqual(lesson);
    }
  });
});
