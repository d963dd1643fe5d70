/** The host's calls about models of the hub. */
import { said } from '../../common/said';
import type { RunHost } from '../api';
import { DownloadError } from '../download';
import type { Hub } from './hub';

/** `openHub` is absent where there is no hub: in tests, and outside a browser. */
export function hubCalls(openHub?: () => Promise<Hub>) {
  return {
    async lookUpModel(id, host) {
      if (!openHub) throw new DownloadError(said`Models of the hub cannot be fetched here. Download the files and drop them.`);
      return (await openHub()).lookUp({ id, host });
    },
    async keptModels() {
      return openHub ? (await openHub()).kept() : [];
    },
    async forgetModel(id) {
      await (await openHub?.())?.forget(id);
    },
  } satisfies Partial<RunHost>;
}
