/** 8. All methods over the seeds, each at its own best rate and all at one, with what each keeps of the past. */
import { useState } from 'react';
import { OWN } from '../../../session/read-by';
import { meanAndDeviation } from '../../../session/text-table';
import { findDefinition } from '../../../continual/registry';
import { keptInShort } from '../../charts/kept';
import { percent } from '../../format';
import { lookOf } from '../../looks';
import { type StoryTexts, useStory } from '../../text/story';
import { defineScene } from '../define';
import { experimentWith, runOf, type Material } from '../material';
import { Ranking } from '../ranking';
import { said } from '../said';
import type { PictureProps } from '../scene';
import { Switch } from '../scrub';
import { useText, type Texts } from '../../text';
import { methodIn } from '../../names';

/** In the order in which they are to be ranked; what a code's numbers mean. */
export const RANKED = ['full-fine-tuning', 'sequential-lora', 'inflora', 'joint', 'frozen', 'ranpac'] as const;
type Id = (typeof RANKED)[number];
type Rates = 'best' | 'shared';
/** All features read alike; RanPAC is a way of reading. */
const readingFor = (id: Id): string => (id === 'ranpac' ? OWN : 'ridge');

interface Row {
  readonly id: Id;
  readonly mean: number;
  readonly deviation: number | null;
  /** At the rate that all share; null: trains nothing, or not run. */
  readonly shared: { readonly mean: number; readonly deviation: number | null } | null;
}

interface Facts {
  /** Best first. */
  readonly rows: readonly Row[];
  readonly seeds: number;
  readonly sharedSeeds: number;
  readonly material: Material;
}

const row = ({ rows }: Facts, id: Id): Row =>
  rows.find((each) => each.id === id) ?? { id, mean: Number.NaN, deviation: null, shared: null };
const hasShared = ({ rows }: Facts) => rows.some(({ shared }) => shared !== null);

export const wins = defineScene<Facts>({
  id: 'wins',
  experiment: (material, { story }) => experimentWith(material, story.titles.wins, ...RANKED),
  record(material) {
    const { rates, seeds } = material.seeds;
    const over = (choice: Rates, id: Id) => meanAndDeviation(rates[choice]?.[id]?.[readingFor(id)] ?? []);
    const rows = RANKED.map((id) => ({ id, ...(over('best', id) ?? { mean: Number.NaN, deviation: null }), shared: over('shared', id) }));
    return {
      rows: rows.toSorted((a, b) => b.mean - a.mean),
      seeds: seeds.length,
      sharedSeeds: rates.shared?.['inflora']?.['ridge']?.length ?? 0,
      material,
    };
  },
  cues: (facts) => RANKED.length + (hasShared(facts) ? 1 : 0),
  predict: { kind: 'rank', of: RANKED.length },
  ask: ({ seeds }, { story }) => story.wins.ask(seeds),
  reveal(facts, stop, { story, text }) {
    const name = (id: string) => methodIn(text, facts.material.record, id).name;
    if (stop > RANKED.length) return story.wins.shared(...sharedWords(story, facts));
    if (stop === RANKED.length) {
      const [winner, tuning, joint] = [row(facts, 'inflora'), row(facts, 'full-fine-tuning'), row(facts, 'joint')];
      return story.wins.reveal(
        said(story, winner.mean),
        String(Math.round(100 * winner.mean) - Math.round(100 * tuning.mean)),
        said(story, joint.mean),
        facts.seeds,
      );
    }
    const shown = facts.rows[RANKED.length - stop];
    return shown === undefined ? '' : story.wins.place(RANKED.length - stop + 1, name(shown.id), said(story, shown.mean));
  },
  check: (facts) => ({
    'every method was run over every seed': facts.rows.every(({ mean }) => Number.isFinite(mean)) && facts.seeds > 0,
    'joint training with all images comes first': facts.rows[0]?.id === 'joint',
    'InfLoRA comes next': facts.rows[1]?.id === 'inflora',
    'by more than the spread of both':
      row(facts, 'inflora').mean - (row(facts, 'inflora').deviation ?? 0) >
      row(facts, 'full-fine-tuning').mean + (row(facts, 'full-fine-tuning').deviation ?? 0),
    'at one rate for all InfLoRA still leads those in sequence':
      !hasShared(facts) ||
      (row(facts, 'inflora').shared?.mean ?? 0) >
        Math.max(row(facts, 'full-fine-tuning').shared?.mean ?? 1, row(facts, 'sequential-lora').shared?.mean ?? 1),
  }),
  Picture: Wins,
});

