/** Files that were given, by name; those below a folder's name are that folder. */
interface Named {
  readonly name: string;
}

const topOf = (name: string) => name.split('/')[0] ?? name;

/**
 * What is held once `added` has come. A folder given anew replaces the one of that name as a whole, and a file or folder
 * whatever else had its name; a single file for a folder joins it.
 */
export function withProvided<T extends Named>(before: readonly T[], added: readonly T[]): T[] {
  const names = new Set(added.map(({ name }) => name));
  const inFolder = new Map<string, number>();
  for (const { name } of added) if (name.includes('/')) inFolder.set(topOf(name), (inFolder.get(topOf(name)) ?? 0) + 1);
  const replaced = ({ name }: T) => {
    const top = topOf(name);
    return names.has(name) || names.has(top) || (inFolder.has(top) && (name === top || (inFolder.get(top) ?? 0) > 1));
  };
  return [...before.filter((each) => !replaced(each)), ...added];
}
