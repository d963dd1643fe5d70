/** Chinese in simplified characters. */
import { bundled } from './zh/bundled';
import { en, type Texts } from './en';

export const zh: Texts = { ...en, locale: 'zh-Hans', bundled };
