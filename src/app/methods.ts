/** How each method looks and reads on the page: the same colour, dash and marker everywhere. */
import { METHOD_IDS, type MethodId, type MethodSpec } from '../session/experiment';
import { text } from './text';
import type { MethodWords } from './text/en/methods';

export type Marker = 'circle' | 'square' | 'diamond' | 'triangle' | 'cross' | 'star';

export interface MethodLook {
  /** After Okabe and Ito, darkened or lightened until text in it keeps a contrast of 4.5 : 1 on the page's surface. */
  readonly light: string;
  readonly dark: string;
  /** SVG dash pattern; empty is a full line. Second cue, for print in grey. */
  readonly dash: string;
  readonly marker: Marker;
  /** A bound to compare with rather than a contestant: drawn thin. */
  readonly reference: boolean;
}

export const SURFACE = { light: '#ffffff', dark: '#16191d' } as const;

const LOOKS: Readonly<Record<MethodId, MethodLook>> = {
  inflora: { light: '#0068a8', dark: '#5cb8f0', dash: '', marker: 'circle', reference: false },
  'inflora-ca': { light: '#00735a', dark: '#2cc79b', dash: '9 3', marker: 'star', reference: false },
  'sequential-lora': { light: '#9c3f74', dark: '#e79ac8', dash: '7 4', marker: 'diamond', reference: false },
  'full-fine-tuning': { light: '#b84a00', dark: '#ff8f45', dash: '3 3', marker: 'square', reference: false },
  joint: { light: '#7d5f00', dark: '#eec04c', dash: '12 3 2 3', marker: 'triangle', reference: true },
  'nearest-mean': { light: '#565c64', dark: '#b7bec7', dash: '2 4', marker: 'cross', reference: true },
};

export function methodLook(id: MethodId): MethodLook {
  return LOOKS[id];
}

/** The CSS variable that carries the method's colour in the present colour scheme (see `style/methods.css`). */
export function methodColour(id: MethodId): string {
  return `var(--method-${id})`;
}

export function methodWords(id: MethodId): MethodWords {
  return text.methods[id];
}

export const CHOOSABLE_METHODS: readonly MethodId[] = METHOD_IDS;

/** What a method starts from when its chip is pressed; the schema fills the rest. */
export function freshMethod(id: MethodId): { readonly id: MethodSpec['id'] } {
  return { id };
}
