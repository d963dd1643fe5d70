/** Every chart that can be drawn of a record, by name. */
import { accuracyChart } from './accuracy';
import type { Chart } from './chart';
import { forgettingChart } from './forgetting';
import { interferenceChart } from './interference-bars';
import { anglesChart, driftChart, mapsChart, pairsChart } from './interference-grids';
import { insideChart } from './inside';
import { lossChart } from './loss';
import { matrixChart } from './matrix';
import { meansChart } from './means';
import { memoryChart } from './memory';
import { mixerChart } from './mixer';
import { planeChart } from './plane';

export const CHARTS = {
  accuracy: accuracyChart,
  matrix: matrixChart,
  forgetting: forgettingChart,
  plane: planeChart,
  memory: memoryChart,
  interference: interferenceChart,
  'interference-pairs': pairsChart,
  'interference-maps': mapsChart,
  drift: driftChart,
  means: meansChart,
  angles: anglesChart,
  inside: insideChart,
  mixer: mixerChart,
  loss: lossChart,
} satisfies Readonly<Record<string, Chart>>;

export type ChartId = keyof typeof CHARTS;
export const CHART_IDS = Object.keys(CHARTS) as readonly ChartId[];
