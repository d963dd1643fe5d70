import { expect, it } from 'vitest';
import { DataError } from '../data/errors';
import { describeThrown } from '../worker/errors';
import { listed, reasonOf, said, SaidError, worded } from './said';

it('a template is the code, its facts stand in their places', () => {
  expect(said`The file ${'a {1} b'} has ${2} rows.`).toEqual({ code: 'The file {0} has {1} rows.', facts: ['a {1} b', 2] });
  expect(worded(said`The file ${'a {1} b'} has ${2} rows.`)).toBe('The file a {1} b has 2 rows.');
});

it('a language has its own order, and its own comma in lists', () => {
  const catalogue = { '{0} of {1}': '{1}中的{0}', '{0}, {1}': '{0}、{1}' };
  expect(worded(said`${listed(['a', 'b', 'c'])} of ${7}`, catalogue)).toBe('7中的a、b、c');
  expect([worded(listed(['a', 'b', 'c'])), worded(listed([])), worded(listed(['a']))]).toEqual(['a, b, c', '', 'a']);
});

it("an error says the same beyond the worker's boundary, its message in English", () => {
  const error = new DataError(said`There is no class "${'cat'}".`, 'stream.rename', { cause: new SaidError(said`inner`) });
  expect(error.message).toBe('There is no class "cat".');
  const { value } = structuredClone(describeThrown(error));
  expect(value).toMatchObject({ name: 'DataError', field: 'stream.rename', message: error.message });
  expect(reasonOf(value)).toEqual(error.said);
});

it('other errors say their message, and what is no error itself', () => {
  expect([reasonOf(new Error('gone')), reasonOf('gone'), reasonOf(null)]).toEqual(['gone', 'gone', 'null']);
});
