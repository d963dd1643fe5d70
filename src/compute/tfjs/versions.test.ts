import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const packageOf = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as { dependencies: Record<string, string> };

// The page imports the parts alone: the whole brings WebGL, layers and converter, 1.2 MB more.
it('uses the parts that @tensorflow/tfjs of this version is made of', () => {
  const own = packageOf('package.json').dependencies;
  const whole = packageOf('node_modules/@tensorflow/tfjs/package.json').dependencies;
  for (const part of ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu']) expect([part, own[part]]).toEqual([part, whole[part]]);
  for (const backend of ['wasm', 'webgpu']) expect(own[`@tensorflow/tfjs-backend-${backend}`]).toBe(own['@tensorflow/tfjs']);
});
