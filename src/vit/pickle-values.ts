/** What a pickle makes, beside numbers, strings, arrays (lists and sets) and Maps (dicts). */

/** A Python tuple. */
export class PickleTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** What an allowed global makes of its arguments. Throws on arguments that it does not take. */
export type Build = (args: readonly unknown[]) => unknown;

/** A global by its "module.name" before it is called, with what it is known to build or to stand for. */
export class Global {
  constructor(
    readonly name: string,
    readonly meaning: unknown,
  ) {}
}

/** An object of a class that is not known here: what the file wrote down of it, and nothing made, imported or run. */
export class Opaque {
  /** Items set on it, where it is some kind of dict. */
  readonly items = new Map<unknown, unknown>();
  /** Its attributes, as the file has them. */
  state: unknown = null;

  constructor(
    readonly name: string,
    readonly args: readonly unknown[],
  ) {}
}

/** A global that is stored rather than called becomes what it stands for. */
export function plain(value: unknown): unknown {
  return value instanceof Global && value.meaning !== undefined && typeof value.meaning !== 'function' ? value.meaning : value;
}
