import { expect, test } from 'vitest';
import { nameIn, recordIn } from './bundled-names';
import { syntheticRecord } from './testing/synthetic-record';
import { en } from './text/en';

const other = { ...en, bundled: { ...en.bundled, names: { Digits: '数字', Glaze: '釉面' } } };
const plain = syntheticRecord({ tasks: 2 });
const made = { ...plain, stream: { ...plain.stream, tasks: plain.stream.tasks.map((task) => ({ ...task, name: 'Digits · Glaze' })) } };
const own = {
  ...made,
  experiment: { ...made.experiment, stream: { ...made.experiment.stream, from: { source: 'file' as const, name: 'mine.zip' } } },
};
const bundled = {
  ...made,
  experiment: { ...made.experiment, stream: { ...made.experiment.stream, from: { source: 'bundled' as const, id: 'materials' } } },
};

test('a name is worded part by part, and stays where there is no word for it', () => {
  expect(nameIn(other, 'Digits · Glaze')).toBe('数字 · 釉面');
  expect(nameIn(other, 'Digits · Marble')).toBe('数字 · Marble');
  expect(nameIn(en, 'Digits · Glaze')).toBe('Digits · Glaze');
});

test('tasks of a bundled stream are worded, those that somebody brought are not; numbers are the record’s', () => {
  const shown = recordIn(other, bundled);
  expect(shown.stream.tasks.map(({ name }) => name)).toEqual(['数字 · 釉面', '数字 · 釉面']);
  expect(shown.methods).toBe(bundled.methods);
  expect(recordIn(other, own).stream.tasks).toEqual(own.stream.tasks);
});

test('one record gives one answer while the language stays, and itself in English', () => {
  expect(recordIn(other, bundled)).toBe(recordIn(other, bundled));
  expect(recordIn(en, bundled)).toBe(bundled);
});
