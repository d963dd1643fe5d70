/** English: every word that the page shows. */
import { charts } from './en/charts';
import { given } from './en/given';
import { glossary } from './en/glossary';
import { methods } from './en/methods';
import { offline } from './en/offline';
import { options } from './en/options';
import { problems } from './en/problems';
import { runs } from './en/runs';
import { setup } from './en/setup';
import { shell } from './en/shell';

/** `locale`: how whole numbers are grouped. */
export const en = { locale: 'en', shell, setup, charts, methods, offline, options, glossary, given, problems, runs };

/** Words of one language; charts are handed them, so that one page may draw in two. */
export type Texts = typeof en;
