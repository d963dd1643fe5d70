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
  let backend: InstanceType<typeof WebGPUBackend> | null = null;
  tf.registerBackend('webgpu', () => (backend = new WebGPUBackend(device, info)), 3);
  if (!(await tf.setBackend('webgpu')) || !backend) throw new Error('tfjs could not start on this GPU');
  const opened: InstanceType<typeof WebGPUBackend> = backend;
  let closed = false;
  const lost = device.lost.then(({ message, reason }) =>
    closed ? new DeviceLostError('The device was disposed') : new DeviceLostError(`The GPU was lost (${reason}): ${message}`),
  );
  return new TfjsDevice({
    info: { kind: 'webgpu', engine: 'reference', ...describeAdapter(info), threads: 1 },
    lost,
    submit: async () => {
      // tfjs records lazily: hand over what it holds, else nothing would ever be done.
      opened.endComputePassEncoder();
      opened.ensureCommandEncoderReady();
      opened.submitQueue();
      await device.queue.onSubmittedWorkDone();
    },
    close: () => {
      closed = true;
      tf.removeBackend('webgpu');
      device.destroy();
    },
  });
}
