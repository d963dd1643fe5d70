import { said, SaidError } from '../../common/said';
import * as tf from '@tensorflow/tfjs-core';
import { DeviceLostError, type ComputeDevice } from '../backbone';
import { describeAdapter, requestGpu } from './gpu';
import { TfjsDevice } from './device';

/** WebGPU on a device that we request ourselves. Throws an Error that says why there is none. */
export async function openTfjsWebgpu(): Promise<ComputeDevice> {
  const { device, info } = await requestGpu();
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  // Left to itself tfjs computes small tensors on the CPU, in another precision and order.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  // Importing the backend registers one on a device of its own; closing an earlier device removed ours.
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  if (!(await tf.setBackend('webgpu'))) throw new SaidError(said`tfjs could not start on this GPU`);
  let closed = false;
  const lost = device.lost.then(({ message, reason }) =>
    closed ? new DeviceLostError(said`The device was disposed`) : new DeviceLostError(said`The GPU was lost (${reason}): ${message}`),
  );
  return new TfjsDevice({
    info: { kind: 'webgpu', engine: 'reference', ...describeAdapter(info), threads: 1 },
    lost,
    close: () => {
      closed = true;
      tf.removeBackend('webgpu');
      device.destroy();
    },
  });
}
