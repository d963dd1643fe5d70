import { expect, it } from 'vitest';
import { withProvided } from './provided';

const names = (before: readonly string[], added: readonly string[]) =>
  withProvided(
    before.map((name) => ({ name })),
    added.map((name) => ({ name })),
  ).map(({ name }) => name);

it('keeps other files, and the newest of one name', () => {
  expect(names(['a', 'b/c'], ['a', 'd'])).toEqual(['b/c', 'a', 'd']);
});

it('a folder replaces what had its name, and its own earlier files', () => {
  expect(names(['x.zip', 'y'], ['x.zip/1', 'x.zip/2'])).toEqual(['y', 'x.zip/1', 'x.zip/2']);
  expect(names(['x/1', 'x/3', 'y/1'], ['x/1', 'x/2'])).toEqual(['y/1', 'x/1', 'x/2']);
  expect(names(['x/1', 'x/2'], ['x'])).toEqual(['x']);
});

it('a single file joins its folder: a configuration that is dropped later', () => {
  expect(names(['m/model.safetensors'], ['m/config.json'])).toEqual(['m/model.safetensors', 'm/config.json']);
});
