import * as tf from '@tensorflow/tfjs-core';
import type { ComputeDevice } from '../backbone';
import { TfjsDevice } from './device';

/** Plain JavaScript: slow, and always there. */
export async function openTfjsCpu(): Promise<ComputeDevice> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  return new TfjsDevice({
    info: { kind: 'cpu', engine: 'reference', name: 'JavaScript', software: true, threads: 1 },
    close: () => undefined,
  });
}
