/** What is measured of ours alone, and how it comes back. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const OWN_PARTS = ['estimates', 'rates', 'profile', 'products', 'halves', 'subspaces', 'scale', 'long', 'steps'] as const;
export type OwnPart = (typeof OWN_PARTS)[number];

export type Kind = 'wasm' | 'webgpu';

export interface OwnApi {
  measure(part: OwnPart, kind: Kind): Promise<Table>;
}
