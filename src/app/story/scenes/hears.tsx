/** 6. How much of a layer's output an update changes: of old images, of new ones, and had it gone in random directions. */
import { useState } from 'react';
import type { MethodRun } from '../../../session/record';
import { percent, share as twoDigits } from '../../format';
import { lookOf } from '../../looks';
import { thresholdWords } from '../../charts/subspaces';
import { type StoryTexts, useStory } from '../../text/story';
import { defineScene } from '../define';
import { experimentWith, runOf, type Material } from '../material';
import { inside, Plot } from '../plot';
import type { PictureProps } from '../scene';
import { Scrub } from '../scrub';
import { shortName } from '../task-pictures';

const METHOD = 'inflora';
const OTHER = 'sequential-lora';
/** Powers of ten of a share that the axis spans. */
const [LEAST, MOST] = [-5.5, -0.5];
/** Width of the smoothing, in powers of ten. */
const SMOOTH = 0.2;

type Hump = 'random' | 'old' | 'fresh';

/** Of one update, over maps and old tasks: shares of the output. */
interface Update {
  readonly task: string;
  readonly threshold: number;
  readonly shares: Readonly<Record<Hump, readonly number[]>>;
}

interface Facts {
  readonly updates: readonly Update[];
  /** Of old features at the end, mean over old tasks. */
  readonly drift: { readonly here: number; readonly there: number };
  readonly record: Material['record'];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null && value > 0) as number[];
const said = (story: StoryTexts, value: number) => story.percent(twoDigits(value));
const driftOf = ({ results }: MethodRun) => mean((results.at(-1)?.drift ?? []).slice(0, -1));

function updatesOf(run: MethodRun, { stream }: Material['record']): Update[] {
  return run.results.flatMap(({ task, interference, subspaces }) =>
    task === 0 || interference === null
      ? []
      : {
          task: shortName(stream.tasks[task]?.name),
          threshold: subspaces?.threshold ?? Number.NaN,
          shares: {
            random: known(interference.maps.flatMap((map) => map.random)),
            old: known(interference.maps.flatMap((map) => map.old)),
            fresh: known(interference.maps.map((map) => map.new)),
          },
        },
  );
}

const shareOf = ({ updates: [first] }: Facts, hump: Hump): number => mean(first?.shares[hump] ?? []);

export const hears = defineScene<Facts>({
  id: 'hears',
  experiment: (material, { story }) => experimentWith(material, story.titles.hears, METHOD, OTHER),
  record: (material) => ({
    updates: updatesOf(runOf(material, METHOD), material.record),
    drift: { here: driftOf(runOf(material, METHOD)), there: driftOf(runOf(material, OTHER)) },
    record: material.record,
  }),
  cues: () => 2,
  predict: { kind: 'choice', options: 4 },
  options: ({ story }) => story.hears.options,
  ask: (facts, { story }) => story.hears.ask(said(story, shareOf(facts, 'random'))),
  reveal: (facts, stop, { story }) =>
    stop === 1
      ? story.hears.reveal(said(story, shareOf(facts, 'old')), said(story, shareOf(facts, 'fresh')), said(story, shareOf(facts, 'random')))
      : story.hears.drift(story.percent(percent(facts.drift.here, 0)), story.percent(percent(facts.drift.there, 0))),
  right: (facts) => {
    const [old, fresh] = (['old', 'fresh'] as const).map((hump) => shareOf(facts, hump) < shareOf(facts, 'random') / 2);
    return old === true ? (fresh === true ? 3 : 1) : fresh === true ? 2 : 0;
  },
  check: (facts) => ({
    'old outputs change a third or less of what random directions would': shareOf(facts, 'old') < shareOf(facts, 'random') / 3,
    'new outputs change about as much as by random directions': shareOf(facts, 'fresh') > shareOf(facts, 'random') / 2,
    'every update spares old outputs beside new ones': facts.updates.every(({ shares: { old, fresh } }) => mean(old) < mean(fresh) / 2),
    'old features drift a quarter or less of those of sequential LoRA': facts.drift.here < facts.drift.there / 4,
  }),
  Picture: Hears,
});

/** A smoothed histogram over powers of ten, its highest point 1. */
function density(values: readonly number[]): (readonly [number, number])[] {
  const logs = values.map((value) => Math.log10(value));
  const at = Array.from({ length: 101 }, (_, i) => LEAST + ((MOST - LEAST) * i) / 100);
  const heights = at.map((place) => mean(logs.map((log) => Math.exp(-(((place - log) / SMOOTH) ** 2) / 2))));
  const highest = Math.max(...heights);
  return at.map((place, i) => [place, (heights[i] ?? 0) / highest]);
}

function Hears({ facts: { updates, record }, stop }: PictureProps<Facts>) {
  const story = useStory();
  const words = story.hears;
  const [at, setAt] = useState(0);
  const update = updates[at];
  if (update === undefined) return null;
  const humps: readonly Hump[] = stop === 0 ? ['random'] : ['random', 'fresh', 'old'];
  const colours = { random: 'var(--ink-soft)', old: lookOf(record, METHOD).colour, fresh: 'var(--slot-2)' };
  return (
    <>
      <Plot
        label={words.picture}
        x={[LEAST, MOST]}
        y={[0, 1.45]}
        yTicks={[]}
        yName={words.axis}
        xName={words.across}
        xTicks={[-5, -4, -3, -2, -1].map((power) => ({
          at: power,
          label: said(story, 10 ** power),
          short: power % 2 === 0 ? said(story, 10 ** power) : '',
        }))}
      >
        {(scale) =>
          humps.map((hump, i) => {
            const { x, y, bottom, em } = scale;
            const points = density(update.shares[hump]);
            const top = points.reduce((highest, point) => (point[1] > highest[1] ? point : highest));
            const d = points.map(([place, height]) => `${x(place).toFixed(1)} ${y(height).toFixed(1)}`).join('L');
            return (
              <g key={hump} style={{ color: colours[hump] }}>
                <path className="hump" data-look={hump} d={`M${x(LEAST)} ${bottom}L${d}L${x(MOST)} ${bottom}Z`} />
                <text
                  className="plot-name"
                  x={inside(x(top[0]), words.humps[hump], scale)}
                  y={y(1) - em * (0.5 + 1.4 * i)}
                  textAnchor="middle"
                  fill="currentColor"
                >
                  {words.humps[hump]}
                </text>
              </g>
            );
          })
        }
      </Plot>
      {stop > 0 && (
        <Scrub
          {...{ label: words.threshold, least: 0, most: updates.length - 1, value: at, onChange: setAt }}
          said={words.update(
            update.task,
            thresholdWords(update.threshold),
            said(story, mean(update.shares.old)),
            said(story, mean(update.shares.fresh)),
          )}
        />
      )}
    </>
  );
}
