/**
 * A restricted reader of Python pickles (protocols 0 to 5 as far as data sets use them): it builds numbers, strings,
 * bytes, lists, tuples and dicts, and calls nothing. What a file may name beyond these is a list of ours; any other
 * global is refused by its name.
 */
import { DataError } from './errors';

export type PickleValue = null | boolean | number | string | Uint8Array | PickleValue[] | Map<PickleValue, PickleValue> | PickleObject;

/** What one of our globals made. */
export interface PickleObject {
  readonly kind: string;
  [field: string]: unknown;
}

/** Stands in for a global: builds a value from the arguments it would be called with, and takes its state. */
export interface PickleGlobal {
  call(args: readonly PickleValue[]): PickleValue;
  build?(made: PickleValue, state: PickleValue): PickleValue;
}

interface GlobalRef extends PickleObject {
  readonly kind: 'global';
  readonly name: string;
}

/** Deeper than any data set; shallower than what a stack of ours bears. */
const MAX_ITEMS = 20_000_000;

const isGlobal = (value: PickleValue): value is GlobalRef =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'global';
const isObject = (value: PickleValue): value is PickleObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map) && !(value instanceof Uint8Array);

/** Text of Python 2 strings, which may be bytes in truth: one character a byte, so that nothing is lost. */
export const latin1 = (bytes: Uint8Array): string => {
  let out = '';
  for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return out;
};

