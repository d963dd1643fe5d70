/** How the methods of a run look: by their place among them, the same colour, dash and marker everywhere on the page. */
import { findDefinition } from '../continual/registry';

export type Marker = 'circle' | 'square' | 'diamond' | 'triangle' | 'down' | 'cross' | 'star' | 'ring';

interface Slot {
  readonly light: string;
  readonly dark: string;
  /** SVG dash pattern; empty is a full line. Second cue, for print in grey. */
  readonly dash: string;
  readonly marker: Marker;
}

export const SURFACE = { light: '#ffffff', dark: '#16191d' } as const;

/**
 * Hues after Okabe and Ito, and Tol; lightness and strength moved until text keeps 4.5 : 1 on the page's surface and no two are
 * alike to colour-blind eyes. The style sheet's `--slot-1` … come from here (see `theme.ts`).
 */
export const SLOTS: readonly Slot[] = [
  { light: '#0068a8', dark: '#5cb8f0', dash: '', marker: 'circle' },
  { light: '#b84a00', dark: '#ff8f45', dash: '3 3', marker: 'square' },
  { light: '#03625a', dark: '#69f3d2', dash: '9 3', marker: 'star' },
  { light: '#6d026e', dark: '#c28bb7', dash: '7 4', marker: 'diamond' },
  { light: '#6a3f00', dark: '#edd955', dash: '12 3 2 3', marker: 'triangle' },
  { light: '#62797b', dark: '#aab4a2', dash: '2 4', marker: 'cross' },
  { light: '#5b06d3', dark: '#8580f6', dash: '8 3 2 3 2 3', marker: 'down' },
  { light: '#68002a', dark: '#f14756', dash: '1 2 5 2', marker: 'ring' },
];

/** Methods of a run, or of the set-up, in their order; a record's carry the titles that they were given when it was made. */
export interface Lineup {
  readonly methods: readonly { readonly id: string; readonly title?: string }[];
}

export interface Look {
  /** A CSS variable, so that it follows the colour scheme. */
  readonly colour: string;
  readonly dash: string;
  /** Null: no slot was left. It is drawn in a neutral colour, and its name stands at its line. */
  readonly marker: Marker | null;
  /** A bound or a floor to compare with rather than a contestant: drawn thin. */
  readonly reference: boolean;
}

/** The look of one method of a run. */
export function lookOf({ methods }: Lineup, id: string): Look {
  const at = methods.findIndex((method) => method.id === id);
  const slot = SLOTS[at];
  const reference = (findDefinition(id)?.role ?? 'contestant') !== 'contestant';
  if (slot === undefined) return { colour: 'var(--ink-soft)', dash: '', marker: null, reference };
  return { colour: `var(--slot-${at + 1})`, dash: slot.dash, marker: slot.marker, reference };
}

/** Whether some method of the run is known by its name alone. */
export const beyondSlots = ({ methods }: Lineup): boolean => methods.length > SLOTS.length;

/** The style sheet's variables for one colour scheme. */
export const slotVariables = (scheme: 'light' | 'dark'): Record<string, string> =>
  Object.fromEntries(SLOTS.map((slot, i) => [`--slot-${i + 1}`, slot[scheme]]));
