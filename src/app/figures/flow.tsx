/** Keys and notes around a drawing: items beside one another, in as many lines as they need. */
import type { ReactElement } from 'react';
import { lookOf } from '../looks';
import { methodIn } from '../names';
import type { ChartProps } from './chart';
import { MarkerShape } from './marker-shape';
import { textWidth, wrapped } from './text-width';

const LINE = 20;
const GAP = 10;
const SIZE = 13;
const MARK = 26;
/** How much wider than `textWidth` a long line is in the widest of the usual fonts (DejaVu Sans, on many a Linux). */
const WIDEST = 1.05;

/** A part of a drawing whose height is known before it is placed. */
export interface Piece {
  readonly height: number;
  /** With its upper edge at `y`. */
  readonly at: (y: number) => ReactElement;
}

interface Item {
  readonly key: string;
  readonly width: number;
  readonly lines: number;
  readonly draw: () => ReactElement;
}

function flow(items: readonly Item[], width: number): Piece {
  const places: { readonly item: Item; readonly x: number; readonly y: number }[] = [];
  let [x, y, below] = [0, 0, 0];
  for (const item of items) {
    if (x > 0 && x + item.width > width) [x, y] = [0, below];
    places.push({ item, x, y });
    x += item.width + GAP;
    below = Math.max(below, y + item.lines * LINE);
  }
  return {
    height: below,
    at: (top) => (
      <g transform={`translate(0 ${top})`} fontSize={SIZE}>
        {places.map(({ item, x: left, y: line }) => (
          <g key={item.key} transform={`translate(${left} ${line})`}>
            {item.draw()}
          </g>
        ))}
      </g>
    ),
  };
}

const note = (words: string, width: number, id?: string): Item => {
  const lines = wrapped(words, width / WIDEST, SIZE);
  return {
    key: id ?? words,
    width: WIDEST * Math.max(...lines.map((line) => textWidth(line, SIZE))),
    lines: lines.length,
    draw: () => (
      <text fill="var(--ink-soft)" data-testid={id}>
        {lines.map((line, i) => (
          <tspan key={i} x={0} y={14 + LINE * i}>
            {line}
            {i + 1 < lines.length ? ' ' : ''}
          </tspan>
        ))}
      </text>
    ),
  };
};

/** A method's line, mark and short name, in its colour; `narrow`: without the line. */
export function tag({ record, words }: Pick<ChartProps, 'record' | 'words'>, id: string): Item {
  const { colour, dash, marker, reference } = lookOf(record, id);
  const { short } = methodIn(words, record, id);
  return {
    key: id,
    width: MARK + 6 + textWidth(short, SIZE, 600),
    lines: 1,
    draw: () => (
      <>
        <line
          x1={1}
          x2={MARK - 1}
          y1={LINE / 2}
          y2={LINE / 2}
          stroke={colour}
          strokeWidth={reference ? 1.25 : 2.25}
          strokeDasharray={dash}
        />
        <MarkerShape marker={marker} x={MARK / 2} y={LINE / 2} colour={colour} />
        <text x={MARK + 6} y={14} fontWeight={600} fill={colour}>
          {short}
        </text>
      </>
    ),
  };
}

/** What belongs to a drawing besides its marks; an id is for those who look it up. */
export type Note = string | { readonly id: string; readonly words: string };

/** The methods' marks, then notes. */
export function keyOf(props: ChartProps, ids: readonly string[], notes: readonly Note[] = []): Piece {
  const { width, bare } = props.view;
  if (bare) return flow([], width);
  return flow(
    [
      ...ids.map((id) => tag(props, id)),
      ...notes.map((each) => (typeof each === 'string' ? note(each, width) : note(each.words, width, each.id))),
    ],
    width,
  );
}
