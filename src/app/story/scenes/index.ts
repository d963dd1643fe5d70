/** The lesson, in its order. */
import type { AnyScene } from '../scene';
import { forgets } from './forgets';

export const SCENES: readonly AnyScene[] = [forgets];
