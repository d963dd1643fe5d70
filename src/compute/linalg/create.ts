import { plainDense64, type Dense64 } from '../../common/linalg/dense64';
import { expectSize, transposed } from '../../common/linalg/float64';
import { leadingEigen, type Enough } from '../../common/linalg/krylov';
import type { LinearAlgebra, Singular } from './linear-algebra';
import { assertFinite, bySize } from '../../common/linalg/symmetric-eigen';
import { WasmDense64 } from './wasm-dense64';

/**
 * Linear algebra in float64 on the calling thread: meant for a worker, where nothing waits for a frame. With the SIMD kernels
 * where they can be had, in JavaScript elsewhere.
 */
export function createLinearAlgebra(open: () => Promise<Dense64> = () => WasmDense64.open()): LinearAlgebra {
  let opening: Promise<Dense64> | null = null;
  const dense = () =>
    (opening ??= open().catch((error: unknown) => {
      console.info(`Subspaces are computed in JavaScript: ${String(error)}`);
      return plainDense64;
    }));
  return {
    leftSingular: async (matrix, n) => {
      expectSize(matrix, n, n, 'The matrix');
      return decompose(matrix, n, await dense());
    },
    leading: async (matrix, n, enough) => {
      expectSize(matrix, n, n, 'The matrix');
      const on = await dense();
      return lead(matrix, n, enough, on) ?? decompose(matrix, n, on);
    },
    multiply: async (a, b, n, k, m) => (await dense()).multiply(a, b, n, k, m),
  };
}

/**
 * The left singular vectors of P are the eigenvectors of P Pᵀ; forming it squares the condition number, which float64
 * affords here: inputs carry float32's 1e-7, and singular values down to 1e-7 of the largest stay resolved. Where P is
 * symmetric they are its own eigenvectors, and the values are the sizes of its eigenvalues.
 */
function decompose(matrix: Float64Array, n: number, dense: Dense64): Singular {
  if (isSymmetric(matrix, n)) return bySize(dense.eigen(matrix, n));
  assertFinite(matrix);
  const { vectors, values } = dense.eigen(dense.multiply(matrix, transposed(matrix, n, n), n, n, n), n);
  // Rounding makes tiny eigenvalues of a positive semidefinite matrix negative.
  return { vectors, values: values.map((value) => Math.sqrt(Math.max(0, value))) };
}

/** The same for the leading directions alone; null where a Krylov space does not find them with less work. */
function lead(matrix: Float64Array, n: number, enough: Enough, dense: Dense64): Singular | null {
  assertFinite(matrix);
  if (isSymmetric(matrix, n)) {
    const own = leadingEigen((rows, count) => dense.multiply(rows, matrix, count, n, n), n, enough, dense);
    return own && { vectors: transposed(own.rows, own.values.length, n), values: own.values };
  }
  const flipped = transposed(matrix, n, n);
  const twice = (rows: Float64Array, count: number) => dense.multiply(dense.multiply(rows, matrix, count, n, n), flipped, count, n, n);
  const sizes = (values: Float64Array) => values.map((value) => Math.sqrt(Math.max(0, value)));
  const found = leadingEigen(twice, n, (values) => enough(sizes(values)), dense);
  return found && { vectors: transposed(found.rows, found.values.length, n), values: sizes(found.values) };
}

function isSymmetric(matrix: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (matrix[i * n + j] !== matrix[j * n + i]) return false;
  return true;
}
