import { openDB } from 'idb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rowOf } from '../store/kept-run';
import { syntheticRecord } from '../testing/synthetic-record';
import { en } from '../text/en';
import { browserShelf } from './browser-shelf';

const record = syntheticRecord({ tasks: 2 });
const row = (id: string, state: number) => rowOf(record, { id, order: 1 }, { record: 0, state });
const shelf = browserShelf(() => en);

const clear = async () => {
  for (const { id } of (await shelf.list()).runs) await shelf.remove(id);
};
beforeEach(clear);
afterEach(clear);

it('tells states as the files have them, whatever a row says that was written before a crash', async () => {
  await shelf.put(row('smaller', 500), record);
  await shelf.putState('smaller', new Blob(['abc']));
  await shelf.put(row('gone', 500), record);
  await shelf.put(row('late', 0), record);
  await shelf.putState('late', new Blob(['de']));
  const { runs } = await shelf.list();
  expect(Object.fromEntries(runs.map(({ id, bytes }) => [id, bytes.state]))).toEqual({ smaller: 3, gone: 0, late: 2 });
});

it('keeps and counts the rows of a newer version, and shows the others', async () => {
  await shelf.put(row('mine', 0), record);
  const newer = { id: 'newer', schema: 99, something: 'else' };
  const db = await openDB('inflora-playground', 1);
  await db.put('runs', newer);
  try {
    const { runs, others } = await shelf.list();
    expect([runs.map(({ id }) => id), others]).toEqual([['mine'], 1]);
    await shelf.change(row('mine', 0));
    expect(await db.get('runs', 'newer')).toEqual(newer);
  } finally {
    await db.delete('runs', 'newer');
    db.close();
  }
});
