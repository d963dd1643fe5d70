/** The host's calls that keep its run in the browser's own storage, and open it from there. */
import { said } from '../../common/said';
import { packStateFile, readStateFile, StateFileError, type StateFile } from '../../session/state-file';
import type { LabHost } from '../api';
import type { RunFiles } from './run-files';
import { sealing, type WriteState } from './state-writer';

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

/** `write`: where a state goes to the disk; here, where the run stands, unless told. */
export function keepingCalls(run: Pick<LabHost, 'save' | 'resume'>, files: RunFiles, write: WriteState = sealing(files)) {
  let writing: Promise<void> = Promise.resolve();
  return {
    async keep(id) {
      const saved = await run.save();
      if (!saved) return null;
      const packed = packStateFile(saved);
      const bytes = packed.length;
      const before = writing.catch(() => undefined);
      writing = before.then(() => write(id, packed));
      // Whoever asks `kept` hears of its failure.
      writing.catch(() => undefined);
      return { bytes };
    },
    kept: () => writing,
    async goOn(id, why?: string) {
      await writing.catch(() => undefined);
      await run.resume(await newestOf(await files.read(id)), why);
    },
  } satisfies Partial<LabHost>;
}
