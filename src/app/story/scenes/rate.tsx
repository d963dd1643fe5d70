/** 5. Learned against kept, a dot for each learning rate that was searched. */
import { useState } from 'react';
import type { LearnedKept } from '../../../session/rate-sweep';
import { lookOf } from '../../looks';
import { useStory } from '../../text/story';
import { defineScene } from '../define';
import { experimentWith, type Material } from '../material';
import { Handle, inside, Plot, type Scale } from '../plot';
import { said } from '../said';
import type { PictureProps } from '../scene';
import { Scrub } from '../scrub';
import { useText } from '../../text';
import { methodIn } from '../../names';

const READING = 'ridge';
/** The one whose dot is to be placed first. */
const METHODS = ['sequential-lora', 'full-fine-tuning', 'inflora'] as const;
const [ASKED, , WINNER] = METHODS;

interface Dot extends LearnedKept {
  readonly rate: number;
  readonly chosen: boolean;
}

interface Facts {
  /** By method, from small rates to large. */
  readonly dots: Readonly<Record<(typeof METHODS)[number], readonly Dot[]>>;
  readonly record: Material['record'];
}

function dotsOf({ rates }: Material, method: string): Dot[] {
  return rates.points
    .flatMap(({ method: id, learningRate, chosen, readings: { [READING]: point } }) =>
      id === method && point !== undefined ? [{ rate: learningRate, chosen, ...point }] : [],
    )
    .sort((a, b) => a.rate - b.rate);
}

const none: Dot = { rate: Number.NaN, chosen: false, learned: Number.NaN, kept: Number.NaN, final: Number.NaN };
const bestOf = (dots: readonly Dot[]): Dot => dots.find(({ chosen }) => chosen) ?? none;
/** The largest rate: where the search began. */
const startOf = (dots: readonly Dot[]): Dot => dots.at(-1) ?? none;

export const rate = defineScene<Facts>({
  id: 'rate',
  experiment: (material, { story }) => experimentWith(material, story.titles.rate, ...METHODS),
  record: (material) => ({
    dots: {
      'sequential-lora': dotsOf(material, 'sequential-lora'),
      'full-fine-tuning': dotsOf(material, 'full-fine-tuning'),
      inflora: dotsOf(material, 'inflora'),
    },
    record: material.record,
  }),
  cues: () => 2,
  predict: { kind: 'point' },
  ask({ dots: { [ASKED]: dots } }, { story }) {
    const { rate: start, learned, kept } = startOf(dots);
    return story.rate.ask(String(start), said(story, learned), said(story, kept));
  },
  reveal({ dots }, stop, { story }) {
    const [best, winner] = [bestOf(dots[ASKED]), bestOf(dots[WINNER])];
    if (stop === 1) return story.rate.best(String(best.rate), said(story, best.learned), said(story, best.kept), said(story, best.final));
    const others = Math.max(...METHODS.filter((id) => id !== WINNER).flatMap((id) => dots[id].map(({ final }) => final)));
    return story.rate.reveal(said(story, winner.learned), said(story, winner.kept), said(story, winner.final), said(story, others));
  },
  check({ dots }) {
    const ends = (id: (typeof METHODS)[number]) => dots[id].map(({ final }) => final);
    return {
      'as many rates were searched for each': new Set(METHODS.map((id) => dots[id].length)).size === 1 && dots[ASKED].length > 2,
      'smaller steps keep more': METHODS.slice(0, 2).every((id) => (dots[id][0]?.kept ?? 0) > (dots[id].at(-1)?.kept ?? 1)),
      'no rate takes another method to where InfLoRA ends at its worst':
        Math.max(...ends(ASKED), ...ends('full-fine-tuning')) < Math.min(...ends(WINNER)),
    };
  },
  Picture: Rate,
});

/** Both axes begin at the same quarter, so that dots are as far apart as can be. */
const leastOf = ({ dots }: Facts): number =>
  Math.floor(4 * Math.min(...METHODS.flatMap((id) => dots[id].flatMap(({ learned, kept }) => [learned, kept])))) / 4;

/** Points of equal product, from edge to edge. */
const level = (final: number, least: number, { x, y }: Scale) =>
  `M${Array.from({ length: 30 }, (_, i) => Math.max(least, final) + ((Math.min(1, final / least) - Math.max(least, final)) * i) / 29)
    .map((learned) => `${x(learned).toFixed(1)} ${y(final / learned).toFixed(1)}`)
    .join('L')}`;

const ticks = (least: number) =>
  Array.from({ length: Math.round((1 - least) * 10) + 1 }, (_, i) => least + i / 10).map((at) => ({
    at,
    label: String(Math.round(100 * at)),
  }));

