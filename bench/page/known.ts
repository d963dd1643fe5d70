/** Throws a RangeError that names the first of `asked` which is none of `known`. */
export function expectKnown(what: string, asked: readonly string[], known: readonly string[]): void {
  const unknown = asked.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new RangeError(`There is no ${what} "${unknown}". Choose among ${known.join(', ')}.`);
}
