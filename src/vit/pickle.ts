/**
 * A restricted reader of Python pickles (protocols 0 to 5): plain containers, strings and numbers, and whatever the caller
 * builds for the few globals that it knows. Nothing is ever executed or looked up: other globals are refused by name, or
 * stay opaque where the caller does not refuse them.
 */
import { said, type Sentence } from '../common/said';
import { PickleCursor } from './pickle-cursor';
import { Global, Opaque, PickleTuple, plain, type Build } from './pickle-values';

export { PickleTuple, type Build } from './pickle-values';

export interface PickleRules {
  /** Known globals by "module.name"; a function builds, anything else stands for the global as a value. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** What the state set on a known object makes of it; undefined where it takes none. */
  readonly setState: (made: unknown, state: unknown) => unknown;
  /** A persistent id (torch's reference to a storage); undefined where there are none. */
  readonly persistent: (id: unknown) => unknown;
  /** A string of Python 2, which may be text or bytes. */
  readonly oldString: (bytes: Uint8Array) => unknown;
  /** The error for a damaged pickle: "it is cut off". */
  readonly damaged: (what: Sentence) => Error;
  /** The error for a global that is not known. Absent: what it makes is `Opaque`. */
  readonly refused?: (name: string) => Error;
}

const MARK = Symbol('mark');
/** Values on the stack, and values remembered: more than any file needs, less than what brings down a tab. */
const MOST = 5_000_000;