function Rate({ facts, stop, answer, onAnswer, others }: PictureProps<Facts>) {
  const story = useStory();
  const words = story.rate;
  const text = useText();
  const { dots, record } = facts;
  const least = leastOf(facts);
  const shown = stop === 0 ? [] : stop === 1 ? [ASKED] : METHODS;
  const searched = dots[ASKED];
  const [chosen, choose] = useState(searched.findIndex((dot) => dot.chosen));
  const start = startOf(searched);
  const [across = start.learned, up = start.kept] = answer ?? [];
  const within = (value: number) => Math.min(1, Math.max(least, value));
  const colour = lookOf(record, ASKED).colour;
  return (
    <>
      <Plot
        label={words.picture}
        x={[least, 1]}
        y={[least, 1]}
        yTicks={ticks(least)}
        yName={words.kept}
        xName={words.learned}
        xTicks={ticks(least)}
        onDraw={stop === 0 ? (x, y) => onAnswer([x, y]) : undefined}
      >
        {(scale) => (
          <>
            {[0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
              .filter((final) => final > least * least)
              .map((final, i, { length }) => (
                <g key={final}>
                  <path className="level" d={level(final, least, scale)} />
                  <text
                    className="plot-soft"
                    x={scale.x(Math.min(1, final / least)) - scale.em * 0.3}
                    y={scale.y(Math.max(least, final)) - scale.em * 0.4}
                    textAnchor="end"
                  >
                    {i === length - 1 ? words.atEnd(said(story, final)) : said(story, final)}
                  </text>
                </g>
              ))}
            {stop > 0 &&
              others.map(([x = 0, y = 0], i) => (
                <circle key={i} className="class-dot" cx={scale.x(x)} cy={scale.y(y)} r={scale.em * 0.3} />
              ))}
            {shown.map((id) => (
              <g key={id} style={{ color: lookOf(record, id).colour }}>
                <polyline className="rates" points={dots[id].map((dot) => `${scale.x(dot.learned)},${scale.y(dot.kept)}`).join(' ')} />
                {dots[id].map((dot) => (
                  <circle
                    key={dot.rate}
                    cx={scale.x(dot.learned)}
                    cy={scale.y(dot.kept)}
                    r={scale.em * (dot.chosen ? 0.65 : 0.4)}
                    fill="currentColor"
                  />
                ))}
                <text
                  className="plot-name"
                  x={inside(scale.x(bestOf(dots[id]).learned) + scale.em * 4, methodIn(text, record, id).short, scale)}
                  y={scale.y(bestOf(dots[id]).kept) - scale.em}
                  textAnchor="middle"
                  fill="currentColor"
                >
                  {methodIn(text, record, id).short}
                </text>
              </g>
            ))}
            {stop === 1 && searched[chosen] !== undefined && (
              <circle
                className="ring"
                cx={scale.x(searched[chosen].learned)}
                cy={scale.y(searched[chosen].kept)}
                r={scale.em * 1.1}
                stroke={colour}
              />
            )}
            {stop === 0 && (
              <>
                <circle cx={scale.x(start.learned)} cy={scale.y(start.kept)} r={scale.em * 0.65} fill={colour} />
                <text
                  className="plot-name"
                  x={scale.x(start.learned) - scale.em}
                  y={scale.y(start.kept) + scale.em * 1.5}
                  textAnchor="end"
                  fill={colour}
                >
                  {words.atRate(methodIn(text, record, ASKED).short, String(start.rate))}
                </text>
              </>
            )}
            {(stop === 0 || answer !== null) && (
              <g className="prediction">
                {answer !== null && stop > 0 && (
                  <path d={`M${scale.x(across)} ${scale.y(up)}L${scale.x(bestOf(searched).learned)} ${scale.y(bestOf(searched).kept)}`} />
                )}
                {stop === 0 ? (
                  <Handle
                    {...{ x: scale.x(across), y: scale.y(up), em: scale.em, label: words.handle, value: across }}
                    said={words.place(said(story, across), said(story, up))}
                    freely
                    onMove={(right, higher) => onAnswer([within(across + right), within(up + higher)])}
                  />
                ) : (
                  <circle className="plot-handle" cx={scale.x(across)} cy={scale.y(up)} r={scale.em * 0.5} />
                )}
              </g>
            )}
          </>
        )}
      </Plot>
      {stop === 1 && (
        <Scrub
          {...{ label: words.drag, least: 0, most: searched.length - 1, value: chosen, onChange: choose }}
          said={words.there(
            String((searched[chosen] ?? none).rate),
            said(story, (searched[chosen] ?? none).learned),
            said(story, (searched[chosen] ?? none).kept),
          )}
        />
      )}
    </>
  );
}
