import { expect, it } from 'vitest';
import { testApp } from '../testing/test-app';

it('measures the device and saves the report as JSON', async () => {
  const { app, downloads } = testApp();
  app.speed.save();
  expect(downloads).toHaveLength(0);
  await app.speed.measure();
  expect(app.store.getState().speed.state).toBe('ready');
  app.speed.save();
  const saved = JSON.parse(downloads.at(-1)?.content ?? '') as { steps: unknown[] };
  expect(saved.steps).toHaveLength(2);
});

it('keeps an earlier report when measuring fails, and says why', async () => {
  const failing: { measure?: Error } = {};
  const { app } = testApp({ failing });
  await app.speed.measure();
  const before = app.store.getState().speed.value;
  failing.measure = new Error('This engine cannot tell.');
  await app.speed.measure();
  const { speed, problems } = app.store.getState();
  expect(speed.value).toBe(before);
  expect(problems.device?.happened).toContain('cannot tell');
});
