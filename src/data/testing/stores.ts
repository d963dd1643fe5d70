/** Sets of images whose pixels say which image they are, and their split into tasks. */
import type { GivenTask, ImageStore, LabelledImages } from '../labelled-images';
import { splitTasks, type SplitOptions } from '../tasks';

export const SIZE = 2;

export function store(classes: readonly number[], domains: readonly number[] = []): ImageStore {
  const count = classes.length;
  // Every pixel of an image holds its row number.
  const pixels = Uint8Array.from({ length: count * SIZE * SIZE * 3 }, (_, i) => Math.floor(i / (SIZE * SIZE * 3)));
  return {
    count,
    size: SIZE,
    pixels,
    classes: Int32Array.from(classes),
    domains: Int32Array.from(classes, (_, i) => domains[i] ?? -1),
    names: classes.map((_, i) => `${i}.png`),
  };
}

/** Three training images and two test images a class. */
export function dataset(classNames: readonly string[], givenTasks: GivenTask[] | null = null): LabelledImages {
  const repeat = (times: number) => classNames.flatMap((_, index) => Array<number>(times).fill(index));
  return {
    title: 'set',
    kind: 'class-incremental',
    classNames,
    domainNames: [],
    imageSize: SIZE,
    train: store(repeat(3)),
    test: store(repeat(2)),
    givenTasks,
    skipped: [],
    understood: [],
    sha256: '',
  };
}

/** Four classes, each with images of two domains. */
export function mixed(): LabelledImages {
  const every = (times: number) => letters(4).flatMap((_, index) => Array<number>(2 * times).fill(index));
  const domains = (times: number) => letters(4).flatMap(() => [...Array<number>(times).fill(0), ...Array<number>(times).fill(1)]);
  return {
    ...dataset(letters(4)),
    kind: 'domain-incremental',
    domainNames: ['photo', 'sketch'],
    train: store(every(3), domains(3)),
    test: store(every(2), domains(2)),
  };
}

const defaults: SplitOptions = { split: { kind: 'as-given' }, order: 'natural', seed: 0 };
export const split = (images: LabelledImages, options: Partial<SplitOptions> = {}) => splitTasks(images, { ...defaults, ...options });
export const letters = (count: number) => Array.from({ length: count }, (_, i) => String.fromCharCode(97 + i));
