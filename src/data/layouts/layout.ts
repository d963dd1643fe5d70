/** A layout: a way in which files make up a data set. */
import type { FileTree } from '../file-tree';
import type { ImageListing } from '../labelled-images';
import type { LayoutOptions } from './assemble';

export interface Layout {
  /** Lists the images where the files are laid out so; null where they are not. Throws DataError where they are, but wrong. */
  list(tree: FileTree, options: LayoutOptions): Promise<ImageListing | null>;
}

export const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