class Machine {
  private readonly cursor: PickleCursor;
  private readonly text = new TextDecoder();
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    bytes: Uint8Array,
    private readonly rules: PickleRules,
  ) {
    this.cursor = new PickleCursor(bytes, rules.damaged);
  }

  /** Where the pickle ends. */
  get end(): number {
    return this.cursor.at;
  }

  run(): unknown {
    for (;;) {
      const code = this.cursor.u8();
      if (code === 0x2e) return this.pop();
      this.step(code);
      if (this.stack.length > MOST || this.memo.size > MOST) throw this.rules.damaged(said`it nests too deep`);
    }
  }

  private step(code: number): void {
    const { cursor } = this;
    switch (String.fromCharCode(code)) {
      case '\x80':
        return this.expectProtocol(cursor.u8());
      case '\x95':
        return void cursor.take(8);
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
        return this.push(cursor.u8());
      case 'M':
        return this.push(cursor.u16());
      case 'J':
        return this.push(cursor.i32());
      case 'G':
        return this.push(cursor.f64());
      case 'I':
      case 'L':
      case 'F':
        return this.push(this.written(this.line()));
      case '\x8a':
        return this.push(cursor.long(cursor.u8()));
      case '\x8b':
        return this.push(cursor.long(cursor.u32()));
      case '\x8c':
        return this.push(this.text.decode(cursor.take(cursor.u8())));
      case 'X':
        return this.push(this.text.decode(cursor.take(cursor.u32())));
      case '\x8d':
        return this.push(this.text.decode(cursor.take(cursor.u64())));
      case 'V':
        return this.push(this.line());
      case 'U':
        return this.push(this.rules.oldString(cursor.take(cursor.u8())));
      case 'T':
        return this.push(this.rules.oldString(cursor.take(cursor.u32())));
      case 'S':
        return this.push(this.rules.oldString(cursor.line().subarray(1, -1)));
      case 'C':
        return this.push(cursor.take(cursor.u8()));
      case 'B':
        return this.push(cursor.take(cursor.u32()));
      case '\x8e':
      case '\x96':
        return this.push(cursor.take(cursor.u64()));
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
        const item = plain(this.pop());
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
        return this.remember(cursor.u8());
      case 'r':
        return this.remember(cursor.u32());
      case 'p':
        return this.remember(this.written(this.line()));
      case '\x94':
        return this.remember(this.memo.size);
      case 'h':
        return this.recall(cursor.u8());
      case 'j':
        return this.recall(cursor.u32());
      case 'g':
        return this.recall(this.written(this.line()));
      case 'c':
        return this.push(this.known(this.line(), this.line()));
      case '\x93': {
        const name = this.pop();
        const module = this.pop();
        return this.push(this.known(String(module), String(name)));
      }
      case 'R':
        return this.reduce();
      case '\x81':
        return this.reduce();
      case '\x92': {
        // Arguments by name say nothing of weights.
        void this.pop();
        return this.reduce();
      }
      case 'o': {
        const [callee, ...args] = this.toMark();
        return this.call(callee, args);
      }
      case 'i':
        return this.call(this.known(this.line(), this.line()), this.toMark());
      case 'b': {
        const state = this.pop();
        return this.push(this.withState(this.pop(), state));
      }
      case 'Q':
        return this.push(this.must(this.rules.persistent(this.pop()), said`it refers to what lies outside of it`));
      default:
        throw this.rules.damaged(said`operation 0x${code.toString(16)} at byte ${cursor.at - 1} is none that plain data needs`);
    }
  }

  private expectProtocol(protocol: number): void {
    if (protocol > 5) throw this.rules.damaged(said`it uses protocol ${protocol}, and 0 to 5 are read here`);
  }

  /** A number in digits; protocol 0 writes True and False as 01 and 00, and an L after long ones. */
  private written(line: string): number | boolean {
    if (line === '00' || line === '01') return line === '01';
    const value = Number(line.replace(/L$/, ''));
    if (line === '' || Number.isNaN(value)) throw this.rules.damaged(said`"${line.slice(0, 20)}" is no number`);
    return value;
  }

  private known(module: string, name: string): Global {
    const full = `${module}.${name}`;
    const known = Object.hasOwn(this.rules.globals, full);
    if (!known && this.rules.refused) throw this.rules.refused(full);
    return new Global(full, known ? this.rules.globals[full] : undefined);
  }

  private reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(args instanceof PickleTuple)) throw this.rules.damaged(said`it calls with what are no arguments`);
    this.call(callee, args.items);
  }

  private call(callee: unknown, args: readonly unknown[]): void {
    if (callee instanceof Global && typeof callee.meaning === 'function') return this.push((callee.meaning as Build)(args.map(plain)));
    const unknown = (callee instanceof Global && callee.meaning === undefined) || callee instanceof Opaque;
    if (!unknown) throw this.rules.damaged(said`it calls what is no function`);
    this.push(new Opaque(callee.name, args.map(plain)));
  }

  private withState(made: unknown, state: unknown): unknown {
    if (!(made instanceof Opaque)) return this.must(this.rules.setState(made, state), said`it sets attributes of what has none`);
    made.state = state;
    return made;
  }

  private must(value: unknown, otherwise: Sentence): unknown {
    if (value === undefined) throw this.rules.damaged(otherwise);
    return value;
  }

  private fill(dict: Map<unknown, unknown>, items: readonly unknown[]): Map<unknown, unknown> {
    if (items.length % 2 !== 0) throw this.rules.damaged(said`a dict lacks a value`);
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], plain(items[i + 1]));
    return dict;
  }

  private remember(key: number | boolean): void {
    const top = this.stack.at(-1);
    if (this.stack.length === 0 || top === MARK) throw this.rules.damaged(said`it remembers nothing`);
    this.memo.set(Number(key), top);
  }

  private recall(key: number | boolean): void {
    if (!this.memo.has(Number(key))) throw this.rules.damaged(said`it recalls entry ${Number(key)}, which it never made`);
    this.push(this.memo.get(Number(key)));
  }

  private toMark(): unknown[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw this.rules.damaged(said`a mark is missing`);
    return this.stack.splice(mark).slice(1).map(plain);
  }

  /** Where items go; those of an unknown list or set are not kept. */
  private list(): unknown[] {
    const top = this.stack.at(-1);
    if (top instanceof Opaque) return [];
    if (!Array.isArray(top)) throw this.rules.damaged(said`it appends to what is no list`);
    return top;
  }

  private dict(): Map<unknown, unknown> {
    const top = this.stack.at(-1);
    if (top instanceof Opaque) return top.items;
    if (!(top instanceof Map)) throw this.rules.damaged(said`it sets items of what is no dict`);
    return top;
  }

  private push(value: unknown): void {
    this.stack.push(value);
  }

  private pop(): unknown {
    if (this.stack.length === 0 || this.stack.at(-1) === MARK) throw this.rules.damaged(said`its stack is empty`);
    return this.stack.pop();
  }

  private line(): string {
    return this.text.decode(this.cursor.line());
  }
}

/** Throws what `rules` make of damage, and of every global that they refuse, naming it. */
export function readPickle(bytes: Uint8Array, rules: PickleRules): unknown {
  return readPickleFrom(bytes, 0, rules).value;
}

/** The pickle that begins at `from`, and where it ends. Throws like `readPickle`. */
export function readPickleFrom(bytes: Uint8Array, from: number, rules: PickleRules): { readonly value: unknown; readonly end: number } {
  const machine = new Machine(bytes.subarray(from), rules);
  const value = plain(machine.run());
  return { value, end: from + machine.end };
}