/** Reads one pickle. Throws DataError on damage, and on a global that is not in `globals` (keys "module name"). */
export function readPickle(name: string, bytes: Uint8Array, globals: ReadonlyMap<string, PickleGlobal>): PickleValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (why: string) => new DataError(`"${name}" is no pickle that is read here, or is cut off (${why}).`);
  const stack: PickleValue[] = [];
  const marks: number[] = [];
  const memo = new Map<number, PickleValue>();
  let at = 0;
  let built = 0;

  const take = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) throw damaged(`at byte ${at}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const u8 = () => take(1)[0] ?? 0;
  const u16 = () => (take(2), view.getUint16(at - 2, true));
  const u32 = () => (take(4), view.getUint32(at - 4, true));
  const u64 = () => (take(8), Number(view.getBigUint64(at - 8, true)));
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw damaged('a line without an end');
    const text = latin1(bytes.subarray(at, end));
    at = end + 1;
    return text;
  };
  const push = (value: PickleValue) => {
    if (++built > MAX_ITEMS) throw damaged('too many items');
    stack.push(value);
  };
  const pop = (): PickleValue => {
    const value = stack.pop();
    if (value === undefined || stack.length < (marks.at(-1) ?? 0)) throw damaged('an empty stack');
    return value;
  };
  const top = (): PickleValue => {
    const value = stack.at(-1);
    if (value === undefined) throw damaged('an empty stack');
    return value;
  };
  const sinceMark = (): PickleValue[] => {
    const mark = marks.pop();
    if (mark === undefined || mark > stack.length) throw damaged('no mark');
    return stack.splice(mark);
  };
  const utf8 = (part: Uint8Array) => new TextDecoder().decode(part);
  const remembered = (key: number) => {
    const value = memo.get(key);
    if (value === undefined) throw damaged('an unknown memory cell');
    push(value);
  };
  const global = (module: string, what: string) => {
    const key = `${module} ${what}`;
    if (!globals.has(key)) {
      throw new DataError(
        `"${name}" asks for "${module}.${what}", which is refused: a pickle may run code, so only plain arrays and lists are read.`,
      );
    }
    push({ kind: 'global', name: key });
  };
  const call = () => {
    const args = pop();
    const callee = pop();
    if (!isGlobal(callee) || !Array.isArray(args)) throw damaged('a call of what is no function');
    push(globals.get(callee.name)?.call(args) ?? null);
    const made = stack.at(-1) ?? null;
    if (isObject(made)) made['madeBy'] = callee.name;
  };
  const putPairs = (target: PickleValue, items: readonly PickleValue[]) => {
    if (!(target instanceof Map) || items.length % 2 !== 0) throw damaged('a dict that is none');
    for (let i = 0; i < items.length; i += 2) target.set(items[i] ?? null, items[i + 1] ?? null);
  };
  const putItems = (target: PickleValue, items: readonly PickleValue[]) => {
    if (!Array.isArray(target)) throw damaged('a list that is none');
    for (const item of items) target.push(item);
  };
  const long = (length: number): number => {
    let value = 0n;
    const part = take(length);
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(part[i] ?? 0);
    if (length > 0 && ((part[length - 1] ?? 0) & 0x80) !== 0) value -= 1n << BigInt(8 * length);
    return Number(value);
  };

  for (;;) {
    const op = String.fromCharCode(u8());
    switch (op) {
      case '\x80':
        if (u8() > 5) throw damaged('a protocol newer than 5');
        break;
      case '\x95':
        u64();
        break;
      case '.':
        return pop();
      case '(':
        marks.push(stack.length);
        break;
      case '0':
        pop();
        break;
      case '1':
        sinceMark();
        break;
      case '2':
        push(top());
        break;
      case 'N':
        push(null);
        break;
      case '\x88':
      case '\x89':
        push(op === '\x88');
        break;
      case 'K':
        push(u8());
        break;
      case 'M':
        push(u16());
        break;
      case 'J':
        take(4);
        push(view.getInt32(at - 4, true));
        break;
      case 'I':
      case 'L': {
        const text = line().replace(/L$/, '');
        if (!/^-?\d+$/.test(text)) throw damaged('a number that is none');
        push(op === 'I' && (text === '00' || text === '01') ? text === '01' : Number(text));
        break;
      }
      case '\x8a':
        push(long(u8()));
        break;
      case 'F':
        push(Number(line()));
        break;
      case 'G':
        take(8);
        push(view.getFloat64(at - 8, false));
        break;
      case 'S':
        push(line().slice(1, -1));
        break;
      case 'V':
        push(line());
        break;
      case 'U':
        push(text(take(u8())));
        break;
      case 'T':
        push(text(take(u32())));
        break;
      case 'C':
        push(take(u8()));
        break;
      case 'B':
        push(take(u32()));
        break;
      case '\x8e':
      case '\x96':
        push(take(u64()));
        break;
      case '\x8c':
        push(utf8(take(u8())));
        break;
      case 'X':
        push(utf8(take(u32())));
        break;
      case '\x8d':
        push(utf8(take(u64())));
        break;
      case ']':
        push([]);
        break;
      case 'l':
        push(sinceMark());
        break;
      case ')':
        push([]);
        break;
      case 't':
        push(sinceMark());
        break;
      case '\x85':
        push([pop()]);
        break;
      case '\x86':
        push([pop(), pop()].reverse());
        break;
      case '\x87':
        push([pop(), pop(), pop()].reverse());
        break;
      case '}':
        push(new Map());
        break;
      case 'd': {
        const made = new Map<PickleValue, PickleValue>();
        putPairs(made, sinceMark());
        push(made);
        break;
      }
      case 's': {
        const value = pop();
        const key = pop();
        putPairs(top(), [key, value]);
        break;
      }
      case 'u': {
        const items = sinceMark();
        putPairs(top(), items);
        break;
      }
      case 'a': {
        const item = pop();
        putItems(top(), [item]);
        break;
      }
      case 'e': {
        const items = sinceMark();
        putItems(top(), items);
        break;
      }
      case 'q':
        memo.set(u8(), top());
        break;
      case 'r':
        memo.set(u32(), top());
        break;
      case 'p':
        memo.set(Number(line()), top());
        break;
      case '\x94':
        memo.set(memo.size, top());
        break;
      case 'h':
        remembered(u8());
        break;
      case 'j':
        remembered(u32());
        break;
      case 'g':
        remembered(Number(line()));
        break;
      case 'c': {
        const module = line();
        global(module, line());
        break;
      }
      case '\x93': {
        const what = pop();
        const module = pop();
        if (typeof module !== 'string' || typeof what !== 'string') throw damaged('a global without a name');
        global(module, what);
        break;
      }
      case 'R':
        call();
        break;
      case 'b': {
        const state = pop();
        const made = pop();
        const by = isObject(made) && typeof made['madeBy'] === 'string' ? globals.get(made['madeBy']) : undefined;
        if (by?.build === undefined) throw damaged('a state for what takes none');
        push(by.build(made, state));
        break;
      }
      default:
        throw damaged(`opcode ${JSON.stringify(op)} at byte ${at - 1}`);
    }
  }

  /** Python 2 wrote both text and bytes so; long ones are kept as bytes, which is what arrays are made of. */
  function text(part: Uint8Array): PickleValue {
    return part.length > 4096 ? part : latin1(part);
  }
}
