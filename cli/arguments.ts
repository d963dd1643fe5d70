/** The command line as one typed value. */
import type { DeviceKind } from '../src/compute/backbone';
import { METHOD_IDS, type MethodId } from '../src/session/experiment';

/** Bad arguments or a bad experiment: exit code 2. The message names the argument or field. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Shard {
  /** 1-based. */
  readonly index: number;
  readonly of: number;
}

export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      readonly experiments: readonly string[];
      readonly out: string | null;
      readonly device: DeviceKind | 'auto';
      readonly seeds: number;
      /** null: the experiment's own, and every method where a bundled experiment is repeated over seeds. */
      readonly methods: readonly MethodId[] | null;
      readonly shard: Shard;
    }
  | { readonly kind: 'golden'; readonly folder: string; readonly scenario: string; readonly device: DeviceKind | 'auto' }
  | {
      readonly kind: 'predict';
      readonly backbone: string;
      readonly images: string;
      readonly adapterRun: string | null;
      readonly labels: string | null;
      readonly size: number | null;
      readonly top: number;
      readonly json: boolean;
      readonly device: DeviceKind | 'auto';
    };

interface Split {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Separates `--name value`, `--name=value` and flags from the words. */
function split(args: readonly string[], valued: readonly string[], flags: readonly string[] = []): Split {
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('--')) {
      words.push(arg);
      continue;
    }
    const [name = '', inline] = arg.slice(2).split(/=(.*)/s);
    if (options.has(name)) throw new UsageError(`--${name} was given twice.`);
    if (flags.includes(name)) {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value.`);
      options.set(name, '');
    } else if (valued.includes(name)) {
      const value = inline ?? args[++i];
      if (value === undefined || value === '' || (inline === undefined && value.startsWith('--')))
        throw new UsageError(`--${name} needs a value.`);
      options.set(name, value);
    } else {
      throw new UsageError(`--${name} is not known here. Known: ${[...valued, ...flags].map((known) => `--${known}`).join(', ')}.`);
    }
  }
  return { words, options };
}

function count({ options }: Split, name: string): number | null {
  const text = options.get(name);
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`--${name} takes a whole number from 1 on, not "${text}".`);
  return Number(text);
}

function device({ options }: Split): DeviceKind | 'auto' {
  const kind = options.get('device') ?? 'auto';
  if (kind === 'webgpu' || kind === 'wasm' || kind === 'cpu' || kind === 'auto') return kind;
  throw new UsageError(`--device takes webgpu, wasm or cpu, not "${kind}".`);
}

function methods({ options }: Split): readonly MethodId[] | null {
  const text = options.get('methods');
  if (text === undefined) return null;
  if (text === 'all') return METHOD_IDS;
  const ids = text.split(',').map((word) => {
    const id = METHOD_IDS.find((known) => known === word);
    if (id === undefined) throw new UsageError(`--methods does not know "${word}". Known: all, ${METHOD_IDS.join(', ')}.`);
    return id;
  });
  if (new Set(ids).size < ids.length) throw new UsageError('--methods takes each method once.');
  return ids;
}

function shard({ options }: Split): Shard {
  const text = options.get('shard') ?? '1/1';
  const [, index = '', of = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  if (Number(index) < 1 || Number(index) > Number(of)) throw new UsageError(`--shard takes I/N with I from 1 to N, not "${text}".`);
  return { index: Number(index), of: Number(of) };
}

function needed({ options }: Split, name: string): string {
  const value = options.get(name);
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return value;
}

/** Throws UsageError. */
export function parseArguments(args: readonly string[]): Command {
  const [command, ...rest] = args;
  if (command === undefined) throw new UsageError('A command is missing.');
  if (command === 'help' || rest.includes('--help') || command === '--help' || command === '-h') return { kind: 'help' };
  switch (command) {
    case 'run': {
      const parts = split(rest, ['out', 'device', 'seeds', 'methods', 'shard']);
      if (parts.words.length === 0) throw new UsageError('run needs an experiment: a JSON file or a bundled name such as "default".');
      return {
        kind: 'run',
        experiments: parts.words,
        out: parts.options.get('out') ?? null,
        device: device(parts),
        seeds: count(parts, 'seeds') ?? 1,
        methods: methods(parts),
        shard: shard(parts),
      };
    }
    case 'golden': {
      const parts = split(rest, ['device']);
      const [folder, scenario, ...more] = parts.words;
      if (folder === undefined || scenario === undefined || more.length > 0) throw new UsageError('golden takes a folder and a scenario.');
      return { kind: 'golden', folder, scenario, device: device(parts) };
    }
    case 'predict': {
      const parts = split(rest, ['backbone', 'adapter-run', 'images', 'labels', 'size', 'top', 'device'], ['json']);
      if (parts.words.length > 0) throw new UsageError(`predict does not understand "${parts.words.join(' ')}".`);
      return {
        kind: 'predict',
        backbone: needed(parts, 'backbone'),
        images: needed(parts, 'images'),
        adapterRun: parts.options.get('adapter-run') ?? null,
        labels: parts.options.get('labels') ?? null,
        size: count(parts, 'size'),
        top: count(parts, 'top') ?? 5,
        json: parts.options.has('json'),
        device: device(parts),
      };
    }
    default:
      throw new UsageError(`"${command}" is not a command. Known: run, golden, predict.`);
  }
}

/** Every n-th of a list, so that the shards together are the list. */
export function takeShard<T>(list: readonly T[], { index, of }: Shard): T[] {
  return list.filter((_, i) => i % of === index - 1);
}
