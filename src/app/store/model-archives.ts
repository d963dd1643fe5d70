/** Zip archives of a model, as this page saves them: their files stand in for the archive. */
import type { NamedFile } from '../../worker/api';

const WEIGHTS = /\.(safetensors|pth|pt)$/i;

async function filesOf(archive: NamedFile): Promise<readonly NamedFile[]> {
  if (!/\.zip$/i.test(archive.name)) return [archive];
  // The reader is fetched when it is needed: most visits drop nothing.
  const { openZip } = await import('../../data/containers/zip');
  try {
    const { files } = await openZip(archive.file);
    if (!files.some(({ path }) => WEIGHTS.test(path))) return [archive];
    const folder = archive.name.replace(/\.zip$/i, '');
    return await Promise.all(
      files.map(async (entry) => ({
        name: `${folder}/${entry.path}`,
        // What is stored as it is stays in the archive and is read from there.
        file: (await entry.blob?.()) ?? new Blob([(await entry.bytes()) as Uint8Array<ArrayBuffer>]),
      })),
    );
  } catch {
    // Damaged: who takes it for images says best what is wrong.
    return [archive];
  }
}

/** The files of a drop, archives of models opened; archives of images are left as they are. */
export async function openModelArchives(files: readonly NamedFile[]): Promise<readonly NamedFile[]> {
  return (await Promise.all(files.map(filesOf))).flat();
}
