import { describe, expect, it } from 'vitest';
import { soleClasses } from '../objective';
import { OracleVit } from '../testing/oracle-vit';
import { EXPECTED, selfCheckProblem, squares } from './self-check';

describe('the self-check', () => {
  it('expects what the float64 oracle computes, its gradient by central differences', () => {
    const { checkpoint, adapters, batch, spec } = selfCheckProblem();
    const oracle = new OracleVit(checkpoint, adapters, spec.classifier);
    const classes = soleClasses(spec.objective);
    if (!classes) throw new Error('The self-check has one cross-entropy');
    const gradient = squares(oracle.gradient('blocks.0.k.up', batch, classes)) + squares(oracle.gradient('blocks.0.v.up', batch, classes));
    expect(EXPECTED.loss / oracle.loss(batch, classes)).toBeCloseTo(1, 7);
    expect(EXPECTED.features / squares(oracle.forward(batch).features)).toBeCloseTo(1, 7);
    expect(EXPECTED.gradient / gradient).toBeCloseTo(1, 7);
  });
});
