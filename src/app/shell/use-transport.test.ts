import { expect, it } from 'vitest';
import { testApp } from '../testing/test-app';
import { transportLine } from './use-transport';
import { en } from '../text/en';

it('says where the run is, in words', async () => {
  const { app } = testApp();
  expect(transportLine(en, app.store.getState()).where).toContain('Ready');
  await app.run.step();
  const paused = transportLine(en, app.store.getState());
  expect(paused.where).toBe('task 1 of 5 · training · epoch 1 of 4 · paused');
  expect(paused.numbers).toBe('640 images/s · η 0.003 · 1:01 left');
  expect(paused.losses.map((entry) => entry.method)).toContain('inflora');
  await app.run.start();
  expect(transportLine(en, app.store.getState())).toMatchObject({
    where: 'Finished · after 5 of 5 tasks',
    numbers: 'took 1:01',
    progress: 1,
  });
});
