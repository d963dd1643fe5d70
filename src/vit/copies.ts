/** The models inside one file: training frameworks keep averaged, teaching and momentum copies beside each other. */
import { said, listed, type Sentence } from '../common/said';
import { CheckpointError } from './errors';

/** Words of "state_dict.emaModel.module." in lower case. */
const wordsOf = (prefix: string): string[] =>
  prefix
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** Averaged and teaching copies are what their authors publish and evaluate. */
const AVERAGED = new Set(['ema', 'averaged', 'average', 'avg', 'swa', 'shadow', 'polyak', 'teacher']);
/** What serves training alone; MoCo evaluates the encoder that is not the momentum's. */
const SERVING = new Set([
  'student',
  'optimizer',
  'optim',
  'optimiser',
  'decoder',
  'momentum',
  'predictor',
  'initial',
  'init',
  'old',
  'exp',
]);

function rank(prefix: string): number {
  const words = wordsOf(prefix);
  if (words.some((word) => SERVING.has(word))) return 2;
  const target = words.includes('target') && words.includes('encoder');
  return target || words.some((word) => AVERAGED.has(word)) ? 0 : 1;
}

/** For people: "ema_state_dict"; what stands bare at the top of a file is "the outermost". */
export const copyName = (prefix: string): string => prefix.replace(/[./]+$/, '') || 'the outermost';

export interface Choice {
  readonly prefix: string;
  /** Names of all models in the file, the one taken first. */
  readonly names: readonly string[];
  readonly note: Sentence | null;
}

/**
 * Which of the models behind these prefixes is meant: the averaged one, else the one least deep. `wanted`: the name of
 * another. Throws CheckpointError where there is none of that name.
 */
export function chooseCopy(prefixes: readonly string[], wanted?: string): Choice | null {
  const ordered = [...prefixes].sort((a, b) => rank(a) - rank(b) || a.length - b.length);
  const asked = ordered.find((prefix) => copyName(prefix) === wanted);
  if (wanted !== undefined && asked === undefined && prefixes.length > 0) {
    throw new CheckpointError(said`The file has no model "${wanted}". It has: ${ordered.map(copyName).join(', ')}.`);
  }
  const prefix = asked ?? ordered[0];
  if (prefix === undefined) return null;
  const names = [prefix, ...ordered.filter((each) => each !== prefix)].map(copyName);
  const [taken, ...others] = names;
  const why =
    asked !== undefined ? said`as asked for` : rank(prefix) === 0 ? said`the averaged weights` : said`not one that serves training alone`;
  const note =
    others.length === 0
      ? null
      : said`The file holds ${names.length} copies of the model. Taken: “${taken ?? ''}” (${why}); also there: ${listed(others.map((name) => said`“${name}”`))}.`;
  return { prefix, names, note };
}
