import { said, type Sentence } from '../../common/said';
import { formatBytes } from '../../common/bytes';
import { OutOfMemoryError } from '../backbone';

/** Bytes as the GPU counts them: whole words. */
export const wholeWords = (bytes: number): number => Math.max(4, Math.ceil(bytes / 4) * 4);

/** A storage buffer of zeros. Throws OutOfMemoryError beyond what one binding of this device holds. */
export function createBuffer(device: GPUDevice, label: string, bytes: number): GPUBuffer {
  const size = wholeWords(bytes);
  const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  if (size > most) {
    throw new OutOfMemoryError(
      said`"${label}" takes ${formatBytes(size)}; this GPU binds at most ${formatBytes(most)} at once. Use a smaller batch or a smaller backbone.`,
    );
  }
  return device.createBuffer({ label, size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
}

/** From now on `full` hears of every buffer of the device, whoever makes it, for which its GPU has no memory left. */
export function guardAllocations(device: GPUDevice, full: (error: OutOfMemoryError) => void): void {
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    device.pushErrorScope('out-of-memory');
    const buffer = create(descriptor);
    const told = ({ message }: GPUError): Sentence =>
      said`The GPU has no memory left for "${descriptor.label ?? said`a buffer`}", ${formatBytes(descriptor.size)} (${message}). Use a smaller batch, fewer methods at once or a smaller backbone.`;
    // A lost device answers nothing; that is told elsewhere.
    device.popErrorScope().then(
      (error) => error && full(new OutOfMemoryError(told(error))),
      () => undefined,
    );
    return buffer;
  };
}

/** Writes values, padded to whole words where they are shorter. */
export function writeBuffer(
  device: GPUDevice,
  buffer: GPUBuffer,
  data: Uint8Array | Uint16Array | Int32Array | Float32Array,
  byteOffset = 0,
): void {
  let bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  if (bytes.length % 4 !== 0) {
    const padded = new Uint8Array(wholeWords(bytes.length));
    padded.set(bytes);
    bytes = padded;
  }
  device.queue.writeBuffer(buffer, byteOffset, bytes);
}
