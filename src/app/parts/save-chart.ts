/** A chart as one self-contained SVG or PNG. */
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import type { Chart, ChartProps } from '../figures/chart';
import { figureOf, standalone } from '../figures/figure';
import { offer } from './offer';

export function chartToSvg(chart: Chart, props: ChartProps): { readonly svg: string; readonly width: number; readonly height: number } {
  const { element, width, height } = figureOf(chart, props);
  const place = document.createElement('div');
  const root = createRoot(place);
  flushSync(() => root.render(element));
  const markup = place.firstElementChild === null ? '' : new XMLSerializer().serializeToString(place.firstElementChild);
  root.unmount();
  const style = getComputedStyle(document.documentElement);
  return { svg: standalone(markup, (name) => style.getPropertyValue(name).trim()), width, height };
}

const fileName = (title: string, extension: string) =>
  `${(title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['chart']).join('-')}.${extension}`;

export function saveSvg(chart: Chart, props: ChartProps): void {
  offer(new Blob([chartToSvg(chart, props).svg], { type: 'image/svg+xml' }), fileName(chart.title(props), 'svg'));
}

/** At twice the size on screen, for slides. */
export async function savePng(chart: Chart, props: ChartProps): Promise<void> {
  const { svg, width, height } = chartToSvg(chart, props);
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob !== null) offer(blob, fileName(chart.title(props), 'png'));
}
