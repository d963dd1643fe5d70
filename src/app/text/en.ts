/** English: every word that the page shows. */
import type { Catalogue } from '../../common/said';
import { bundled } from './en/bundled';
import { charts } from './en/charts';
import { glossary } from './en/glossary';
import { methods } from './en/methods';
import { offline } from './en/offline';
import { options } from './en/options';
import { problems } from './en/problems';
import { runs } from './en/runs';
import { setup } from './en/setup';
import { shell } from './en/shell';

/** Languages by their tag of BCP 47: of the page's `lang`, and how numbers and dates are written. */
export type Locale = 'en' | 'zh-Hans';

/** `errors`: what the layers below say, by its English template; English needs none. */
export const en = {
  locale: 'en' as Locale,
  ...{ shell, setup, charts, methods, offline, options, bundled, glossary, problems, runs },
  errors: {} as Catalogue,
};

/** Words of one language; charts are handed them, so that one page may draw in two. */
export type Texts = typeof en;
