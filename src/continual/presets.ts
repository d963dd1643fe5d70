import type { Targets } from './targets';

/**
 * InfLoRA's options. Paper and published code differ in several points; each is one named option, and a preset sets
 * all of them. The golden data hold for `authors`.
 */
export interface InfloraChoices {
  /** Rows r of B. */
  readonly rank: number;
  /** ε of the first task, and the value that later ones grow towards without reaching it. */
  readonly lamb: number;
  readonly lame: number;
  /**
   * What B is designed from: the SVD of (I − MMᵀ)C as the code does (`one-sided`), of (I − MMᵀ)H as the paper
   * writes, that is the eigenvectors of (I − MMᵀ)C(I − MMᵀ) (`two-sided`), or C itself without protection (`none`:
   * the paper's ablation "B in N_t only").
   */
  readonly projection: 'one-sided' | 'two-sided' | 'none';
  /** What DualGPM measures: squared singular values of C (the code), or of H with C = HHᵀ/n, i.e. eigenvalues of C (the paper). */
  readonly energy: 'squared-covariance' | 'covariance';
  /** Divide B by √3, the norm of a default LoRA row (the code); else its rows are orthonormal (the paper). */
  readonly scaleDown: boolean;
  /** The first task keeps the prefixes strictly below ε, at least one (the code), or the smallest k that reaches ε (the paper). */
  readonly firstTaskRank: 'strictly-below' | 'reach';
  /** `dualgpm` flips to the complement beyond d/2 columns; `gpm` never does. */
  readonly memory: 'dualgpm' | 'gpm';
  /** Which second moments the memory learns from; `before-training` is the mistake that the golden data must reveal. */
  readonly memoryFrom: 'after-training' | 'before-training';
  /** Linear maps that are adapted: keys and values (the paper), all, or a list. */
  readonly targets: Targets;
  /** The first so many blocks are adapted. */
  readonly blocks: number;
}

/** A preset's name and whatever overrides it; the preset is `authors` where none is named. */
export type InfloraOptions = {
  readonly preset?: 'authors' | 'paper' | undefined;
} & { readonly [K in keyof InfloraChoices]?: InfloraChoices[K] | undefined };

const common = { rank: 8, lamb: 0.95, lame: 1, memory: 'dualgpm', memoryFrom: 'after-training', targets: 'kv', blocks: Infinity } as const;

export const INFLORA_PRESETS: Readonly<Record<'authors' | 'paper', InfloraChoices>> = {
  authors: { ...common, projection: 'one-sided', energy: 'squared-covariance', scaleDown: true, firstTaskRank: 'strictly-below' },
  paper: { ...common, projection: 'two-sided', energy: 'covariance', scaleDown: false, firstTaskRank: 'reach' },
};

/** The preset with the overrides laid over it; undefined overrides nothing. */
export function resolveInflora(options: InfloraOptions = {}): InfloraChoices {
  const preset = INFLORA_PRESETS[options.preset ?? 'authors'];
  const given = Object.fromEntries(Object.entries(options).filter(([key, value]) => value !== undefined && key in preset));
  return { ...preset, ...given };
}
