import type { ProductKind, ProductKinds } from '../backbone';

/** Tiles of both operands in workgroup memory. */
export type TileKind = Exclude<ProductKind, 'registers'>;

/** How a row is reduced: by one invocation, or by a workgroup with a tree. */
export type RowKind = 'invocation' | 'workgroup';

/** Which kernels suit an adapter. */
export interface KernelChoice {
  /** Products of fewer than `wantedGroups` tiles are computed in smaller ones. */
  readonly products: ProductKinds;
  readonly rows: RowKind;
  /** Workgroups below which a product's depth is split, to keep the adapter busy. */
  readonly wantedGroups: number;
  /** Multiplications and additions beyond which a launch is split: a tenth of a second is too long for one, on a normal GPU. */
  readonly flopsAtOnce: number;
  /**
   * Sizes of the device's subgroups, where it has any: sums over rows use them, and products in registers where all have
   * four lanes.
   */
  readonly subgroups?: { readonly least: number; readonly most: number };
  /** Whether weights that are halves are stored as halves. */
  readonly halves: boolean;
}

export type { ProductKind, ProductKinds };

export const allForms = (kind: ProductKind): ProductKinds => ({ NT: kind, NN: kind, TN: kind });

/** A software adapter runs invocations as SIMD lanes of a CPU: barriers cost it dearly and shared memory is ordinary memory. */
/** Its products reach 5 to 8 GFLOP/s on two cores; halves make a step 7 % slower (halves.browser.test.ts measures it). */
export const SOFTWARE_CHOICE: KernelChoice = {
  products: allForms('registers'),
  rows: 'invocation',
  wantedGroups: 1,
  flopsAtOnce: 5e8,
  halves: false,
};
/** The weakest integrated GPUs still reach some 0.2 TFLOP/s. */
export const GPU_CHOICE: KernelChoice = { products: allForms('8x4'), rows: 'workgroup', wantedGroups: 96, flopsAtOnce: 2e10, halves: true };

/** Adapters known to want something else; the first pattern that matches the adapter's name decides. */
const EXCEPTIONS: readonly (readonly [RegExp, KernelChoice])[] = [];

export const exceptionFor = (name: string): KernelChoice | undefined => EXCEPTIONS.find(([pattern]) => pattern.test(name))?.[1];
