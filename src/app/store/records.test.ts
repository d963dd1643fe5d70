import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../session/record';
import type { FetchJson } from './catalogue';
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
    await app.records.saveCsv();
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

describe('records of another build', () => {
  it('are shown under the titles they carry; what is known of them is set up, and what is missing named', async () => {
    const { app, notes } = testApp();
    await app.records.open('new.json', JSON.stringify(syntheticRecord({ methods: ['joint', 'of-tomorrow'] })));
    const { results, experiment } = app.store.getState();
    expect(results?.methods.map(({ title }) => title)).toEqual(['Joint training', 'The method of-tomorrow']);
    expect(experiment.methods.map(({ id }) => id)).toEqual(['joint']);
    expect(notes.at(-1)?.text).toContain('does not have The method of-tomorrow');
  });

  it('leave the set-up alone where nothing of them can run, and can still be saved', async () => {
    const { app, downloads } = testApp();
    const before = app.store.getState().experiment;
    await app.records.open('new.json', JSON.stringify(syntheticRecord({ methods: ['of-tomorrow'] })));
    expect(app.store.getState().experiment).toEqual(before);
    await app.takeAway.saveLatex();
    expect(downloads.at(-1)?.content).toContain('The method of-tomorrow');
    await app.host.ensureSample(syntheticRecord({ methods: ['of-tomorrow'] }).experiment);
    expect(app.store.getState().sample.state).toBe('ready');
  });
});

describe('recorded runs', () => {
  const entry = { id: 'two', title: 'Two tasks', file: 'two.json', stream: 'things' };
  const two = syntheticRecord({ tasks: 2 });
  const recorded: RunRecord = { ...two, experiment: { ...two.experiment, title: 'Two tasks', seed: 7 } };
  const fetchJson: FetchJson = (path) => (path === 'runs/two.json' ? Promise.resolve(recorded) : Promise.reject(new Error('404')));

  it('bring their experiment into the set-up, so that Start computes what is shown; and can be taken back', async () => {
    const { app, notes } = testApp({ fetchJson, reducedMotion: true });
    const before = app.store.getState().experiment;
    await app.records.playRecorded(entry);
    expect(app.store.getState()).toMatchObject({ origin: 'recorded', experiment: recorded.experiment });
    expect(app.store.getState().results?.stream.tasks).toHaveLength(2);
    notes.at(-1)?.undo?.();
    expect(app.store.getState()).toMatchObject({ origin: 'none', playback: null, record: null, experiment: before });
  });

  it('take the place of an own run, which can be had back', async () => {
    const { app, notes } = testApp({ fetchJson, reducedMotion: true });
    await app.run.start();
    const own = app.store.getState().record;
    await app.records.playRecorded(entry);
    expect(app.store.getState()).toMatchObject({ origin: 'recorded', status: 'idle' });
    notes.at(-1)?.undo?.();
    expect(app.store.getState().record).toEqual(own);
  });

  it('say so where they cannot be fetched, and leave the page as it was', async () => {
    const { app, notes } = testApp();
    await app.run.start();
    const own = app.store.getState().record;
    await app.records.playRecorded(entry);
    expect(app.store.getState().problems.record).toBeDefined();
    expect(app.store.getState().record).toBe(own);
    expect(notes).toHaveLength(0);
  });
});
