import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { halfToNumber } from './dtype';
import { CheckpointError, fromFloat32, readSafetensors, toFloat32, writeSafetensors, type Dtype, type RawTensor } from './safetensors';

/** A file with this header text (or object) and buffer, whatever they say. */
function file(header: unknown, buffer: Uint8Array | number[] = [], claimed?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + buffer.length);
  new DataView(out.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  out.set(text, 8);
  out.set(buffer, 8 + text.length);
  return out;
}

const entry = (dtype: string, shape: number[], from: number, to: number) => ({ dtype, shape, data_offsets: [from, to] });
const raw = (dtype: Dtype, shape: number[], bytes: ArrayLike<number>): RawTensor => ({ dtype, shape, bytes: Uint8Array.from(bytes) });

describe('readSafetensors', () => {
  it('reads back what it writes, byte for byte, with metadata', () => {
    const written = writeSafetensors(
      new Map([
        ['a', fromFloat32(Float32Array.of(1.5, -2, 3, 4, 5, 6), [2, 3])],
        ['empty', raw('F16', [0, 4], [])],
        ['scalar', raw('U8', [], [7])],
      ]),
      { format: 'pt' },
    );
    const { metadata, tensors } = readSafetensors(written);
    expect(metadata).toEqual({ format: 'pt' });
    expect([...tensors.keys()]).toEqual(['a', 'empty', 'scalar']);
    const a = tensors.get('a');
    expect(a && [...toFloat32(a)]).toEqual([1.5, -2, 3, 4, 5, 6]);
    expect(tensors.get('scalar')).toMatchObject({ shape: [], dtype: 'U8' });
    expect(Number(new DataView(written.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  it('keeps tensors as views into the file', () => {
    const bytes = writeSafetensors(new Map([['a', fromFloat32(Float32Array.of(1), [1])]]));
    expect(readSafetensors(bytes).tensors.get('a')?.bytes.buffer).toBe(bytes.buffer);
  });

  const broken: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /0 bytes, too few/],
    ['a cut header length', new Uint8Array(7), /too few/],
    ['a header longer than the file', file('{}', [], 1000n), /claims 1000 bytes, but only 2 follow/],
    ['a header of 2^63 bytes', file('{}', [], 2n ** 63n), /cut off, or it is not a safetensors file/],
    ['a header that is not JSON', file('{"a":'), /not valid JSON/],
    ['a header that is not UTF-8', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff), /not valid JSON/],
    ['a header that is a list', file('[]'), /not a JSON object/],
    ['an entry without offsets', file({ w: { dtype: 'F32', shape: [1] } }), /tensor "w" is wrong at "data_offsets"/],
    ['a shape at odds with the bytes of a type that is not read', file({ w: entry('F8_E4M3', [3], 0, 4) }, [0, 0, 0, 0]), /declares shape/],
    ['offsets beyond the file', file({ w: entry('F32', [2], 0, 8) }, [0, 0, 0, 0]), /"w" is said to lie at bytes 0 to 8 of a buffer of 4/],
    ['offsets backwards', file({ w: entry('F32', [1], 4, 0) }, [0, 0, 0, 0]), /bytes 4 to 0/],
    ['negative offsets', file({ w: entry('F32', [1], -4, 0) }, [0, 0, 0, 0]), /bytes -4 to 0/],
    ['fractional offsets', file({ w: entry('U8', [1], 0.5, 1.5) }, [0, 0]), /bytes 0.5 to 1.5/],
    ['overlapping tensors', file({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 2, 6) }, [0, 0, 0, 0, 0, 0]), /"a" and "b" overlap/],
    ['a hole', file({ a: entry('U8', [1], 0, 1), b: entry('U8', [1], 2, 3) }, [0, 0, 0]), /1 bytes before tensor "b"/],
    ['bytes left over', file({ a: entry('U8', [1], 0, 1) }, [0, 0, 0]), /2 bytes at the end/],
    ['a huge shape', file({ w: entry('F32', [1e9, 1e9], 0, 4) }, [0, 0, 0, 0]), /declares shape \[1000000000, 1000000000\]/],
    ['a negative shape', file({ w: entry('F32', [-1, -1], 0, 4) }, [0, 0, 0, 0]), /declares shape \[-1, -1\]/],
    ['a shape at odds with the bytes', file({ w: entry('F16', [3], 0, 4) }, [0, 0, 0, 0]), /declares shape \[3\] in F16/],
    ['metadata that is not strings', file({ __metadata__: { a: 1 } }), /not a map of strings/],
  ];
  it.each(broken)('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('refuses every truncation of a good file', () => {
    const good = writeSafetensors(new Map([['w', fromFloat32(Float32Array.of(1, 2), [2])]]), { k: 'v' });
    for (let length = 0; length < good.length; length++) {
      expect(() => readSafetensors(good.slice(0, length)), `cut at ${length}`).toThrow(CheckpointError);
    }
  });

  it('takes a tensor called __proto__ for nothing but a name', () => {
    const { tensors } = readSafetensors(file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [9]));
    expect(tensors.get('__proto__')?.bytes[0]).toBe(9);
  });
});

describe('toFloat32', () => {
  it('knows the landmarks of binary16 (IEEE 754 table)', () => {
    const landmarks: [number, number][] = [
      [0x0000, 0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x7bff, 65504],
      [0xc000, -2],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
    ];
    for (const [bits, value] of landmarks) expect(halfToNumber(bits)).toBe(value);
    expect(Object.is(halfToNumber(0x8000), -0)).toBe(true);
    expect(halfToNumber(0x7e00)).toBeNaN();
  });

  it('converts each element type', () => {
    const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer);
    expect([...toFloat32(raw('F64', [2], bytesOf(Float64Array.of(0.1, -1e300))))]).toEqual([Math.fround(0.1), -Infinity]);
    expect([...toFloat32(raw('F16', [2], bytesOf(Uint16Array.of(0x3c00, 0xc000))))]).toEqual([1, -2]);
    expect([...toFloat32(raw('BF16', [2], bytesOf(Uint16Array.of(0x3f80, 0xc049))))]).toEqual([1, -3.140625]);
    expect([...toFloat32(raw('I64', [2], bytesOf(BigInt64Array.of(-3n, 5n))))]).toEqual([-3, 5]);
    expect([...toFloat32(raw('I32', [2], bytesOf(Int32Array.of(-3, 5))))]).toEqual([-3, 5]);
    expect([...toFloat32(raw('U8', [2], [0, 255]))]).toEqual([0, 255]);
  });

  it('does not need aligned bytes', () => {
    const bytes = new Uint8Array(9);
    bytes.set(new Uint8Array(Float32Array.of(1.25, -8).buffer), 1);
    expect([...toFloat32({ dtype: 'F32', shape: [2], bytes: bytes.subarray(1) })]).toEqual([1.25, -8]);
  });

  it('refuses bytes that do not fit the shape', () => {
    expect(() => toFloat32(raw('F32', [3], [0, 0, 0, 0]), 'norm.weight')).toThrow(/"norm.weight" has 4 bytes/);
  });
});

const golden = '../shared/golden/inflora/init_d64.safetensors';
describe.skipIf(!existsSync(golden))('on a file that safetensors for Python wrote', () => {
  it('reads every tensor', () => {
    const { tensors } = readSafetensors(readFileSync(golden));
    expect(tensors.size).toBeGreaterThan(10);
    for (const [name, tensor] of tensors) expect(toFloat32(tensor, name).every(Number.isFinite), name).toBe(true);
  });
});
