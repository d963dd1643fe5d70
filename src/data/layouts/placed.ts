/** An image as a layout found it, before its set is divided. */
import type { Said, Sentence } from '../../common/said';
import type { ListedImage } from '../labelled-images';
import type { SplitWord } from '../splits';

export interface Placed {
  readonly name: string;
  /** Null where the source does not say. */
  readonly className: string | null;
  /** Why it has no class, where that is no plain lack of a label. */
  readonly aside?: Sentence | undefined;
  /** Null where the source does not say. */
  readonly split: SplitWord | null;
  /** The folder, file or column that said so. */
  readonly from?: Said;
  readonly domain: string | null;
  /** Place in the source, where reading in that order is quicker. */
  readonly at?: number;
  readonly read: ListedImage['read'];
}
