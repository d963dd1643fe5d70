/** Classes renamed, or made one by giving them the same name; no image is read again for it. */
import { said } from '../common/said';
import { DataError } from './errors';
import type { ImageStore, LabelledImages } from './labelled-images';

export type Renames = readonly { readonly from: string; readonly to: string }[];

/**
 * The same images under the new names. A merged class stands where its first member stood; a task that a source
 * proposes keeps the class of which it holds the first member. Throws DataError on a name that the source does not have.
 */
export function renameClasses(images: LabelledImages, renames: Renames = []): LabelledImages {
  if (renames.length === 0) return images;
  const newName = new Map<string, string>();
  renames.forEach(({ from, to }, i) => {
    if (!images.classNames.includes(from)) {
      throw new DataError(said`There is no class "${from}" to be called "${to}".`, `stream.rename.${i}`);
    }
    newName.set(from, to);
  });
  const classNames: string[] = [];
  const indexOf = new Map<string, number>();
  const renumbered = images.classNames.map((before) => {
    const name = newName.get(before) ?? before;
    const known = indexOf.get(name);
    if (known !== undefined) return known;
    const index = classNames.push(name) - 1;
    indexOf.set(name, index);
    return index;
  });
  const store = (one: ImageStore): ImageStore => ({ ...one, classes: one.classes.map((index) => renumbered[index] ?? -1) });
  const owned = new Set<string>();
  const givenTasks = images.givenTasks?.map((task) => ({
    ...task,
    classes: [...new Set(task.classes.map((index) => renumbered[index] ?? -1))].filter((index) => {
      const key = `${task.domain ?? ''}/${index}`;
      return owned.has(key) ? false : owned.add(key);
    }),
  }));
  return { ...images, classNames, train: store(images.train), test: store(images.test), givenTasks: givenTasks ?? null };
}
