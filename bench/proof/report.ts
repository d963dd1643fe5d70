/** What the proof's parts found, as a report in Markdown. */
import { worded } from '../../src/common/said';
import type { DeviceInfo, ProductKinds } from '../../src/compute/backbone';
import { deviceBlock, peakShare, short, stepName } from '../../src/compute/device-block';
import { YARDSTICK, type Yardstick } from '../../src/compute/yardstick';

/** A line of a part. */
export type Found =
  | { readonly part: 'correct'; readonly name: string; readonly cases: number; readonly worst: number; readonly wrong: readonly string[] }
  | {
      readonly part: 'device';
      readonly device: DeviceInfo;
      readonly userAgent: string;
      readonly kernels: ProductKinds | null;
      readonly seconds: number;
    }
  | { readonly part: 'absent'; readonly why: string }
  | { readonly part: 'first'; readonly seconds: number }
  | { readonly part: 'yardstick'; readonly found: Yardstick }
  | { readonly part: 'torch'; readonly device: string; readonly version: string; readonly steps: readonly TorchStep[] };

export interface TorchStep {
  readonly name: string;
  readonly batch: number;
  readonly milliseconds: number | null;
}

/** What one implementation said, and how its process ended where not well. */
export interface Part {
  readonly title: string;
  readonly lines: readonly Found[];
  readonly failure: string | null;
}

const of = <K extends Found['part']>(lines: readonly Found[], part: K) =>
  lines.filter((line): line is Extract<Found, { part: K }> => line.part === part);

/** Bars of the work on real GPUs: share of the f32 peak from ViT-S on, microseconds a dispatch, wgpu beside Dawn, seconds to the first kernel. */
const BARS = { share: 0.3, dispatch: 8, beside: 1.3, first: 2 };

export function proofReport(parts: readonly Part[], facts: { readonly version: string; readonly date: string }): string {
  const lines = ['## A proof on this machine', ''];
  for (const { title, lines: found, failure } of parts) {
    lines.push(`### ${title}`, '');
    if (failure) lines.push(`It did not end well: ${failure}`, '');
    for (const { why } of of(found, 'absent')) lines.push(why, '');
    for (const { seconds } of of(found, 'first'))
      lines.push(
        `A first product compiled, run and read ${short(seconds)} s after the device was asked for (bar ${BARS.first}): ${seconds <= BARS.first ? 'held' : 'MISSED'}.`,
        '',
      );
    const [about] = of(found, 'device');
    if (about) {
      const { device, kernels, seconds } = about;
      lines.push(`${device.name}; first kernels ready and checked after ${short(seconds)} s; products ${JSON.stringify(kernels)}.`, '');
      for (const note of device.notes ?? []) lines.push(worded(note), '');
    }
    for (const { name, cases, worst, wrong } of of(found, 'correct'))
      lines.push(
        wrong.length === 0 ? `- ${name}: ${cases} cases right, worst ${worst.toExponential(1)}` : `- ${name}: WRONG: ${wrong.join('; ')}`,
      );
    for (const { found: yardstick } of of(found, 'yardstick'))
      lines.push('', deviceBlock({ device: about?.device ?? UNKNOWN, userAgent: about?.userAgent ?? title, ...facts }, yardstick));
    for (const { device, version } of of(found, 'torch')) lines.push(`PyTorch ${version} on ${device}, f32 without TF32.`, '');
  }
  return [...lines, ...besides(parts), ''].join('\n');
}

const UNKNOWN = { kind: 'webgpu', name: 'unknown' } as const;

/** A step by everybody, and the bars. */
function besides(parts: readonly Part[]): string[] {
  const measured = parts.flatMap(({ title, lines }) =>
    of(lines, 'yardstick').map(({ found }) => ({ title, found, device: of(lines, 'device')[0]?.device ?? UNKNOWN })),
  );
  const torch = parts.flatMap(({ title, lines }) => of(lines, 'torch').map(({ steps }) => ({ title, steps })));
  const columns = [...measured, ...torch].map(({ title }) => title);
  if (columns.length === 0) return [];
  const cells = YARDSTICK.map((step) => {
    const times = [...measured.map(({ found }) => found), ...torch].map(
      ({ steps }) => steps.find((one) => stepName(one) === stepName(step))?.milliseconds,
    );
    return [stepName(step), ...times.map((ms) => (typeof ms === 'number' ? short(ms) : ''))];
  });
  const bars = measured.flatMap(({ title, found, device }) => {
    const large = found.steps.filter(({ name }) => /^ViT-[SB]/.test(name));
    const shares = large.flatMap((step) =>
      step.milliseconds === null ? [] : [`${stepName(step)} ${peakShare(device, step.gflops) || 'of an unknown peak'}`],
    );
    const dispatch = `${short(found.dispatch)} µs a dispatch (bar ${BARS.dispatch}): ${found.dispatch <= BARS.dispatch ? 'held' : 'MISSED'}`;
    return [`- ${title}: ${dispatch}${shares.length > 0 ? `; share of f32 peak (bar ${100 * BARS.share} %): ${shares.join(', ')}` : ''}`];
  });
  const [dawn, wgpu] = ['Dawn', 'wgpu'].map((name) => measured.find(({ title }) => title.startsWith(name))?.found);
  const ratios = (dawn?.steps ?? []).flatMap((step) => {
    const other = wgpu?.steps.find((one) => stepName(one) === stepName(step));
    return step.milliseconds !== null && typeof other?.milliseconds === 'number' ? [other.milliseconds / step.milliseconds] : [];
  });
  const ratio = Math.max(...ratios);
  return [
    '### A training step, ms',
    '',
    `| | ${columns.join(' | ')} |`,
    `| --- | ${columns.map(() => '---').join(' | ')} |`,
    ...cells.map((row) => `| ${row.join(' | ')} |`),
    '',
    ...bars,
    ...(ratios.length > 0
      ? [`- wgpu beside Dawn: at most ${short(ratio)} times (bar ${BARS.beside}): ${ratio <= BARS.beside ? 'held' : 'MISSED'}`]
      : []),
  ];
}
