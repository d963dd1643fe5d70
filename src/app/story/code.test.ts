import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClass, readCode, writeCode, type Asked, type Told } from './code';

const ASKED: readonly Asked[] = [
  { id: 'forgets', predict: { kind: 'bar' } },
  { id: 'when', predict: { kind: 'curve', places: 12 } },
  { id: 'capacity', predict: { kind: 'choice', options: 3 } },
  { id: 'unreadable', predict: { kind: 'choice', options: 3 } },
  { id: 'rate', predict: { kind: 'point' } },
  { id: 'hears', predict: { kind: 'choice', options: 4 } },
  { id: 'room', predict: { kind: 'choice', options: 4 } },
  { id: 'wins', predict: { kind: 'rank', of: 6 } },
];

const share = fc.integer({ min: 0, max: 100 }).map((value) => value / 100);
const result = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 }));
const told = fc.record({
  mark: fc.integer({ min: 0, max: 65_535 }),
  answers: fc.record(
    {
      forgets: fc.tuple(share),
      when: fc.array(share, { minLength: 12, maxLength: 12 }),
      capacity: fc.tuple(fc.integer({ min: 0, max: 2 })),
      rate: fc.tuple(share, share),
      wins: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
    },
    { requiredKeys: [] },
  ),
  results: fc.record(
    {
      order: result.map(([a, b]): Told['results']['order'] => ({ values: [a / 1000, b / 1000], order: [4, 2, 0, 1, 3] })),
      own: result.map(([a, b]): Told['results']['own'] => ({ values: [a / 1000, b / 1000] })),
    },
    { requiredKeys: [] },
  ),
});

test('what is written is read, in about eighty letters, whatever their case', () => {
  fc.assert(
    fc.property(told, (each) => {
      const code = writeCode(each, ASKED);
      expect(code).toMatch(/^ILP-[0-9A-HJKMNP-TV-Z]{79}$/);
      expect(readCode(code.toLowerCase(), ASKED)).toEqual({ told: each });
    }),
  );
});

test('the checksum is the one of zip files and PNG', () => {
  const code = writeCode({ mark: 7, answers: {}, results: {} }, ASKED);
  const bits = [...code.slice(4)].map((letter) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Uint8Array.from({ length: 49 }, (_, i) => Number.parseInt(bits.slice(8 * i, 8 * i + 8), 2));
  expect(new DataView(bytes.buffer).getUint32(45)).toBe(crc32(bytes.subarray(0, 45)));
});

test('one wrong letter never goes unnoticed', () => {
  fc.assert(
    fc.property(told, fc.integer({ min: 4, max: 80 }), fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), (each, at, letter) => {
      const code = writeCode(each, ASKED);
      fc.pre(code[at] !== letter);
      expect(readCode(code.slice(0, at) + letter + code.slice(at + 1), ASKED)).toEqual({ fault: { what: 'checksum' } });
    }),
  );
});

test('a bad code is refused by what is wrong with it', () => {
  const code = writeCode({ mark: 1, answers: { forgets: [0.2] }, results: {} }, ASKED);
  expect(readCode(code.slice(0, 60), ASKED)).toEqual({ fault: { what: 'length', found: 56, wanted: 79 } });
  expect(readCode(`${code}0`, ASKED)).toEqual({ fault: { what: 'length', found: 80, wanted: 79 } });
  expect(readCode(code.replace(/.$/, '!'), ASKED)).toEqual({ fault: { what: 'letter', letter: '!', at: 79 } });
});

test('a class is read out of its chat', () => {
  const codes = [3, 4].map((mark) => writeCode({ mark, answers: { forgets: [mark / 10] }, results: {} }, ASKED));
  const chat = `10:02 A. writes: ${codes[0]}\n10:03 oops ${codes[0]}.\n${codes[1]?.toLowerCase()}, and ILP-12\nno code here`;
  const { told: all, faults } = readClass(chat, ASKED);
  expect(all.map(({ answers }) => answers.forgets)).toEqual([[0.3], [0.4]]);
  expect(faults).toEqual([{ code: 'ILP-12', fault: { what: 'length', found: 2, wanted: 79 } }]);
});
