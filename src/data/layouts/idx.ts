/** IDX files as MNIST and its kin have them: `train-images-idx3-ubyte` beside `train-labels-idx1-ubyte`, gzipped or not. */
import { said } from '../../common/said';
import { formatBytes } from '../../common/bytes';
import { gunzipSync } from 'fflate';
import { isGzip } from '../containers/gzip';
import { ARCHIVE_LIMITS } from '../containers/limits';
import { DataError } from '../errors';
import type { FileEntry } from '../file-tree';
import { splitIn } from '../splits';
import { assemble } from './assemble';
import type { Placed } from './placed';
import { baseName, type Layout } from './layout';
import { numberOrder, rowsOf, toRgb } from './raw-images';

const IMAGES = /images?[-_.]idx[34][-_.]ubyte(\.gz)?$/i;
const UNSIGNED_BYTE = 0x08;

/** The file, unpacked where it is gzipped. The last four bytes of gzip tell the size, which is checked before anything is unpacked. */
async function unpacked(entry: FileEntry): Promise<Uint8Array> {
  const bytes = await entry.bytes();
  if (!isGzip(bytes)) return bytes;
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(Math.max(0, bytes.length - 4), true);
  if (size > ARCHIVE_LIMITS.entryBytes || (size > ARCHIVE_LIMITS.ratioFloor && size > bytes.length * ARCHIVE_LIMITS.ratio)) {
    throw new DataError(said`"${entry.path}" unpacks to ${formatBytes(size)}, which its packed size does not bear out.`);
  }
  try {
    const out = gunzipSync(bytes, { out: new Uint8Array(size) });
    if (out.length === size) return out;
  } catch {
    // Told below.
  }
  throw new DataError(said`"${entry.path}" is cut off or damaged. Download it again.`);
}

interface IdxArray {
  readonly bytes: Uint8Array;
  readonly dims: readonly number[];
  readonly offset: number;
}

function readIdx(entry: FileEntry, bytes: Uint8Array): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rank = bytes[3] ?? 0;
  if (bytes.length < 8 || view.getUint16(0) !== 0 || rank < 1 || rank > 4 || bytes.length < 4 + 4 * rank) {
    throw new DataError(said`"${entry.path}" is no IDX file, or is cut off.`);
  }
  if (bytes[2] !== UNSIGNED_BYTE)
    throw new DataError(said`"${entry.path}" holds numbers of type ${bytes[2] ?? '?'}; unsigned bytes (8) are read.`);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const offset = 4 + 4 * rank;
  const declared = dims.reduce((product, side) => product * side, 1);
  if (offset + declared !== bytes.length) {
    throw new DataError(
      said`"${entry.path}" declares ${dims.join(' x ')} bytes, but holds ${bytes.length - offset}. It is cut off or damaged.`,
    );
  }
  return { bytes, dims, offset };
}

async function readPair(images: FileEntry, labels: FileEntry): Promise<{ placed: Omit<Placed, 'className'>[]; labels: Uint8Array }> {
  const pixels = readIdx(images, await unpacked(images));
  const { bytes, dims, offset } = readIdx(labels, await unpacked(labels));
  const [count = 0, height = 0, width = 0, channels = 1] = pixels.dims;
  if (pixels.dims.length < 3 || (channels !== 1 && channels !== 3)) {
    throw new DataError(said`"${images.path}" has the shape ${pixels.dims.join(' x ')}; images are count x height x width.`);
  }
  if (dims.length !== 1 || dims[0] !== count) {
    throw new DataError(said`"${labels.path}" has ${dims.join(' x ')} labels for the ${count} images of "${images.path}".`);
  }
  const readRow = await rowsOf(images, pixels.bytes, pixels.offset, height * width * channels);
  const split = splitIn(baseName(images.path))?.split ?? null;
  const digits = String(count).length;
  const placed = Array.from({ length: count }, (_, i) => ({
    name: `${images.path}#${String(i).padStart(digits, '0')}`,
    split,
    from: baseName(images.path),
    domain: null,
    at: i,
    read: async () => toRgb(await readRow(i), { height, width, channels, order: 'pixels' }),
  }));
  return { placed, labels: bytes.subarray(offset) };
}

export const idx: Layout = {
  async list(tree, options) {
    const images = tree.files.filter(({ path }) => IMAGES.test(path));
    if (images.length === 0) return null;
    const used = new Set(images);
    const placed: Placed[] = [];
    const found = new Set<number>();
    for (const entry of images) {
      const wanted = entry.path.replace(/\.gz$/i, '').replace(/images?([-_.])idx[34]/i, '(labels?)$1idx1');
      const pattern = new RegExp(`^${wanted.replace(/[.*+^${}[\]\\]/g, '\\$&')}(\\.gz)?$`, 'i');
      const labels = tree.files.find(({ path }) => pattern.test(path));
      if (labels === undefined) {
        throw new DataError(
          said`"${entry.path}" came without its labels (${baseName(entry.path)
            .replace(/images?/i, 'labels')
            .replace(/idx[34]/i, 'idx1')}). Drop both together.`,
          'stream.from',
        );
      }
      used.add(labels);
      const pair = await readPair(entry, labels);
      pair.placed.forEach((image, i) => {
        const label = pair.labels[i] ?? 0;
        found.add(label);
        placed.push({ ...image, className: String(label) });
      });
    }
    const rest = tree.files
      .filter((entry) => !used.has(entry))
      .map(({ path }) => ({ name: path, reason: said`it is no IDX file of this set` }));
    return assemble({ placed, classOrder: numberOrder(found, String), skipped: [...tree.skipped, ...rest] }, options);
  },
};
