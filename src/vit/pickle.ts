/**
 * A restricted reader of Python pickles (protocols 2 to 5): plain containers, strings and numbers, and whatever the caller
 * builds for the few globals that it allows. Nothing is ever executed or looked up; every other global is refused by name.
 */
import { CheckpointError } from './errors';

/** A Python tuple; lists are arrays, dicts and OrderedDicts are Maps, sets are arrays. */
export class PickleTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** What an allowed global makes of its arguments. Throws CheckpointError on arguments that it does not take. */
export type Build = (args: readonly unknown[]) => unknown;

export interface PickleRules {
  /** Allowed globals by "module.name"; a function builds, anything else stands for the global as a value. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** A persistent id (torch's reference to a storage). */
  persistent(id: unknown): unknown;
}

const MARK = Symbol('mark');
/** A global on the stack, before it is called. */
class Global {
  constructor(
    readonly name: string,
    readonly meaning: unknown,
  ) {}
}

const MAX_DEPTH = 1_000_000;
const damaged = (what: string): CheckpointError =>
  new CheckpointError(`The pickle inside the file is damaged: ${what}. Download the file again.`);

class Machine {
  private readonly view: DataView;
  private readonly text = new TextDecoder();
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly rules: PickleRules,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (;;) {
      const code = this.u8();
      if (code === 0x2e) return this.pop();
      this.step(code);
      if (this.stack.length > MAX_DEPTH) throw damaged('it nests too deep');
    }
  }

  private step(code: number): void {
    switch (String.fromCharCode(code)) {
      case '\x80': {
        const protocol = this.u8();
        if (protocol > 5) throw new CheckpointError(`The pickle uses protocol ${protocol}; 2 to 5 are read here. Save it with torch.save.`);
        return;
      }
      case '\x95':
        return void this.take(8);
      case '(':
        return this.push(MARK);
      case '0':
        return void this.pop();
      case '1':
        return void this.toMark();
      case '2': {
        const top = this.pop();
        this.push(top);
        return this.push(top);
      }
      case 'N':
        return this.push(null);
      case '\x88':
        return this.push(true);
      case '\x89':
        return this.push(false);
      case 'K':
        return this.push(this.u8());
      case 'M':
        return this.push(this.u8() + this.u8() * 256);
      case 'J':
        return this.push(this.number(4, (at) => this.view.getInt32(at, true)));
      case 'G':
        return this.push(this.number(8, (at) => this.view.getFloat64(at, false)));
      case '\x8a':
        return this.push(this.long(this.u8()));
      case '\x8b':
        return this.push(this.long(this.u32()));
      case '\x8c':
      case 'U':
      case 'C':
        return this.literal(code, this.u8());
      case 'X':
      case 'T':
      case 'B':
        return this.literal(code, this.u32());
      case '\x8d':
      case '\x8e':
        return this.literal(code, this.u64());
      case ']':
      case '\x8f':
        return this.push([]);
      case '}':
        return this.push(new Map());
      case ')':
        return this.push(new PickleTuple([]));
      case 't':
        return this.push(new PickleTuple(this.toMark()));
      case '\x85':
      case '\x86':
      case '\x87': {
        const items = Array.from({ length: code - 0x84 }, () => plain(this.pop())).reverse();
        return this.push(new PickleTuple(items));
      }
      case 'l':
      case '\x91':
        return this.push(this.toMark());
      case 'd':
        return this.push(this.fill(new Map<unknown, unknown>(), this.toMark()));
      case 'a': {
        const item = this.pop();
        return void this.list().push(item);
      }
      case 'e':
      case '\x90': {
        const items = this.toMark();
        const list = this.list();
        for (const item of items) list.push(item);
        return;
      }
      case 's': {
        const value = this.pop();
        const key = this.pop();
        return void this.fill(this.dict(), [key, value]);
      }
      case 'u': {
        const items = this.toMark();
        return void this.fill(this.dict(), items);
      }
      case 'q':
        return this.remember(this.u8());
      case 'r':
        return this.remember(this.u32());
      case '\x94':
        return this.remember(this.memo.size);
      case 'h':
        return this.recall(this.u8());
      case 'j':
        return this.recall(this.u32());
      case 'c':
        return this.global(this.line(), this.line());
      case '\x93': {
        const name = this.pop();
        const module = this.pop();
        return this.global(String(module), String(name));
      }
      case 'R':
        return this.reduce();
      case '\x81':
      case '\x92':
      case 'o':
      case 'i':
        return this.refuseObject(code);
      case 'b':
        return this.build();
      case 'Q':
        return this.push(this.rules.persistent(this.pop()));
      default:
        throw new CheckpointError(
          `The pickle uses operation 0x${code.toString(16)} at byte ${this.at - 1}, which a state_dict does not need and which is not read here. Save model.state_dict() with torch.save, or as safetensors.`,
        );
    }
  }

  private global(module: string, name: string): void {
    const full = `${module}.${name}`;
    if (!Object.hasOwn(this.rules.globals, full)) throw refused(full);
    this.push(new Global(full, this.rules.globals[full]));
  }

  /** Names the class of an object that would have been made, without making it. */
  private refuseObject(code: number): never {
    if (code === 0x69) throw refused(`${this.line()}.${this.line()}`);
    const known = [...this.stack].reverse().find((item) => item instanceof Global);
    throw refused(known instanceof Global ? known.name : 'an object of a class');
  }

  private reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(callee instanceof Global) || typeof callee.meaning !== 'function') throw damaged('it calls what is no function');
    if (!(args instanceof PickleTuple)) throw damaged('it calls with what are no arguments');
    this.push((callee.meaning as Build)(args.items.map(plain)));
  }

  /** State set on an object: an OrderedDict's attributes (torch's `_metadata`), which hold no weights. */
  private build(): void {
    this.pop();
    const on = this.pop();
    if (!(on instanceof Map)) throw damaged('it sets attributes of what has none');
    this.push(on);
  }

  private literal(code: number, length: number): void {
    const from = this.take(length);
    const bytes = this.bytes.subarray(from, from + length);
    const isBytes = code === 0x43 || code === 0x42 || code === 0x8e;
    this.push(isBytes ? bytes : this.text.decode(bytes));
  }

  /** A little-endian two's complement integer; beyond 2^53 it is rounded, which no size survives unnoticed. */
  private long(length: number): number {
    if (length > 16) throw damaged(`it holds an integer of ${length} bytes`);
    const from = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = value * 256n + BigInt(this.bytes[from + i] ?? 0);
    return Number(BigInt.asIntN(8 * Math.max(1, length), value));
  }

  private fill(dict: Map<unknown, unknown>, items: readonly unknown[]): Map<unknown, unknown> {
    if (items.length % 2 !== 0) throw damaged('a dict lacks a value');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], plain(items[i + 1]));
    return dict;
  }

  private remember(key: number): void {
    const top = this.stack.at(-1);
    if (this.stack.length === 0 || top === MARK) throw damaged('it remembers nothing');
    this.memo.set(key, top);
  }

  private recall(key: number): void {
    if (!this.memo.has(key)) throw damaged(`it recalls entry ${key}, which it never made`);
    this.push(this.memo.get(key));
  }

  private toMark(): unknown[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw damaged('a mark is missing');
    return this.stack.splice(mark).slice(1).map(plain);
  }

  private list(): unknown[] {
    const top = this.stack.at(-1);
    if (!Array.isArray(top)) throw damaged('it appends to what is no list');
    return top;
  }

  private dict(): Map<unknown, unknown> {
    const top = this.stack.at(-1);
    if (!(top instanceof Map)) throw damaged('it sets items of what is no dict');
    return top;
  }

  private push(value: unknown): void {
    this.stack.push(value);
  }

  private pop(): unknown {
    if (this.stack.length === 0 || this.stack.at(-1) === MARK) throw damaged('its stack is empty');
    return this.stack.pop();
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0 || end - this.at > 1000) throw damaged('it is cut off');
    const line = this.text.decode(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return line;
  }

  private take(length: number): number {
    const from = this.at;
    if (length < 0 || from + length > this.bytes.byteLength) throw damaged('it is cut off');
    this.at += length;
    return from;
  }

  private number(length: number, read: (at: number) => number): number {
    return read(this.take(length));
  }

  private u8(): number {
    return this.number(1, (at) => this.view.getUint8(at));
  }

  private u32(): number {
    return this.number(4, (at) => this.view.getUint32(at, true));
  }

  private u64(): number {
    return this.number(8, (at) => this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 2 ** 32);
  }
}

/** A global that is stored rather than called becomes what it stands for. */
function plain(value: unknown): unknown {
  return value instanceof Global && typeof value.meaning !== 'function' ? value.meaning : value;
}

function refused(name: string): CheckpointError {
  return new CheckpointError(
    `The file asks for the Python object "${name}". Nothing in a file is executed here: only tensors and plain containers are read. Save the weights alone: torch.save(model.state_dict(), "model.pth"), or as safetensors.`,
    null,
  );
}

/** Throws CheckpointError on what is damaged, and on every global that `rules` do not allow, naming it. */
export function readPickle(bytes: Uint8Array, rules: PickleRules): unknown {
  return plain(new Machine(bytes, rules).run());
}
