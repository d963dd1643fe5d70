/** Our own stream format: a zip with `stream.json` and PNG sheets, each holding one class's images as tiles. */
import { issueSaid } from '../../common/issue';
import { said } from '../../common/said';
import * as v from 'valibot';
import { decodeChecked, type DecodeImage, type RgbImage } from '../decode';
import { DataError } from '../errors';
import type { FileEntry, FileTree } from '../file-tree';
import type { ImageListing, ListedImage } from '../labelled-images';
import { crop } from '../resize';
import type { Layout } from './layout';

const PACK_SCHEMA = 1;
const MANIFEST = 'stream.json';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const domain = v.optional(v.nullable(count), null);

const packSchema = v.object({
  schema: v.literal(PACK_SCHEMA),
  id: v.string(),
  title: v.string(),
  description: v.optional(v.string(), ''),
  kind: v.picklist(['class-incremental', 'domain-incremental']),
  /** Side of a tile, pixels. */
  imageSize: v.pipe(positive, v.maxValue(1024)),
  classes: v.pipe(v.array(v.object({ name: v.string(), glyph: v.optional(v.string()) })), v.minLength(2)),
  tasks: v.optional(v.array(v.object({ name: v.string(), classes: v.array(count), domain })), []),
  domains: v.optional(v.array(v.string()), []),
  sheets: v.pipe(
    v.array(
      v.object({
        file: v.string(),
        split: v.picklist(['train', 'test']),
        class: count,
        domain,
        count: positive,
        columns: positive,
      }),
    ),
    v.minLength(1),
  ),
});
type Pack = v.InferOutput<typeof packSchema>;
type Sheet = Pack['sheets'][number];

/** The manifest of a tree that is a pack (at its root, or inside one wrapping folder); null where it is none. */
function findManifest(tree: FileTree): FileEntry | null {
  return (
    tree.files.find(({ path }) => path === MANIFEST) ??
    tree.files.find(({ path }) => path.split('/').length === 2 && path.endsWith(`/${MANIFEST}`)) ??
    null
  );
}

async function readManifest(entry: FileEntry): Promise<Pack> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await entry.bytes()));
  } catch (cause) {
    throw new DataError(said`${MANIFEST} is not valid JSON.`, null, { cause });
  }
  if (typeof value === 'object' && value !== null && 'schema' in value && typeof value.schema === 'number' && value.schema > PACK_SCHEMA) {
    throw new DataError(
      said`This stream was packed for a newer version (schema ${value.schema}; this one reads ${PACK_SCHEMA}). Use an up-to-date site.`,
    );
  }
  const result = v.safeParse(packSchema, value);
  if (!result.success) {
    const issue = result.issues[0];
    throw new DataError(said`${MANIFEST}: field "${v.getDotPath(issue) ?? '(root)'}": ${issueSaid(issue)}.`);
  }
  return result.output;
}

/** Indices must point at something: checked here once, so that nothing downstream has to. */
function checkReferences(pack: Pack): void {
  const known = (index: number | null, list: readonly unknown[], field: string) => {
    if (index !== null && index >= list.length)
      throw new DataError(said`${MANIFEST}: field "${field}": ${index}, but there are ${list.length}.`);
  };
  pack.tasks.forEach((task, i) => {
    known(task.domain, pack.domains, `tasks.${i}.domain`);
    for (const index of task.classes) known(index, pack.classes, `tasks.${i}.classes`);
  });
  pack.sheets.forEach((sheet, i) => {
    known(sheet.class, pack.classes, `sheets.${i}.class`);
    known(sheet.domain, pack.domains, `sheets.${i}.domain`);
  });
}

/** Decodes each sheet once while its tiles are being read; a handful are kept, since tiles come in order. */
function sheetCache(size: number): (sheet: Sheet, entry: FileEntry, decode: DecodeImage) => Promise<RgbImage> {
  const kept = new Map<Sheet, Promise<RgbImage>>();
  return (sheet, entry, decode) => {
    const already = kept.get(sheet);
    if (already !== undefined) return already;
    const decoded = entry
      .bytes()
      .then((bytes) => decodeChecked(bytes, decode))
      .then((image) => {
        const rows = Math.ceil(sheet.count / sheet.columns);
        if (image.width < Math.min(sheet.columns, sheet.count) * size || image.height < rows * size) {
          throw new DataError(
            said`the sheet is ${image.width} x ${image.height} pixels, too small for ${sheet.count} tiles of ${size} in ${sheet.columns} columns`,
          );
        }
        return image;
      });
    kept.set(sheet, decoded);
    const [oldest] = kept.keys();
    if (kept.size > 4 && oldest !== undefined) kept.delete(oldest);
    return decoded;
  };
}

/**
 * Lists the tiles of a pack; classes and tasks in the pack's own order. Throws DataError naming the manifest's field,
 * or the sheet that is missing.
 */
async function listPack(tree: FileTree, manifest: FileEntry): Promise<ImageListing> {
  const stream = await readManifest(manifest);
  checkReferences(stream);
  const root = manifest.path.slice(0, -MANIFEST.length);
  const entries = new Map(tree.files.map((entry) => [entry.path, entry]));
  const { imageSize } = stream;
  const readSheet = sheetCache(imageSize);
  const images: ListedImage[] = [];
  const order = (sheet: Sheet) => (sheet.split === 'train' ? 0 : stream.classes.length) + sheet.class;
  for (const sheet of [...stream.sheets].sort((a, b) => order(a) - order(b))) {
    const entry = entries.get(root + sheet.file);
    if (entry === undefined)
      throw new DataError(said`${MANIFEST} names the sheet "${sheet.file}", which is missing. Pack the stream again.`);
    for (let tile = 0; tile < sheet.count; tile++) {
      const left = (tile % sheet.columns) * imageSize;
      const top = Math.floor(tile / sheet.columns) * imageSize;
      images.push({
        name: `${sheet.file}#${tile}`,
        split: sheet.split,
        classIndex: sheet.class,
        domain: sheet.domain,
        read: async (decode) => crop(await readSheet(sheet, entry, decode), { left, top, width: imageSize, height: imageSize }),
      });
    }
  }
  return {
    title: stream.title,
    kind: stream.kind,
    classNames: stream.classes.map(({ name }) => name),
    domainNames: stream.domains,
    images,
    givenTasks: stream.tasks.length === 0 ? null : stream.tasks,
    dividedHere: false,
    skipped: [...tree.skipped],
    understood: [],
  };
}

export const pack: Layout = {
  async list(tree) {
    const found = findManifest(tree);
    return found === null ? null : listPack(tree, found);
  },
};
