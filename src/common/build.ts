/** Which build this is: stands in the footer, in every record and on every figure. */
import { version } from '../../package.json';

/** Put in by the bundler; absent where the sources run as they are. */
declare const __COMMIT__: string | undefined;

export const BUILD: { readonly version: string; readonly commit?: string } = {
  version,
  ...(typeof __COMMIT__ === 'string' && __COMMIT__ !== '' ? { commit: __COMMIT__ } : {}),
};

/** "0.1.0 (a1b2c3d4e5f6)". */
export const buildWords = ({ version: of, commit }: { readonly version: string; readonly commit?: string | undefined }): string =>
  commit === undefined ? of : `${of} (${commit})`;
