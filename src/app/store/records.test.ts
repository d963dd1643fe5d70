import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import { testApp } from '../testing/test-app';

describe('run records as files', () => {
  it('saves what it shows and shows again what it saved', async () => {
    const { app, downloads } = testApp();
    await app.run.start();
    app.records.saveJson();
    const saved = downloads.at(-1);
    expect(saved?.name).toBe('synthetic-alphabets-inflora-full-fine-tuning-seed-0.json');
    const other = testApp();
    await other.app.records.open('run.json', saved?.content ?? '');
    expect(other.app.store.getState()).toMatchObject({ origin: 'loaded', status: 'idle' });
    expect(other.app.store.getState().results).toEqual(app.store.getState().results);
  });

  it('saves the matrix as CSV, one line a cell', async () => {
    const { app, downloads } = testApp();
    await app.run.start();
    app.records.saveCsv();
    expect(downloads.at(-1)?.name).toMatch(/\.csv$/);
    // Two methods, five tasks: 2 · (1 + 2 + 3 + 4 + 5) cells and the heading.
    expect(downloads.at(-1)?.content.trim().split(/\r?\n/)).toHaveLength(31);
  });

  it('refuses a newer or broken record by name and keeps what is on the page', async () => {
    const { app } = testApp();
    await app.records.open('good.json', JSON.stringify(syntheticRecord()));
    const before = app.store.getState().record;
    await app.records.open('newer.json', JSON.stringify({ ...syntheticRecord(), schema: 99 }));
    expect(app.store.getState().problems.record?.happened).toContain('newer');
    await app.records.open('broken.json', '{');
    expect(app.store.getState().problems.record?.happened).toContain('broken.json');
    expect(app.store.getState().record).toBe(before);
  });

  it('gives back what an opened record replaced', async () => {
    const { app, notes } = testApp();
    await app.run.start();
    const before = app.store.getState().record;
    await app.records.open('other.json', JSON.stringify(syntheticRecord({ tasks: 2 })));
    expect(app.store.getState().record?.stream.tasks).toHaveLength(2);
    notes.at(-1)?.undo?.();
    expect(app.store.getState().record).toEqual(before);
  });
});
