import type { KernelSource } from './kernel';

/** Pipelines by their code, compiled once and off the thread; layouts by the accesses of their bindings. */
export class Pipelines {
  private readonly compiled = new Map<string, Promise<GPUComputePipeline>>();
  private readonly layouts = new Map<string, GPUBindGroupLayout>();

  constructor(private readonly device: GPUDevice) {}

  /** Rejects with the compiler's message where the code is wrong. */
  get({ name, code, access }: KernelSource): Promise<GPUComputePipeline> {
    let pipeline = this.compiled.get(code);
    if (!pipeline) {
      pipeline = this.device.createComputePipelineAsync({
        label: name,
        layout: this.device.createPipelineLayout({ bindGroupLayouts: [this.layout(access)] }),
        compute: { module: this.device.createShaderModule({ label: name, code }), entryPoint: 'main' },
      });
      this.compiled.set(code, pipeline);
    }
    return pipeline;
  }

  layout(access: KernelSource['access']): GPUBindGroupLayout {
    const key = access.join();
    let layout = this.layouts.get(key);
    if (!layout) {
      const buffers: GPUBufferBindingLayout[] = [
        { type: 'uniform' },
        ...access.map((kind): GPUBufferBindingLayout => ({ type: kind === 'write' ? 'storage' : 'read-only-storage' })),
      ];
      layout = this.device.createBindGroupLayout({
        entries: buffers.map((buffer, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer })),
      });
      this.layouts.set(key, layout);
    }
    return layout;
  }
}
