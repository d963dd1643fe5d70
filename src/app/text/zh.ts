/** Chinese in simplified characters. */
import { en, type Texts } from './en';

export const zh: Texts = { ...en, locale: 'zh-Hans' };
