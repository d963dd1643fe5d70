/**
 * What a language has to say in a paper. Everything that is handed in is LaTeX already, and so is everything that comes back; names of
 * strangers are escaped before.
 */
import type { RecordedExperiment } from './experiment';
import type { RunRecord } from './record';

type Spec = RecordedExperiment['methods'][number];
type Training = RecordedExperiment['training'];

export interface PaperWords {
  /** What a document needs for the language, as lines that each begin with %; empty: nothing. */
  readonly needs: string;
  /** Letters of the language's own script: set as they are, not by what other documents lack. */
  readonly script: RegExp | null;
  /** What a method is called. */
  readonly method: (id: string, title: string) => string;
  readonly quoted: (title: string) => string;
  readonly and: (parts: readonly string[]) => string;
  readonly sentences: (parts: readonly string[]) => string;
  readonly summary: {
    readonly caption: (stream: string, tasks: number, classes: number, backbone: string, seed: number) => string;
    readonly columns: readonly [method: string, final: string, over: string, known: string, forgetting: string];
  };
  readonly matrix: { readonly caption: (method: string) => string; readonly after: string };
  readonly curves: { readonly caption: string; readonly tasks: string; readonly accuracy: string };
  /** For captions: by which read-off the numbers are. `again`: with old images. */
  readonly readBy: (id: string, again: boolean) => string;
  /** The options of a method in words, not yet LaTeX. */
  readonly details: (spec: Spec) => readonly string[];
  /** How it was trained in words, not yet LaTeX. */
  readonly training: (training: Training) => readonly string[];
  readonly paragraph: {
    readonly backbone: (cite: string, title: string, backbone: RunRecord['backbone'], normalised: string) => string;
    readonly normalised: (mean: readonly number[], deviation: readonly number[]) => string;
    readonly stream: (title: string, record: RunRecord, train: number, test: number, limits: readonly string[]) => string;
    readonly trainLimit: (n: number) => string;
    readonly testLimit: (n: number) => string;
    readonly methods: (methods: readonly string[]) => string;
    readonly method: (name: string, cite: string, details: string) => string;
    readonly training: (words: string, seed: number) => string;
    readonly measures: (cite: string) => string;
    readonly software: (version: string, device: string, kind: RunRecord['device']['kind']) => string;
  };
}
