/** Simplified Chinese; its terms are those of `docs/terms-zh.md`. */
import type { Texts } from './en';
import { bundled } from './zh/bundled';
import { errors } from './zh/errors';
import { charts } from './zh/charts';
import { glossary } from './zh/glossary';
import { methods } from './zh/methods';
import { offline } from './zh/offline';
import { options } from './zh/options';
import { problems } from './zh/problems';
import { runs } from './zh/runs';
import { setup } from './zh/setup';
import { shell } from './zh/shell';

export const zh: Texts = { locale: 'zh-Hans', shell, setup, charts, methods, offline, options, bundled, glossary, problems, runs, errors };
