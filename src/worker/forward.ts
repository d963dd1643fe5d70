/** An interface of calls that something else answers, without spelling the calls again. */

/** One call of an interface whose every member is one. */
export type Call = (...values: unknown[]) => Promise<unknown>;
type Calls<T> = { readonly [Name in keyof T]: (...values: never[]) => Promise<unknown> };

/** An object of which every call becomes one of `send`. */
export function forward<T extends Calls<T>>(send: (name: keyof T & string, values: readonly unknown[]) => Promise<unknown>): T {
  return new Proxy({} as T, {
    // It is handed out by promises, which ask whether it is one.
    get: (_, name) => (name === 'then' ? undefined : (...values: unknown[]) => send(name as keyof T & string, values)),
  });
}
