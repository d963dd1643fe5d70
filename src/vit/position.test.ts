import { describe, expect, it } from 'vitest';
import fixture from './fixtures/position.json';
import { bicubicMatrix, resizeGrid, resizeInput } from './position';
import { tinyVit } from './testing/tiny-vit';

describe(`resizeGrid, against PyTorch ${fixture.torch} (bicubic, antialias=False)`, () => {
  for (const { from, to, grid, resized } of fixture.cases) {
    it(`${from} x ${from} to ${to} x ${to}`, () => {
      const out = resizeGrid(Float32Array.from(grid), from, to, fixture.dim);
      expect(out.length).toBe(resized.length);
      const worst = Math.max(...resized.map((value, i) => Math.abs(value - (out[i] ?? NaN))));
      expect(worst).toBeLessThan(1e-6);
    });
  }
});

describe('resizeInput', () => {
  it('keeps constants constant: every row of weights sums to 1', () => {
    for (const [from, to] of [
      [14, 7],
      [3, 10],
    ] as const) {
      const matrix = bicubicMatrix(from, to);
      for (let i = 0; i < to; i++) {
        const sum = matrix.subarray(i * from, (i + 1) * from).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(1, 12);
      }
    }
  });

  it('changes pos_embed alone and leaves the class token its position', () => {
    const checkpoint = tinyVit({ imageSize: 16, patchSize: 4, dim: 8 });
    const resized = resizeInput(checkpoint, 24);
    expect(resized.config).toEqual({ ...checkpoint.config, imageSize: 24 });
    expect(resized.tensors.get('pos_embed')?.shape).toEqual([1, 37, 8]);
    expect(resized.tensors.get('pos_embed')?.data.subarray(0, 8)).toEqual(checkpoint.tensors.get('pos_embed')?.data.subarray(0, 8));
    for (const [name, tensor] of checkpoint.tensors) if (name !== 'pos_embed') expect(resized.tensors.get(name)).toBe(tensor);
  });

  it('names sizes that would fit', () => {
    const checkpoint = tinyVit({ imageSize: 16, patchSize: 4, dim: 8 });
    expect(() => resizeInput(checkpoint, 22)).toThrow('such as 20 or 24');
    expect(() => resizeInput(checkpoint, 3)).toThrow('such as 4 or 8');
    expect(resizeInput(checkpoint, 16)).toBe(checkpoint);
  });
});
