/** What the layers below the page say, in the page's language. */
import { worded, type Catalogue, type Said } from '../../common/said';

export interface Words {
  readonly errors: Catalogue;
}

export const say = ({ errors }: Words, what: Said): string => worded(what, errors);
