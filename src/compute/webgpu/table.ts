import type { DeviceInfo } from '../backbone';

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
  /** Lanes of a subgroup, where the device has subgroups of one known size; products in registers hand values among them. */
  readonly lanes?: number;
}

/** A software adapter runs invocations as SIMD lanes of a CPU: barriers cost it dearly and shared memory is ordinary memory. */
export const SOFTWARE_CHOICE: KernelChoice = { gemm: 'registers', rows: 'invocation', wantedGroups: 1 };
export const GPU_CHOICE: KernelChoice = { gemm: 'tiles', rows: 'workgroup', wantedGroups: 96 };

/** Adapters known to want something else; the first pattern that matches the adapter's name decides. */
const EXCEPTIONS: readonly (readonly [RegExp, KernelChoice])[] = [];

/** `lanes`: of a subgroup, where it is known. */
export function kernelsFor({ name, software }: Pick<DeviceInfo, 'name' | 'software'>, lanes?: number): KernelChoice {
  const exception = EXCEPTIONS.find(([pattern]) => pattern.test(name));
  const choice = exception?.[1] ?? (software ? SOFTWARE_CHOICE : GPU_CHOICE);
  return lanes === undefined ? choice : { ...choice, lanes };
}
