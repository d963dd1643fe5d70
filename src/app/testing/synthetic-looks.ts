/** Made-up looks inside, for tests: old tokens along one direction, new ones along that and a free one. */
import { LOUDNESS } from '../../continual/loudness';
import type { MethodDefinition, MethodPlan } from '../../continual/definition';
import { seeded } from '../../compute/testing/random';
import type { InsideRecord, TaskResult } from '../../session/record';

const DIM = 128;
const SHOWN = 40;

/** A hump around a power of ten. */
function hump(power: number): { counts: number[]; median: number } {
  const { from, to, bins } = LOUDNESS;
  const at = ((power - from) / (to - from)) * bins;
  return { counts: Array.from({ length: bins }, (_, i) => Math.round(80 * Math.exp(-(((i + 0.5 - at) / 2) ** 2)))), median: 10 ** power };
}

export function syntheticLooks(
  { plan, trainsOn }: { plan: MethodPlan | null; trainsOn: MethodDefinition['trainsOn'] },
  tasks: number,
): InsideRecord[] {
  const changes = plan !== null && (plan.trainables.backbone === 'all' || plan.adapters !== null);
  if (!changes || trainsOn !== 'task') return [];
  const random = seeded(7);
  const spread = (wide: number, high: number) => ({
    share: 0.4 + 0.3 * wide,
    form: [wide ** 2, 0, high ** 2] as [number, number, number],
    places: Array.from({ length: 2 * SHOWN }, (_, i) => Math.round(100 * (i % 2 === 0 ? wide : high) * (2 * random() - 1))),
  });
  return Array.from({ length: tasks }, (_, task): InsideRecord => {
    const fresh = spread(0.6, 0.7);
    const [before, after] = [task * 18, (task + 1) * 18];
    return {
      ...{ task, block: 1, map: 'v', gather: { unit: 0.05, old: task === 0 ? null : spread(0.95, 0.06), fresh } },
      ...(plan.subspaces && {
        design: {
          free: fresh.places.map((value, i) => (i % 2 === 0 ? Math.round(0.02 * value) : value)),
          held: task === 0 ? null : ([0.99, 0.01, 0.02] as [number, number, number]),
          rows: [0.01, 0.96, 0, 0.2],
          energy: { old: task === 0 ? null : { memory: 0.97, b: 0.004 }, fresh: { memory: task === 0 ? 0 : 0.61, b: 0.27 } },
        },
        consolidate: { held: [0.99, 0, 0.94] as [number, number, number], before, after, of: DIM, threshold: 0.9995 },
      }),
      train: {
        hears: plan.subspaces ? [0.05, 0.02, 14] : [9, 3, 12],
        size: 0.03,
        loudness: {
          ...{ old: task === 0 ? null : hump(plan.subspaces ? -2.6 : -1.2), fresh: hump(-1) },
          random: task === 0 ? null : hump(-1.7),
        },
      },
    };
  });
}

/** Classes of the first task on a circle, later ones nearer to its middle; the less a method protects them, the further they are carried. */
export function syntheticMeans(decay: number, task: number, classes: number): NonNullable<TaskResult['means']> {
  const places = Array.from({ length: task + 1 }, (_, of) =>
    Array.from({ length: classes }, (__, c) => {
      const angle = (2 * Math.PI * (c + 0.4 * of)) / classes;
      const away = 1 - decay ** (task - of);
      const radius = (4 - 0.6 * of) * (1 - 0.7 * away);
      return [radius * Math.cos(angle + away) + 3 * away, radius * Math.sin(angle + away) + away];
    }).flat(),
  );
  return { fixed: 0.62, now: 0.62 - 0.08 * task, places };
}

/** What a method with such a plan would know of itself, with figures that are made up. */
export function syntheticKnown(plan: MethodPlan | null, task: number): Pick<TaskResult, 'knows'> {
  const rows = <T>(count: number, of: (row: number) => T): T[] => Array.from({ length: count }, (_, row) => of(row));
  const values = (what: string, table: number[][], columns?: string[]) => ({ knows: { what, ...(columns && { columns }), values: table } });
  if (plan?.keeps.includes('importances')) {
    const maps = ['qkv', 'proj', 'fc1', 'fc2'];
    const weights = rows(6, (block) => maps.map((_, map) => (block + 1) * (4 - map)));
    return values(
      'importances',
      weights.map((row) => row.map((weight) => weight / 210)),
      maps,
    );
  }
  if (plan?.keeps.includes('prompts')) {
    return values(
      'picks',
      rows(task + 1, (of) => rows(10, (prompt) => (Math.floor(prompt / 2) === of ? 1 : 0.375))),
    );
  }
  if (plan?.keeps.includes('images')) {
    return values(
      'exemplars',
      rows(task + 1, () => rows(Math.floor(20 / (task + 1)), (i) => 3 * i)),
    );
  }
  return plan?.accumulates ? values('magnitudes', [rows(task + 1, (of) => 0.8 - 0.05 * (task - of))]) : {};
}
