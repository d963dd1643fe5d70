/** The lesson, in its order. */
import type { AnyScene } from '../scene';
import { capacity } from './capacity';
import { forgets } from './forgets';
import { hears } from './hears';
import { rate } from './rate';
import { room } from './room';
import { unreadable } from './unreadable';
import { when } from './when';
import { wins } from './wins';

export const SCENES: readonly AnyScene[] = [forgets, when, capacity, unreadable, rate, hears, room, wins];
