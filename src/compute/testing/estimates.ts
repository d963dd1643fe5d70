/** What was foretold of time and memory beside what a device then takes. */
import type { VitConfig } from '../../vit/config';
import type { Calibration } from '../calibration';
import { programTime } from '../plan/cost';
import { PlanDevice } from '../plan/device';
import type { Executor } from '../plan/executor';
import { plannedTraining, planMemory } from '../plan/memory';
import { adaptersOf, promptsOf, trainSpec } from '../plan/planned';
import { picked, promptName, type PlannedPrompts } from '../prompts';
import { imagesOfStep, type PlannedModel } from '../trainables';
import { tinyBatch, tinyCheckpoint, vit } from './fixtures';

export interface EstimatedShape {
  readonly name: string;
  readonly config: VitConfig;
  readonly batch: number;
  readonly model: PlannedModel;
}

export interface Compared {
  readonly name: string;
  /** Milliseconds of a step, and bytes at their peak. */
  readonly time: { readonly estimated: number; readonly found: number };
  readonly memory: { readonly estimated: number; readonly found: number };
}

const classifier = { from: 0, to: 10 };
export const LORA: PlannedModel = {
  trainables: { backbone: 'none', adapters: 'up', classifier },
  adapters: { targets: ['k', 'v'], rank: 8 },
};
export const FULL: PlannedModel = { trainables: { backbone: 'all', adapters: 'none', classifier }, adapters: null };
/** As DER++ and LwF. */
const REPLAY: PlannedModel = { ...FULL, replay: { draws: 2, drawn: null } };
const TEACHER: PlannedModel = { ...FULL, teacher: true };

const prompting = (prompts: readonly PlannedPrompts[]): PlannedModel => ({
  ...{ trainables: { backbone: 'none', adapters: 'none', prompts: true, classifier }, adapters: null, prompts },
});
const L2P = prompting([{ place: 'tokens', size: 10, length: 5, slots: 5 }]);
const CODA = prompting([0, 1, 2, 3, 4].map((block) => ({ place: { block }, size: 100, length: 8, slots: 1 })));

export const SMALLEST: EstimatedShape = {
  ...{ name: '128 x 6, 4 heads, 17 tokens, batch 32, LoRA', config: vit(128, 6, 4, 32, 8), batch: 32, model: LORA },
};
export const SHAPES: readonly EstimatedShape[] = [
  SMALLEST,
  { name: '128 x 6, 4 heads, 17 tokens, batch 32, all weights', config: vit(128, 6, 4, 32, 8), batch: 32, model: FULL },
  { name: '128 x 6, 4 heads, 17 tokens, batch 32, all weights, two draws', config: vit(128, 6, 4, 32, 8), batch: 32, model: REPLAY },
  { name: '128 x 6, 4 heads, 17 tokens, batch 32, all weights, a teacher', config: vit(128, 6, 4, 32, 8), batch: 32, model: TEACHER },
  { name: 'N: 96 x 6, 3 heads, 65 tokens, batch 32, LoRA', config: vit(96, 6, 3, 64, 8), batch: 32, model: LORA },
  { name: '128 x 6, 4 heads, 17 tokens, batch 32, prompts as tokens', config: vit(128, 6, 4, 32, 8), batch: 32, model: L2P },
  { name: '128 x 6, 4 heads, 17 tokens, batch 32, prompts before keys and values', config: vit(128, 6, 4, 32, 8), batch: 32, model: CODA },
  { name: 'DeiT-Ti at 112, batch 8, LoRA', config: vit(192, 12, 3, 112, 16), batch: 8, model: LORA },
  { name: 'DeiT-Ti at 224, batch 8, LoRA', config: vit(192, 12, 3, 224, 16), batch: 8, model: LORA },
  { name: 'ViT-S at 224, batch 4, LoRA', config: vit(384, 12, 6, 224, 16), batch: 4, model: LORA },
];

export interface OpenExecutor {
  readonly executor: Executor;
  /** All that it holds now. */
  readonly bytes: () => number;
}

/** Trains for some steps on an executor of its own, which is disposed; the median of `rounds` rounds. */
export async function compareEstimate(
  open: () => Promise<OpenExecutor>,
  { name, config, batch, model }: EstimatedShape,
  calibration: Calibration,
  rounds = 5,
): Promise<Compared> {
  const { executor, bytes } = await open();
  const device = new PlanDevice(executor);
  try {
    const untouched = await device.load(tinyCheckpoint(config));
    const own = await untouched.fork();
    const count = imagesOfStep(model, batch, batch);
    const prompts = promptsOf(config, model.prompts ?? []);
    const mix = new Map(prompts.map(({ place, size, slots }) => [promptName(place), picked(new Int32Array(count * slots), size)]));
    const images = { ...tinyBatch(config, count, 1, classifier), mix };
    own.attach(adaptersOf(config, model.adapters));
    own.prompt(prompts);
    await own.features(images);
    await own.features(images, mix);
    const moments = own.secondMoments();
    await moments.add(images);
    moments.dispose();
    const trainer = own.train(trainSpec(config, model.trainables, count));
    const times: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const since = performance.now();
      await trainer.step(images, { backbone: 1e-4, classifier: 1e-4 });
      await trainer.losses();
      if (round >= 0) times.push(performance.now() - since);
    }
    trainer.dispose();
    // Of what it was before the second task.
    const teacher = model.teacher ? await own.fork() : null;
    await teacher?.features(images);
    if (model.adapters || teacher) {
      // From the second task on, merged weights of its own lie beside the untouched ones while it trains: the peak.
      own.merge();
      own.attach(adaptersOf(config, model.adapters));
      const next = own.train(trainSpec(config, model.trainables, count));
      await next.step(images, { backbone: 1e-4, classifier: 1e-4 });
      await next.losses();
      next.dispose();
    }
    await own.features(images);
    times.sort((a, b) => a - b);
    return {
      name,
      time: { estimated: programTime(plannedTraining(config, count, model), count, calibration), found: times[times.length >> 1] ?? NaN },
      memory: { estimated: planMemory(config, batch, [model], executor.info), found: bytes() },
    };
  } finally {
    device.dispose();
  }
}

export function estimateTable(title: string, rows: readonly Compared[]): string {
  const share = ({ estimated, found }: Compared['time']) => `${(estimated / found).toFixed(2)} of what it took`;
  const lines = rows.map(({ name, time, memory }) => {
    const [t, m] = [time, memory];
    return (
      `${name}: ${t.estimated.toFixed(1)} ms foretold, ${t.found.toFixed(1)} ms found (${share(t)}); ` +
      `${(m.estimated / 1e6).toFixed(0)} MB foretold, ${(m.found / 1e6).toFixed(0)} MB found (${share(m)})`
    );
  });
  return [title, ...lines].join('\n');
}

/** |estimated / found − 1| of the memory of the row that is farthest off; time is for the bench (`--own estimates`). */
export const worstError = (rows: readonly Compared[]): number =>
  Math.max(...rows.map(({ memory }) => Math.abs(memory.estimated / memory.found - 1)));
