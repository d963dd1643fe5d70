/** DualGPM alone on recorded second moments. */
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { projector, updateDualGPM, type DualGpm } from '../continual/dual-gpm';
import { resolveInflora, type InfloraOptions } from '../continual/presets';
import { memoryThreshold } from '../continual/threshold';
import type { Comparison } from './compare';
import type { GoldenScenario } from './files';
import type { GoldenProgress } from './types';

export async function* compareMemory(
  { scalars, tensors }: Extract<GoldenScenario, { kind: 'memory' }>,
  linalg: LinearAlgebra,
  options: InfloraOptions,
  comparison: Comparison,
): AsyncGenerator<GoldenProgress, void> {
  const choices = resolveInflora({ ...options, lamb: scalars.lamb, lame: scalars.lame });
  let memory: DualGpm | null = null;
  for (const recorded of scalars.sessions) {
    const where = `session ${recorded.session}`;
    const { shape, data } = tensors.get(`session${recorded.session}.cov`);
    const threshold = memoryThreshold(recorded.session, scalars.total_sessions, choices);
    const before: DualGpm | null = memory;
    const after: DualGpm = await updateDualGPM(before, Float64Array.from(data), shape[0] ?? 0, threshold, choices, linalg);
    memory = after;
    if (recorded.threshold !== undefined) comparison.absolute('threshold', 1e-12, where, [threshold], [recorded.threshold]);
    if (recorded.type !== undefined) comparison.exact('DualGPM type', where, after.type === recorded.type ? 0 : 1);
    if (recorded.columns !== undefined) comparison.exact('DualGPM dimension', where, after.columns === recorded.columns ? 0 : 1);
    if (recorded.skipped !== undefined) comparison.exact('update skipped', where, (after === before) === recorded.skipped ? 0 : 1);
    const projection = tensors.find(`session${recorded.session}.projector`);
    if (projection) comparison.relative('gpm_projector', 1e-3, where, projector(after), projection.data);
    yield { phase: 'consolidate', task: recorded.session, done: recorded.session + 1, total: scalars.sessions.length };
  }
}
