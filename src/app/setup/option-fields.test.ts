import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { definitionOf } from '../../continual/registry';
import { METHOD_IDS, parseExperiment } from '../../session/experiment';
import { testExperiment } from '../testing/test-app';
import { optionFields } from './option-fields';

const named = (id: string) => Object.fromEntries(optionFields(definitionOf(id)).map((field) => [field.name, field]));

describe('fields of options', () => {
  it('have the kinds, limits and defaults of the schema', () => {
    const { rank, lamb, preset, scaleDown, projection } = named('inflora');
    expect(rank).toMatchObject({ kind: 'number', integer: true, min: 1, max: undefined, default: 8, advanced: false });
    expect(lamb).toMatchObject({ kind: 'number', integer: false, min: 0, max: 1, default: 0.95 });
    expect(preset).toMatchObject({ kind: 'choice', values: ['authors', 'paper'], default: 'authors', advanced: false });
    expect(scaleDown).toMatchObject({ kind: 'choice', values: [true, false], default: undefined, advanced: true });
    expect(projection).toMatchObject({ kind: 'choice', values: ['one-sided', 'two-sided'], advanced: true });
  });

  it('offer the names of a union and leave its lists to links', () => {
    expect(named('joint').targets).toMatchObject({ kind: 'choice', values: ['kv', 'all'] });
  });

  it('have learning rates only where something learns', () => {
    expect(optionFields(definitionOf('nearest-mean')).map(({ name }) => name)).toEqual(['metric']);
    expect(optionFields(definitionOf('full-fine-tuning')).map(({ name, advanced }) => `${name} ${advanced}`)).toEqual([
      'learningRate false',
      'classifierLearningRate true',
    ]);
  });

  it('leave out what no field can ask for', () => {
    const options = { seeds: v.optional(v.array(v.number())), name: v.string(), share: v.pipe(v.number(), v.maxValue(0.5)) };
    expect(optionFields({ options, trainsOn: 'none' })).toEqual([
      { kind: 'number', name: 'share', default: undefined, advanced: true, integer: false, min: undefined, max: 0.5 },
    ]);
  });

  it.each(METHOD_IDS)('of %s are all taken by the experiment', (id) => {
    for (const field of optionFields(definitionOf(id))) {
      const values: unknown[] = field.kind === 'choice' ? [...field.values] : [field.min ?? 0];
      for (const value of values) {
        const [spec] = parseExperiment({ ...testExperiment, methods: [{ id, [field.name]: value }] }).methods;
        expect(spec, field.name).toMatchObject({ [field.name]: value });
      }
    }
  });
});
