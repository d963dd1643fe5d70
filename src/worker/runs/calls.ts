/** The host's calls that keep its run in the browser's own storage, and open it from there. */
import { said } from '../../common/said';
import { readStateFile, writeStateFile, StateFileError, type StateFile } from '../../session/state-file';
import type { LabHost } from '../api';
import type { RunFiles } from './run-files';

/** The newest that is whole. Throws StateFileError where none is. */
async function newestOf(files: readonly Blob[]): Promise<StateFile> {
  let why: unknown = new StateFileError(
    said`Nothing of this run is saved any more: the browser or somebody cleared it. Start computes it again.`,
  );
  for (const file of files) {
    try {
      return readStateFile(new Uint8Array(await file.arrayBuffer()));
    } catch (error) {
      why = error;
    }
  }
  throw why;
}

export function keepingCalls(run: Pick<LabHost, 'save' | 'resume'>, files: RunFiles) {
  return {
    async keep(id) {
      const saved = await run.save();
      if (!saved) return null;
      const bytes = writeStateFile(saved);
      await files.write(id, bytes);
      return { bytes: bytes.length };
    },
    async goOn(id, why?: string) {
      await run.resume(await newestOf(await files.read(id)), why);
    },
  } satisfies Partial<LabHost>;
}
