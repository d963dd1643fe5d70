// Compiles one kernel of a list; what the driver prints of its machine code goes to stderr. A process each: without a card, AMD's driver dies
// once it has compiled one. In Node on Dawn, in Deno on wgpu:  compile-only.mjs kernels.json index [folder of Dawn]
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const [file, index, folder] = process.argv.slice(2);
let gpu = globalThis.navigator?.gpu;
if (folder) {
  const { create, globals } = createRequire(folder)('webgpu');
  Object.assign(globalThis, globals);
  gpu = create([]);
}
const { code } = JSON.parse(readFileSync(file, 'utf8'))[Number(index)];
const adapter = await gpu.requestAdapter();
const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize } = adapter.limits;
const device = await adapter.requestDevice({
  requiredFeatures: ['shader-f16'],
  requiredLimits: { maxStorageBuffersPerShaderStage, maxComputeWorkgroupStorageSize },
});
device.pushErrorScope('validation');
device.createComputePipeline({ layout: 'auto', compute: { module: device.createShaderModule({ code }), entryPoint: 'main' } });
const error = await device.popErrorScope();
if (error) console.error(error.message);
process.exit(0);
