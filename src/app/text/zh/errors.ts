/** What the layers below the page say, in Chinese, by the English template: the sentence that stands beside its cause. */
import type { Catalogue } from '../../../common/said';
import { compute } from './errors/compute';
import { data } from './errors/data';
import { vit } from './errors/vit';
import { worker } from './errors/worker';

export const errors: Catalogue = { ...data, ...vit, ...worker, ...compute };
