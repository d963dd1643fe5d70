/** Where the hub is asked: at its own address, or at the mirror that is usual where that is blocked. Neither is ever sent a token. */
import { said, type Fact } from '../../common/said';
import type { HubHost } from '../../session/experiment';

export const HUB = 'https://huggingface.co';
export const MIRROR: HubHost = 'hf-mirror.com';

export const addressOf = (host: HubHost | undefined, hub = HUB): string =>
  host === undefined || HUB.endsWith(host) ? hub : `https://${host}`;

/** What to try where the hub cannot be reached; nothing where it is the mirror that cannot. */
export const tryMirror = (url: string): Fact =>
  /^https:\/\/([\w-]+\.)*(huggingface\.co|hf\.co)\//.test(url)
    ? said` If it is blocked where you are, choose the mirror ${MIRROR} as the host.`
    : '';

/** Weights from a mirror are kept apart: the hub's own take no promise from them. */
export const keptName = (id: string, host: HubHost | undefined): string => (host === MIRROR ? `${MIRROR}:${id}` : id);
export const keptId = (name: string): { readonly id: string; readonly host?: HubHost } =>
  name.startsWith(`${MIRROR}:`) ? { id: name.slice(MIRROR.length + 1), host: MIRROR } : { id: name };
