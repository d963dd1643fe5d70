/** A chart as one file: under its title and the run that it is of, on the surface's colour, every colour written out. */
import type { ReactElement } from 'react';
import { BUILD, buildWords } from '../../common/build';
import { runNamed } from '../names';
import { drawn, sized, type Chart, type ChartProps } from './chart';
import { wrapped } from './text-width';

const PADDING = 16;
const SIZE = { title: 16, run: 13, made: 9 };
/** From one line of the run's name to the next, and of the title. */
const LINE = 18;
const TITLE = 20;
/** Metric-compatible fonts of all systems come first: texts are laid out by Helvetica's widths. */
const FONT = 'Helvetica, Arial, "Liberation Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

export interface FigureSize {
  readonly width: number;
  readonly height: number;
}

interface FigureParts extends FigureSize {
  readonly element: ReactElement;
}

/** The view has the size of the drawing alone. `made`: what it was made with, in small letters. */
export function figureOf(chart: Chart, props: ChartProps, made = `InfLoRA Playground ${buildWords(BUILD)}`): FigureParts {
  const { view, words, record } = sized(chart, props);
  // Bold letters are wider than the regular ones that lines are broken by.
  const title = wrapped(chart.title(props), view.width / 1.12, SIZE.title);
  const run = wrapped(runNamed(words, record), view.width, SIZE.run);
  const below = PADDING + TITLE * title.length;
  const above = below + LINE * run.length + 4;
  const width = Math.ceil(view.width) + 2 * PADDING;
  const height = Math.ceil(above + view.height) + PADDING;
  const element = (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      fontFamily={FONT}
      fontSize={SIZE.run}
      style={{ fontVariantNumeric: 'tabular-nums' }}
    >
      <rect width={width} height={height} fill="var(--surface)" />
      {title.map((line, i) => (
        <text key={i} x={PADDING} y={PADDING + 12 + TITLE * i} fontSize={SIZE.title} fontWeight={600} fill="var(--ink)">
          {line}
        </text>
      ))}
      {run.map((line, i) => (
        <text key={i} x={PADDING} y={below + 11 + LINE * i} fill="var(--ink-soft)">
          {line}
        </text>
      ))}
      <g transform={`translate(${PADDING} ${above})`}>{drawn(chart, props)}</g>
      <text x={width - PADDING} y={height - 4} textAnchor="end" fontSize={SIZE.made} fill="var(--ink-soft)">
        {made}
      </text>
    </svg>
  );
  return { element, width, height };
}

/** Variables of the style sheet written out, as programs want that know no style sheets; marks for tests left out. */
export const standalone = (markup: string, valueOf: (variable: string) => string): string =>
  markup.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => valueOf(name)).replaceAll(/ data-testid="[^"]*"/g, '');
