import { describe, expect, it } from 'vitest';
import { STOPS, type Stop } from '../charts/inside';
import { syntheticRecord } from '../testing/synthetic-record';
import { testApp, testExperiment } from '../testing/test-app';
import { recordAt } from './playback';

const experiment = { ...testExperiment, inside: { block: 1, map: 'v' as const } };

describe('a run that is looked into', () => {
  it('pauses at each of the four stops of the method that is shown, the others going by, and goes on to the same record', async () => {
    const { app } = testApp({ experiment });
    app.view.set({ halts: true });
    const halts: string[] = [];
    for (await app.run.start(); app.store.getState().status === 'paused'; await app.run.start()) {
      const look = app.store.getState().results?.methods[0]?.inside?.at(-1);
      halts.push(`${look?.task} ${STOPS.findLast((stop) => look?.[stop])}`);
    }
    expect(halts).toEqual([0, 1, 2, 3, 4].flatMap((task) => STOPS.map((stop) => `${task} ${stop}`)));
    expect(app.store.getState().status).toBe('finished');
    const whole = syntheticRecord({ inside: true });
    expect(app.store.getState().record?.methods.map(({ inside }) => inside)).toEqual(whole.methods.map(({ inside }) => inside));
  });

  it('pauses at what is shown: the chosen method once it was looked into, and nowhere unless asked', async () => {
    const { app } = testApp({ experiment });
    await app.run.start();
    expect(app.store.getState().status).toBe('finished');
    await app.run.reset();
    app.view.set({ halts: true, hoodMethod: 'full-fine-tuning' });
    let pauses = 0;
    for (await app.run.start(); app.store.getState().status === 'paused'; await app.run.start()) pauses++;
    // It designs nothing and keeps no memory: gather and train of five tasks. Before its first look the other one's were shown: gather and design.
    expect(pauses).toBe(2 * 5 + 2);
  });
});

describe('going along a record that was looked into', () => {
  const record = syntheticRecord({ inside: true });
  record.methods.forEach(({ results }) =>
    results.forEach((result) => (result.seconds = { gather: 1, design: 1, train: 4, consolidate: 1, evaluate: 1 })),
  );

  it('shows of the task under way the stops of phases that are over, of earlier ones all', () => {
    const seen = new Map<string, readonly Stop[]>();
    for (let position = 0.401; position < 0.6; position += 0.002) {
      const moment = recordAt(record, position);
      const looks = moment.record.methods[0]?.inside ?? [];
      expect(looks.slice(0, 2)).toEqual(record.methods[0]?.inside?.slice(0, 2));
      expect(looks.some(({ task }) => task > 2)).toBe(false);
      const look = looks.find(({ task }) => task === 2);
      seen.set(
        moment.phase,
        STOPS.filter((stop) => look?.[stop]),
      );
    }
    expect([...seen]).toEqual([
      ['gather', []],
      ['design', ['gather']],
      ['train', ['gather', 'design']],
      ['consolidate', ['gather', 'design', 'train']],
      ['evaluate', STOPS],
    ]);
  });

  it('draws the pictures anew when another stop comes into view', () => {
    const { app } = testApp();
    app.playback.start('a', 'A', record);
    app.playback.seek(0.405);
    const before = app.store.getState().results;
    const spans = [0.41, 0.45, 0.5].map((position) => {
      app.playback.seek(position);
      return app.store.getState().results;
    });
    expect(new Set([before, ...spans]).size).toBeGreaterThan(1);
    expect(recordAt(record, 1).record).toEqual(record);
  });
});
