/**
 * The experiment in the page's address: `#v=1&seed=3&training.epochs=8&methods.0.id=joint`, readable and editable by
 * hand. Only what differs from the default experiment is written. `v` is the experiment's schema; `d` the edition of
 * the defaults that was differed from (absent: the first), so that new defaults never change an old link.
 */
import { SaidError, said } from '../common/said';
import { defaultEditions } from './defaults';
import { EXPERIMENT_SCHEMA, ExperimentError, parseExperiment, type Experiment } from './experiment';

/** A link that cannot be understood; the message names the part and what to do. */
export class LinkError extends SaidError {
  override readonly name = 'LinkError';
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const isRecord = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A string that would read back as something else is marked by a leading apostrophe. */
function writeScalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  return value.startsWith("'") || readScalar(value) !== value ? `'${value}` : value;
}

function readScalar(text: string): string | number | boolean | null {
  if (text.startsWith("'")) return text.slice(1);
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
  return text;
}

/** `~` alone takes away what the default has; a string of that name is written `'~`. */
const REMOVED = '~';

function flatten(path: string, value: Json, into: [string, string][]): void {
  if (Array.isArray(value)) value.forEach((item, i) => flatten(`${path}.${i}`, item, into));
  else if (isRecord(value)) for (const [key, item] of Object.entries(value)) flatten(`${path}.${key}`, item, into);
  else into.push([path, value === REMOVED ? `'${REMOVED}` : writeScalar(value)]);
}

function differences(path: string, value: Json | undefined, base: Json | undefined, into: [string, string][]): void {
  if (JSON.stringify(value) === JSON.stringify(base)) return;
  if (value === undefined) into.push([path, REMOVED]);
  else if (isRecord(value) && isRecord(base)) {
    for (const key of new Set([...Object.keys(base), ...Object.keys(value)])) {
      differences(path === '' ? key : `${path}.${key}`, value[key], base[key], into);
    }
  } else flatten(path, value, into);
}

/** Plain JSON with every default filled in, keys in the schema's order. */
const canonical = (experiment: unknown): Json => JSON.parse(JSON.stringify(parseExperiment(experiment))) as Json;

/** Slashes, colons and the like are legal in a fragment: only what would break parsing or copying is escaped. */
const escape = (text: string) => encodeURIComponent(text).replace(/%(2F|3A|2C|40|24|27)/g, (code) => decodeURIComponent(code));

/** The hash, with its leading `#`, that rebuilds the experiment. */
export function experimentToHash(experiment: Experiment): string {
  const pairs: [string, string][] = [['v', String(EXPERIMENT_SCHEMA)]];
  const edition = defaultEditions.length;
  if (edition > 1) pairs.push(['d', String(edition)]);
  differences('', canonical(experiment), canonical(defaultEditions[edition - 1]), pairs);
  return '#' + pairs.map(([key, value]) => `${escape(key)}=${escape(value)}`).join('&');
}

/** `base` with the pairs put in at their paths. */
function put(base: Json, pairs: readonly [string, string][]): Json {
  // Paths under an array of the defaults replace the whole array, since order and length may both have changed.
  const tree = structuredClone(base);
  if (!isRecord(tree)) return tree;
  const replaced = new Set<string>();
  for (const [path, text] of pairs) {
    const keys = path.split('.');
    if (keys.some((key) => key === '' || key === '__proto__')) throw new LinkError(said`The link is broken at "${path}".`);
    let node: { [key: string]: Json } | Json[] = tree;
    keys.forEach((key, depth) => {
      const here = keys.slice(0, depth + 1).join('.');
      if (Array.isArray(node) && Number(key) > node.length) throw new LinkError(said`The link skips an entry before "${here}".`);
      const holder = node as { [key: string]: Json };
      if (depth === keys.length - 1) {
        if (text === REMOVED) delete holder[key];
        else holder[key] = readScalar(text);
        return;
      }
      const wantsList = /^\d+$/.test(keys[depth + 1] ?? '');
      const present = Object.hasOwn(holder, key) ? holder[key] : undefined;
      if (wantsList && !replaced.has(here)) {
        replaced.add(here);
        holder[key] = [];
      } else if (typeof present !== 'object' || present === null || Array.isArray(present) !== wantsList) {
        holder[key] = wantsList ? [] : {};
      }
      node = holder[key] as { [key: string]: Json } | Json[];
    });
  }
  return tree;
}

/**
 * The experiment of a hash; null when the hash holds none (no `v`). Keys that no experiment has are ignored. Throws
 * LinkError on a broken link, or one from a newer version.
 */
export function experimentFromHash(hash: string): Experiment | null {
  const pairs = hash
    .replace(/^#/, '')
    .split('&')
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const at = part.indexOf('=');
      try {
        return at < 0 ? [decodeURIComponent(part), ''] : [decodeURIComponent(part.slice(0, at)), decodeURIComponent(part.slice(at + 1))];
      } catch {
        throw new LinkError(said`The link is broken at "${part}". Ask for it again; it may have been cut off.`);
      }
    });
  const value = (name: string) => pairs.find(([key]) => key === name)?.[1];
  const version = value('v');
  if (version === undefined) return null;
  const newer = (what: string) =>
    new LinkError(said`This link was made by a newer version (${what}). Open it on an up-to-date site; your settings are unchanged.`);
  if (!/^\d+$/.test(version) || Number(version) < 1) throw new LinkError(said`The link has no usable version ("v=${version}").`);
  if (Number(version) > EXPERIMENT_SCHEMA) throw newer(`v=${version}`);
  const edition = value('d') ?? '1';
  const base = /^\d+$/.test(edition) ? defaultEditions[Number(edition) - 1] : undefined;
  if (base === undefined) throw newer(`d=${edition}`);
  try {
    return parseExperiment(
      put(
        canonical(base),
        pairs.filter(([key]) => key !== 'v' && key !== 'd'),
      ),
    );
  } catch (error) {
    if (error instanceof ExperimentError) throw new LinkError(said`The link is broken. ${error.said}`);
    throw error;
  }
}
