/** 3. The same network and adapters, the same images: one task after the other, and mixed. */
import { useState } from 'react';
import { lookOf } from '../../looks';
import { useStory } from '../../text/story';
import { defineScene } from '../define';
import { experimentWith, finalOf, matrixOf, runOf } from '../material';
import { Plot } from '../plot';
import { said } from '../said';
import type { PictureProps } from '../scene';
import { Switch } from '../scrub';
import { shortName } from '../task-pictures';

const SEQUENCE = 'sequential-lora';
const MIXED = 'joint';
type Order = 'sequence' | 'mixed';

interface Facts {
  readonly tasks: readonly string[];
  /** Accuracy on each task at the end, and their average. */
  readonly ends: Readonly<Record<Order, readonly number[]>>;
  readonly averages: Readonly<Record<Order, number>>;
  readonly colours: Readonly<Record<Order, string>>;
}

export const capacity = defineScene<Facts>({
  id: 'capacity',
  experiment: (material, { story }) => experimentWith(material, story.titles.capacity, SEQUENCE, MIXED),
  record(material) {
    const [sequence, mixed] = [runOf(material, SEQUENCE), runOf(material, MIXED)];
    return {
      tasks: material.record.stream.tasks.map(({ name }) => shortName(name)),
      ends: { sequence: matrixOf(sequence).at(-1) ?? [], mixed: matrixOf(mixed).at(-1) ?? [] },
      averages: { sequence: finalOf(sequence), mixed: finalOf(mixed) },
      colours: { sequence: lookOf(material.record, SEQUENCE).colour, mixed: lookOf(material.record, MIXED).colour },
    };
  },
  cues: () => 1,
  predict: { kind: 'choice', options: 3 },
  options: ({ story }) => story.capacity.options,
  ask: ({ averages: { sequence } }, { story }) => story.capacity.ask(said(story, sequence)),
  reveal: ({ averages: { sequence, mixed } }, _stop, { story }) => story.capacity.reveal(said(story, sequence), said(story, mixed)),
  right: ({ averages: { sequence, mixed } }) => (mixed > 0.8 ? 2 : mixed > sequence + 0.1 ? 1 : 0),
  check: ({ averages: { sequence, mixed }, ends }) => ({
    'mixed, the same network holds all tasks': Math.min(...ends.mixed) > 0.8,
    'in sequence it ends below half of that': sequence < mixed / 2,
  }),
  Picture: Capacity,
});

function Capacity({ facts: { tasks, ends, averages, colours }, stop }: PictureProps<Facts>) {
  const story = useStory();
  const words = story.capacity;
  const [chosen, choose] = useState<Order>('mixed');
  const order = stop === 0 ? 'sequence' : chosen;
  return (
    <>
      {stop > 0 && (
        <Switch
          label={words.switch}
          options={(['sequence', 'mixed'] as const).map((id) => ({ id, words: words.orders[id] }))}
          value={order}
          onChange={choose}
        />
      )}
      <Plot
        label={words.picture(words.orders[order])}
        colour={colours[order]}
        x={[-0.5, tasks.length - 0.5]}
        yName={story.accuracy}
        xTicks={tasks.map((task, at) => ({ at, label: `${at + 1}. ${task}`, short: String(at + 1) }))}
      >
        {({ x, y, left, right, bottom, em }) => {
          const half = Math.min(em * 3, (x(1) - x(0)) * 0.32);
          return (
            <>
              {ends[order].map((share, task) => (
                <g key={`${order} ${task}`}>
                  <rect className="bar" x={x(task) - half} width={2 * half} y={y(share)} height={bottom - y(share)} />
                  <text className="plot-value" data-narrow={half < em * 2} x={x(task)} y={y(share) - em * 0.4} textAnchor="middle">
                    {said(story, share)}
                  </text>
                </g>
              ))}
              <line className="mean-line" x1={left} x2={right} y1={y(averages[order])} y2={y(averages[order])} />
            </>
          );
        }}
      </Plot>
    </>
  );
}
