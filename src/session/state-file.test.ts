import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../common/crc32';
import { applyEvent } from './fold';
import type { RunRecord } from './record';
import type { RunState } from './run';
import { readStateFile, STATE_SCHEMA, writeStateFile, type StateFile } from './state-file';
import { fakeCourse, fakeExperiment, fakeRun, fakeStream } from './testing/fakes';

/** A run of fakes, cut after the first batch. */
async function cut(course: unknown): Promise<StateFile> {
  const { run } = fakeRun(fakeExperiment(), fakeStream(2), () => ({ ...fakeCourse(), state: async () => course }));
  let record: RunRecord | null = null;
  for await (const event of run.events()) {
    record = applyEvent(record, event);
    if (event.type === 'phase' && event.phase === 'train') break;
  }
  const state = await run.state();
  if (!record || !state) throw new Error('nothing was cut');
  return { record, state };
}

/** The file with its head changed and its check sum right again. */
async function withSchema(schema: number, saved?: StateFile): Promise<Uint8Array<ArrayBuffer>> {
  const file = writeStateFile(saved ?? (await cut({})));
  const text = new TextDecoder('latin1').decode(file).replace(`"schema":${STATE_SCHEMA}`, `"schema":${schema}`);
  const changed = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  new DataView(changed.buffer).setUint32(changed.length - 4, crc32(changed.subarray(0, -4)), true);
  return changed;
}

describe("a run's state as a file", () => {
  it('comes back bit for bit: what JSON cannot say, arrays of all kinds, one array held twice', async () => {
    const shared = Float32Array.of(1.1, -0, Number.NaN);
    const course = {
      numbers: [-0, Number.NaN, Infinity, -Infinity, 0.1 + 0.2, 5e-324],
      nothing: [undefined, null, '', false],
      maps: new Map<unknown, unknown>([
        [3, Float64Array.of(1 / 3)],
        ['three', new Map([['a', 1]])],
      ]),
      arrays: [new Uint8Array(3).fill(255), Int32Array.of(-1), Uint32Array.of(2 ** 32 - 1), new Float64Array(0), Uint16Array.of(7)],
      held: [shared, { again: shared }],
      part: new Float32Array(8).fill(2).subarray(3, 5),
      $a: 'names that look like ours',
    };
    const given = await cut(course);
    const back = readStateFile(writeStateFile(given));
    expect(back).toEqual(given);
    const [lane] = back.state.lanes;
    if (!lane) throw new Error('no lane');
    const { held, numbers } = lane.course as typeof course;
    const [first, second] = held as [Float32Array, { again: Float32Array }];
    expect(second.again).toBe(first);
    expect(numbers.map((value) => Object.is(value, -0))).toEqual([true, false, false, false, false, false]);
  });

  it('refuses what cannot be plain data instead of losing it', async () => {
    const given = await cut({});
    const withFunction = { ...given, state: { ...given.state, odd: () => 1 } as unknown as RunState };
    expect(() => writeStateFile(withFunction)).toThrow(/a function, which cannot be saved/);
  });

  it('is known to be damaged wherever a byte changed or the end is missing', async () => {
    const whole = writeStateFile(await cut({ weights: Float32Array.from({ length: 50 }, (_, i) => i) }));
    const damaged = expect.objectContaining({ name: 'StateFileError', message: expect.stringContaining('damaged') as string }) as Error;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const file = whole.slice();
        file[at] = (file[at] ?? 0) ^ flip;
        expect(() => readStateFile(file)).toThrow(damaged);
      }),
      { numRuns: 200 },
    );
    for (const length of [0, 1, 15, 16, 100, whole.length - 4, whole.length - 1]) {
      expect(() => readStateFile(whole.slice(0, length)), `${length} bytes`).toThrow(damaged);
    }
  });

  it('reads what the schema before wrote', async () => {
    const saved = await cut({});
    expect(readStateFile(await withSchema(STATE_SCHEMA - 1, saved))).toEqual(readStateFile(writeStateFile(saved)));
  });

  it('says when a newer or an older version wrote it', async () => {
    const [newer, older] = [await withSchema(STATE_SCHEMA + 1), await withSchema(STATE_SCHEMA - 2)];
    expect(() => readStateFile(newer)).toThrow(/newer version/);
    expect(() => readStateFile(older)).toThrow(/older version/);
  });
});
