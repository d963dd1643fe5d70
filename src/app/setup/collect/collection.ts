/** Pictures taken or pasted here, by class: a folder in the making. */
import type { NamedFile } from '../../../worker/api';

export interface CollectedClass {
  readonly name: string;
  readonly pictures: readonly Blob[];
}

export type Collection = readonly CollectedClass[];

/** The folder that the pictures are handed over as. */
export const COLLECTION = 'collected';

export function addPictures(collection: Collection, name: string, pictures: readonly Blob[]): Collection {
  const className = name.trim();
  if (className === '' || pictures.length === 0) return collection;
  const known = collection.some((one) => one.name === className);
  return known
    ? collection.map((one) => (one.name === className ? { ...one, pictures: [...one.pictures, ...pictures] } : one))
    : [...collection, { name: className, pictures }];
}

/** Takes back the newest picture of a class; a class without pictures is gone. */
export function dropLast(collection: Collection, name: string): Collection {
  return collection
    .map((one) => (one.name === name ? { ...one, pictures: one.pictures.slice(0, -1) } : one))
    .filter(({ pictures }) => pictures.length > 0);
}

/** Two classes of two pictures each: one to train on, one to test with. */
export const isEnough = (collection: Collection) => collection.filter(({ pictures }) => pictures.length >= 2).length >= 2;

const ending = ({ type }: Blob) => (type === 'image/jpeg' ? 'jpg' : type.replace('image/', '') || 'png');

/** As a dropped folder. A slash in a class's name would make folders of its own. */
export function asFolder(collection: Collection): NamedFile[] {
  return collection.flatMap(({ name, pictures }) =>
    pictures.map((file, i) => ({
      name: `${COLLECTION}/${name.replaceAll(/[/\\]/g, '-')}/${String(i).padStart(4, '0')}.${ending(file)}`,
      file,
    })),
  );
}
