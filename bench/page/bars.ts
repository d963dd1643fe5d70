/** What ours has to reach, and what it reached. */
import type { ContenderId } from './contender';
import type { Measured } from './runner';
import type { ShapeResult } from './run';

export interface Bar {
  readonly text: string;
  readonly wanted: { readonly text: string; readonly met: (found: number) => boolean };
  readonly found: number | null;
  /** The peer was stopped: the true figure is larger. */
  readonly more: boolean;
}

const atLeast = (value: number): Bar['wanted'] => ({ text: `at least ${value}`, met: (found) => found >= value });
const atMost = (value: number): Bar['wanted'] => ({ text: `at most ${value}`, met: (found) => found <= value });

/** Wanted for shape N and for ViT-Ti/16, which has the 12 blocks that the last bar speaks of; a ratio that its batch cannot give comes from the smaller one. */
const SHAPES = [
  { id: 'N', name: 'N', tfjs: 15, jax: 1.3, wasm: 5, submission: false },
  { id: 'ti', name: 'ViT-Ti', tfjs: 10, jax: 1.3, wasm: 4, submission: true },
] as const;

/** Median milliseconds, or those after which a peer was stopped. */
function timeOf(one: Measured | undefined, what: 'training' | 'forward'): { took: number; more: boolean } | null {
  const median = one?.[what]?.median;
  if (median !== undefined) return { took: median, more: false };
  const over = what === 'training' ? one?.trainingOver : one?.forwardOver;
  return over == null ? null : { took: over, more: true };
}

export function barsOf(results: readonly ShapeResult[]): Bar[] {
  return SHAPES.flatMap(({ id, name, tfjs, jax, wasm, submission }) => {
    const result = results.find(({ shape }) => shape.id === id);
    if (!result) return [];
    const small = results.find(({ shape }) => shape === result.shape.small);
    const of = (contender: ContenderId, among = result): Measured | undefined =>
      among.contenders.find((one) => one.contender === contender);
    /** How many times longer the quickest of the peers takes. */
    const among = (where: ShapeResult, what: 'training' | 'forward', ours: ContenderId, peers: ContenderId[]) => {
      const own = of(ours, where)?.[what]?.median;
      const [best] = peers.flatMap((peer) => timeOf(of(peer, where), what) ?? []).sort((a, b) => a.took - b.took);
      return own !== undefined && best ? { found: best.took / own, more: best.more } : null;
    };
    const times = (what: 'training' | 'forward', ours: ContenderId, ...peers: ContenderId[]): Pick<Bar, 'found' | 'more'> =>
      among(result, what, ours, peers) ?? (small && among(small, what, ours, peers)) ?? { found: null, more: false };
    const kept = of('tfjs-wasm')?.activationBytes ?? of('tfjs-webgpu')?.activationBytes;
    const own = of('ours-wasm')?.activationBytes ?? of('ours-webgpu')?.activationBytes;
    const plain = (found: number | null): Pick<Bar, 'found' | 'more'> => ({ found, more: false });
    const bars: Bar[] = [
      { text: 'training, WebGPU: tfjs / ours', wanted: atLeast(tfjs), ...times('training', 'ours-webgpu', 'tfjs-webgpu') },
      { text: 'training, WebGPU: jax-js / ours', wanted: atLeast(jax), ...times('training', 'ours-webgpu', 'jax-webgpu') },
      {
        text: 'training, WASM: best of tfjs and jax-js / ours',
        wanted: atLeast(wasm),
        ...times('training', 'ours-wasm', 'tfjs-wasm', 'jax-wasm'),
      },
      { text: 'forward, WASM: onnxruntime-web / ours', wanted: atLeast(1), ...times('forward', 'ours-wasm', 'onnx-wasm') },
      { text: 'forward, WebGPU: onnxruntime-web / ours', wanted: atLeast(1), ...times('forward', 'ours-webgpu', 'onnx-webgpu') },
      { text: 'kept for backward: ours / tfjs tape', wanted: atMost(0.25), ...plain(kept && own ? own / kept : null) },
    ];
    if (submission) {
      const found = of('ours-webgpu')?.submission?.total.median ?? null;
      bars.push({ text: 'JavaScript and submission of a step on WebGPU, 12 blocks, ms', wanted: atMost(3), ...plain(found) });
    }
    return bars.map((bar) => ({ ...bar, text: `${name}: ${bar.text}` }));
  });
}

/** Of a bar: what the table says. A peer that was stopped can show that a bar is met, not that it is missed. */
export function verdictOf({ wanted, found, more }: Bar): 'met' | 'missed' | '' {
  if (found === null || Number.isNaN(found)) return '';
  if (wanted.met(found)) return 'met';
  return more ? '' : 'missed';
}
