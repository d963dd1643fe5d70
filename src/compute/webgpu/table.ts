/** How products are computed. */
export type GemmKind =
  /** A block of the result in each invocation's registers; no shared memory, no barriers. */
  | 'registers'
  /** Tiles of both operands in workgroup memory. */
  | 'tiles';

/** How a row is reduced: by one invocation, or by a workgroup with a tree. */
export type RowKind = 'invocation' | 'workgroup';

/** Which kernels suit an adapter. */
export interface KernelChoice {
  readonly gemm: GemmKind;
  readonly rows: RowKind;
  /** Workgroups below which a product's depth is split, to keep the adapter busy. */
  readonly wantedGroups: number;
  /** Multiplications and additions beyond which a launch is split: a tenth of a second is too long for one, on a normal GPU. */
  readonly flopsAtOnce: number;
  /** Lanes of a subgroup, where the device has subgroups of one known size: products in registers and sums over rows use them. */
  readonly lanes?: number;
  /** Whether weights that are halves are stored as halves. */
  readonly halves: boolean;
}

/** A software adapter runs invocations as SIMD lanes of a CPU: barriers cost it dearly and shared memory is ordinary memory. */
/** Its products reach 5 to 8 GFLOP/s on two cores; halves make a step 7 % slower (halves.browser.test.ts measures it). */
export const SOFTWARE_CHOICE: KernelChoice = { gemm: 'registers', rows: 'invocation', wantedGroups: 1, flopsAtOnce: 5e8, halves: false };
/** The weakest integrated GPUs still reach some 0.2 TFLOP/s. */
export const GPU_CHOICE: KernelChoice = { gemm: 'tiles', rows: 'workgroup', wantedGroups: 96, flopsAtOnce: 2e10, halves: true };

/** Adapters known to want something else; the first pattern that matches the adapter's name decides. */
const EXCEPTIONS: readonly (readonly [RegExp, KernelChoice])[] = [];

export const exceptionFor = (name: string): KernelChoice | undefined => EXCEPTIONS.find(([pattern]) => pattern.test(name))?.[1];
