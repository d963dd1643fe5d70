/** What Mesa's compiler for AMD cards prints of a kernel (RADV_DEBUG=asm,shaderstats), read. */

export interface MachineCode {
  /** Multiply-adds of the block of code between two branches that has most of them: in a product, its innermost loop. */
  readonly hottest: number;
  readonly vectorRegisters: number;
  readonly spilled: number;
}

/** Of two values at once in one instruction, as RDNA 3 and CDNA have, each counts. */
const MULTIPLY_ADD = /v_(?:dual_)?(?:fmac|fmaak|fmamk|fma|mac|madak|madmk|mad)_(?:f32|legacy_f32|mix_f32)/g;
const TWO_AT_ONCE = /v_pk_fma_f32/g;

/** Every shader in the output: the kernel, and small ones of wgpu's own. */
export function readMachineCode(output: string): MachineCode[] {
  return output
    .split('\ndisasm:\n')
    .slice(1)
    .map((shader) => {
      const [code = '', statistics = ''] = shader.split('*** SHADER STATS ***');
      const counts = code
        .split(/^BB\d+:/m)
        .map((block) => (block.match(MULTIPLY_ADD)?.length ?? 0) + 2 * (block.match(TWO_AT_ONCE)?.length ?? 0));
      const statistic = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(statistics)?.[1] ?? NaN);
      return {
        hottest: Math.max(...counts),
        vectorRegisters: statistic('VGPRs'),
        spilled: statistic('Spilled SGPRs') + statistic('Spilled VGPRs'),
      };
    });
}
