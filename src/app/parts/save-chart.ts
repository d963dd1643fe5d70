/** A chart as one self-contained SVG or PNG: every drawn part with its computed look, on the surface's colour. */
import { BUILD, buildWords } from '../../common/build';
import { offer } from './offer';

const PROPERTIES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'opacity',
  'font-size',
  'font-weight',
  'font-family',
  'text-anchor',
  'dominant-baseline',
] as const;
const NAMESPACE = 'http://www.w3.org/2000/svg';
const PADDING = 16;
/** Of title and run. */
const TITLE_HEIGHT = 48;

function inline(original: Element, copy: Element): void {
  const style = getComputedStyle(original);
  for (const name of PROPERTIES) {
    const value = style.getPropertyValue(name);
    if (value !== '') copy.setAttribute(name, value);
  }
  copy.removeAttribute('class');
  copy.removeAttribute('style');
  Array.from(original.children).forEach((child, i) => {
    const twin = copy.children[i];
    if (twin !== undefined) inline(child, twin);
  });
}

function textElement(words: string, x: number, y: number, style: CSSStyleDeclaration): SVGTextElement {
  const element = document.createElementNS(NAMESPACE, 'text');
  element.textContent = words;
  element.setAttribute('x', String(x));
  element.setAttribute('y', String(y));
  element.setAttribute('fill', style.color);
  element.setAttribute('font-family', style.fontFamily);
  element.setAttribute('font-size', style.fontSize);
  element.setAttribute('font-weight', style.fontWeight);
  return element;
}

/** All `svg` parts of `body` and its texts marked `data-export`, where they stand, under the title and what run it is of. */
export function chartToSvg(
  body: HTMLElement,
  title: string,
  run: string,
): { readonly svg: string; readonly width: number; readonly height: number } {
  const box = body.getBoundingClientRect();
  const width = Math.ceil(box.width) + 2 * PADDING;
  const height = Math.ceil(box.height) + 2 * PADDING + TITLE_HEIGHT;
  const root = document.createElementNS(NAMESPACE, 'svg');
  root.setAttribute('xmlns', NAMESPACE);
  root.setAttribute('viewBox', `0 0 ${width} ${height}`);
  root.setAttribute('width', String(width));
  root.setAttribute('height', String(height));
  const ground = document.createElementNS(NAMESPACE, 'rect');
  ground.setAttribute('width', String(width));
  ground.setAttribute('height', String(height));
  ground.setAttribute('fill', getComputedStyle(document.documentElement).getPropertyValue('--surface').trim());
  root.append(ground);
  const bodyStyle = getComputedStyle(body);
  const heading = textElement(title, PADDING, PADDING + 12, bodyStyle);
  heading.setAttribute('font-weight', '600');
  heading.setAttribute('font-size', '16px');
  const below = textElement(run, PADDING, PADDING + 30, bodyStyle);
  below.setAttribute('font-size', '13px');
  root.append(heading, below);
  for (const part of body.querySelectorAll<SVGSVGElement>('svg')) {
    if (part.parentElement?.closest('svg, button') != null) continue;
    const at = part.getBoundingClientRect();
    const copy = part.cloneNode(true) as SVGSVGElement;
    inline(part, copy);
    copy.setAttribute('x', String(at.left - box.left + PADDING));
    copy.setAttribute('y', String(at.top - box.top + PADDING + TITLE_HEIGHT));
    copy.setAttribute('width', String(at.width));
    copy.setAttribute('height', String(at.height));
    root.append(copy);
  }
  for (const part of body.querySelectorAll<HTMLElement>('[data-export]')) {
    const at = part.getBoundingClientRect();
    root.append(
      textElement(part.textContent, at.left - box.left + PADDING, at.bottom - box.top + PADDING + TITLE_HEIGHT - 4, getComputedStyle(part)),
    );
  }
  const made = textElement(`InfLoRA Playground ${buildWords(BUILD)}`, width - PADDING, height - 4, bodyStyle);
  made.setAttribute('text-anchor', 'end');
  made.setAttribute('font-size', '9px');
  made.setAttribute('opacity', '0.7');
  root.append(made);
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}

const fileName = (title: string, extension: string) =>
  `${(title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['chart']).join('-')}.${extension}`;

export function saveSvg(body: HTMLElement, title: string, run: string): void {
  offer(new Blob([chartToSvg(body, title, run).svg], { type: 'image/svg+xml' }), fileName(title, 'svg'));
}

/** At twice the size on screen, for slides. */
export async function savePng(body: HTMLElement, title: string, run: string): Promise<void> {
  const { svg, width, height } = chartToSvg(body, title, run);
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob !== null) offer(blob, fileName(title, 'png'));
}
