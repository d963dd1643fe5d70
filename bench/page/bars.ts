/** What ours has to reach, and what it reached. */
import type { ContenderId } from './contender';
import type { Measured, ShapeResult } from './run';

interface Bar {
  readonly text: string;
  readonly wanted: { readonly text: string; readonly met: (found: number) => boolean };
  readonly found: number | null;
}

const atLeast = (value: number): Bar['wanted'] => ({ text: `at least ${value}`, met: (found) => found >= value });
const atMost = (value: number): Bar['wanted'] => ({ text: `at most ${value}`, met: (found) => found <= value });

/** Wanted for shape N and for ViT-Ti/16. */
const SHAPES = [
  { id: 'N', tfjs: 15, jax: 1.3, wasm: 5 },
  { id: 'ti', tfjs: 10, jax: 1.3, wasm: 4 },
] as const;

export function barsOf(results: readonly ShapeResult[]): Bar[] {
  return SHAPES.flatMap(({ id, tfjs, jax, wasm }) => {
    const result = results.find(({ shape }) => shape.id === id);
    if (!result) return [];
    const of = (contender: ContenderId): Measured | undefined => result.contenders.find((one) => one.contender === contender);
    const times = (what: 'training' | 'forward', ours: ContenderId, ...peers: ContenderId[]): number | null => {
      const own = of(ours)?.[what]?.median;
      const others = peers.flatMap((peer) => of(peer)?.[what]?.median ?? []);
      return own !== undefined && others.length > 0 ? Math.min(...others) / own : null;
    };
    const gpu = of('ours-webgpu');
    const kept = of('tfjs-wasm')?.activationBytes ?? of('tfjs-webgpu')?.activationBytes;
    const own = of('ours-wasm')?.activationBytes;
    const bars: Bar[] = [
      { text: 'training, WebGPU: tfjs / ours', wanted: atLeast(tfjs), found: times('training', 'ours-webgpu', 'tfjs-webgpu') },
      { text: 'training, WebGPU: jax-js / ours', wanted: atLeast(jax), found: times('training', 'ours-webgpu', 'jax-webgpu') },
      {
        text: 'training, WASM: best of tfjs and jax-js / ours',
        wanted: atLeast(wasm),
        found: times('training', 'ours-wasm', 'tfjs-wasm', 'jax-wasm'),
      },
      { text: 'forward, WASM: onnxruntime-web / ours', wanted: atLeast(1), found: times('forward', 'ours-wasm', 'onnx-wasm') },
      { text: 'forward, WebGPU: onnxruntime-web / ours', wanted: atLeast(1), found: times('forward', 'ours-webgpu', 'onnx-webgpu') },
      { text: 'kept for backward: ours / tfjs tape', wanted: atMost(0.25), found: kept && own ? own / kept : null },
      { text: 'JavaScript and submission a step, ms', wanted: atMost(3), found: gpu?.submission ?? null },
    ];
    return bars.map((bar) => ({ ...bar, text: `${id}: ${bar.text}` }));
  });
}
