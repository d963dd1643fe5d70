/** onnxruntime-web: forward alone, since it does not train. */
import type * as Ort from 'onnxruntime-web';
import { describeAdapter, requestGpu } from '../../../src/compute/tfjs/gpu';
import { tokenCount } from '../../../src/vit/config';
import type { Contender } from '../contender';
import type { Problem } from '../problem';
import { onnxModel } from './onnx-model';

/** Served as it comes: its threads start from its own address. */
const FOLDER = '/peers/onnxruntime-web/';

export async function onnx(problem: Problem, kind: 'wasm' | 'webgpu'): Promise<Contender> {
  const { config, batch } = problem.shape;
  const ort = (await import(/* @vite-ignore */ `${FOLDER}ort.${kind}.min.mjs`)) as typeof Ort;
  ort.env.wasm.wasmPaths = FOLDER;
  ort.env.wasm.numThreads = navigator.hardwareConcurrency;
  const device = kind === 'webgpu' ? describeAdapter((await requestGpu()).info).name : `${navigator.hardwareConcurrency} threads`;
  const session = await ort.InferenceSession.create(onnxModel(problem), { executionProviders: [kind] });
  const patches = new ort.Tensor('float32', problem.patches(), [batch, tokenCount(config) - 1, 3 * config.patchSize ** 2]);
  return {
    device,
    async forward(times) {
      let out = new Float32Array();
      for (let i = 0; i < times; i++) {
        const results = await session.run({ patches });
        const value = Object.values(results)[0];
        out = new Float32Array((await value?.getData()) as Float32Array);
        value?.dispose();
      }
      return out;
    },
  };
}