function sharedWords(story: StoryTexts, facts: Facts): readonly [string, string, string, number] {
  const at = (id: Id) => said(story, row(facts, id).shared?.mean ?? Number.NaN);
  return [at('inflora'), at('sequential-lora'), at('full-fine-tuning'), facts.sharedSeeds];
}

function keeps(story: StoryTexts, text: Texts, material: Material, id: Id): string {
  const words = story.wins;
  if (findDefinition(id)?.trainsOn === 'all') return words.allImages;
  return keptInShort(text, runOf(material, id).results.at(-1)?.kept ?? []);
}

function Wins({ facts, stop, answer, onAnswer, others }: PictureProps<Facts>) {
  const story = useStory();
  const words = story.wins;
  const text = useText();
  const { rows, material } = facts;
  const [chosen, choose] = useState<Rates | null>(null);
  const rates = chosen ?? (stop > RANKED.length ? 'shared' : 'best');
  const name = (id: string) => methodIn(text, material.record, id).name;
  if (stop === 0) {
    const order = answer ?? RANKED.map((_, i) => i);
    return <Ranking label={words.rank} names={RANKED.map(name)} order={order} onOrder={onAnswer} />;
  }
  return (
    <>
      {stop > RANKED.length && (
        <Switch
          label={words.switch}
          options={(['best', 'shared'] as const).map((id) => ({ id, words: words.rates[id] }))}
          value={rates}
          onChange={choose}
        />
      )}
      <ol className="winners">
        {rows.map((each, i) => {
          const shown = rates === 'best' ? each : each.shared;
          const open = i >= RANKED.length - stop;
          const index = RANKED.indexOf(each.id);
          const places = others.map((order) => order.indexOf(index));
          return (
            <li key={each.id} data-open={open} style={{ color: lookOf(material.record, each.id).colour }}>
              <b className="winner-name">{open ? name(each.id) : ''}</b>
              <span className="winner-track">
                {open && shown !== null && (
                  <>
                    <i className="winner-bar" style={{ width: `${100 * shown.mean}%` }} />
                    {shown.deviation !== null && (
                      <i
                        className="winner-spread"
                        style={{ left: `${100 * (shown.mean - shown.deviation)}%`, width: `${200 * shown.deviation}%` }}
                      />
                    )}
                  </>
                )}
              </span>
              <b className="winner-value">
                {open ? (shown === null ? words.noRate : words.value(percent(shown.mean, 0), shown.deviation)) : ''}
              </b>
              <span className="winner-keeps">{open ? keeps(story, text, material, each.id) : ''}</span>
              <span className="winner-yours">
                {open && answer !== null && words.yours(answer.indexOf(index) + 1)}
                {open && <PlaceDots places={places} of={RANKED.length} />}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** Where a class placed a method: first on the left. */
function PlaceDots({ places, of }: { readonly places: readonly number[]; readonly of: number }) {
  const words = useStory().wins;
  if (places.length === 0) return null;
  const counts = Array.from({ length: of }, (_, place) => places.filter((each) => each === place).length);
  return (
    <span className="place-dots" role="img" aria-label={words.placed(counts)}>
      {counts.map((count, place) => (
        <i key={place} style={{ height: `${(100 * count) / places.length}%` }} />
      ))}
    </span>
  );
}
