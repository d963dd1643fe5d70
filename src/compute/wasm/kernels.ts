import { SaidError, said } from '../../common/said';
import { assetUrl } from '../asset-url';
import relaxedUrl from '../../../build/kernels.relaxed.wasm?url';
import relaxedSharedUrl from '../../../build/kernels.relaxed.shared.wasm?url';
import simdUrl from '../../../build/kernels.simd.wasm?url';
import simdSharedUrl from '../../../build/kernels.simd.shared.wasm?url';

/** Which build of the kernels: with the fused multiply-add of relaxed SIMD or without, for shared or private memory. */
export interface KernelVariant {
  readonly relaxed: boolean;
  readonly shared: boolean;
}

export const variantName = ({ relaxed, shared }: KernelVariant): string => `${relaxed ? 'relaxed' : 'simd'}${shared ? '.shared' : ''}`;

/** (func (result v128) …): a module whose one function uses the instruction in question. */
const probe = (...body: number[]): Uint8Array<ArrayBuffer> => {
  const code = [0, ...body, 11];
  const section = [1, code.length, ...code];
  return new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, section.length, ...section]);
};
const ZERO = [65, 0, 253, 15];

/** f32x4.splat-like constants, then i8x16.swizzle: any engine with 128-bit SIMD validates it. */
export const hasSimd = (): boolean => WebAssembly.validate(probe(...ZERO, ...ZERO, 253, 14));
/** f32x4.relaxed_madd. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(probe(...ZERO, ...ZERO, ...ZERO, 253, 133, 2));

/** The compiled kernels of a variant: fetched in a browser, read from the build folder in Node. Throws naming the remedy. */
export async function compileKernels(variant: KernelVariant): Promise<WebAssembly.Module> {
  const name = variantName(variant);
  const node = nodeFiles();
  if (node) return WebAssembly.compile(await node.readKernel(name));
  const url = { relaxed: relaxedUrl, 'relaxed.shared': relaxedSharedUrl, simd: simdUrl, 'simd.shared': simdSharedUrl }[name];
  if (!url) throw new Error(`There is no build of the kernels named "${name}"`);
  const response = await fetch(assetUrl(url));
  if (!response.ok) throw new SaidError(said`The kernels (${url}) could not be loaded: ${response.status} ${response.statusText}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Node's file system without an import that a bundler would follow; undefined in browsers. */
function nodeFiles(): { readKernel(name: string): Promise<Uint8Array<ArrayBuffer>> } | undefined {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') return undefined;
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  return {
    async readKernel(name) {
      const file = fileURLToPath(new URL(`../../../build/kernels.${name}.wasm`, import.meta.url));
      try {
        return new Uint8Array(await readFile(file));
      } catch (cause) {
        throw new Error(`${file} is missing; run: npm run build:wasm`, { cause });
      }
    },
  };
}
