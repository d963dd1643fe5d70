import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../app/testing/synthetic-record';
import { claimOf } from '../session/result-claim';
import { runCard } from './run-card';

describe('what cards say of a run', () => {
  it('names backbone, images and all that was found by their digests', () => {
    const record = syntheticRecord({ methods: ['l2p', 'inflora'] });
    const card = runCard(record);
    for (const digest of [record.backbone.sha256, record.stream.sha256, claimOf(record).digest]) expect(card).toContain(` ${digest}`);
    const first = record.methods[0];
    const other = { ...record, methods: record.methods.map((method) => (method === first ? { ...method, results: [] } : method)) };
    expect(runCard(other)).not.toContain(claimOf(record).digest);
  });
});
