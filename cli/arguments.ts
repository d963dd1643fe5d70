/** The command line as one typed value. */
import type { DeviceKind } from '../src/compute/backbone';
import { METHOD_IDS, type MethodId } from '../src/session/experiment';
import { parseAxis, type Axis } from './grid';
import { UsageError } from './usage-error';

export { UsageError };

export interface Shard {
  /** 1-based. */
  readonly index: number;
  readonly of: number;
}

export interface DeviceChoice {
  readonly device: DeviceKind | 'auto';
  /** `webgpu` may be a software adapter. */
  readonly allowSoftware: boolean;
}

/** Which runs: experiments x grid x seeds. */
export interface Sweep extends DeviceChoice {
  readonly experiments: readonly string[];
  readonly seeds: number;
  /** null: the experiment's own, and every method where a bundled experiment is repeated over seeds. */
  readonly methods: readonly MethodId[] | null;
  readonly grid: readonly Axis[];
  readonly shard: Shard;
  /** A folder with one file a run. */
  readonly outDir: string | null;
}

/** A script for somebody else's scheduler. */
export interface ScriptCommand extends Sweep {
  readonly kind: 'slurm' | 'parallel';
  readonly outDir: string;
  /** Jobs that the runs are dealt to; null: one a run. */
  readonly jobs: number | null;
  readonly atOnce: number | null;
  readonly cpus: number;
  readonly gpu: boolean;
  /** As Slurm takes it; null: the partition's own. */
  readonly time: string | null;
  readonly memory: string | null;
}

/** Folders of runs, and records of `--out`. */
export interface MergeCommand {
  readonly kind: 'merge' | 'best';
  readonly from: readonly string[];
  readonly reading: string | null;
  readonly anyEngine: boolean;
  readonly csv: string | null;
  readonly jsonl: string | null;
  readonly latex: string | null;
  readonly out: string | null;
}

/** A chart of a record as a file. */
export interface FigureCommand {
  readonly kind: 'figure';
  readonly record: string;
  readonly chart: string;
  readonly out: string;
  readonly dark: boolean;
  /** Of the words in it, as a tag; null: English. */
  readonly lang: string | null;
  readonly taskAware: boolean;
  readonly reading: string | null;
  /** Ids, in the order of drawing; null: all of the record. */
  readonly methods: readonly string[] | null;
  readonly width: number | null;
  readonly height: number | null;
}

export type Command =
  | { readonly kind: 'help' }
  | (Sweep & { readonly kind: 'run'; readonly out: string | null })
  | (Sweep & { readonly kind: 'plan' })
  | ScriptCommand
  | MergeCommand
  | FigureCommand
  | (DeviceChoice & { readonly kind: 'golden'; readonly folder: string; readonly scenario: string })
  | (DeviceChoice & {
      readonly kind: 'predict';
      readonly backbone: string;
      readonly images: string;
      readonly adapterRun: string | null;
      readonly labels: string | null;
      readonly size: number | null;
      readonly top: number;
      readonly json: boolean;
    });

interface Split {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  readonly grid: readonly string[];
}

/** The one option that may be given again and again. */
const GRID = 'grid';

/** Separates `--name value`, `--name=value` and flags from the words. */
function split(args: readonly string[], valued: readonly string[], flags: readonly string[] = []): Split {
  const words: string[] = [];
  const options = new Map<string, string>();
  const grid: string[] = [];
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
      if (name === GRID) grid.push(value);
      else options.set(name, value);
    } else {
      throw new UsageError(`--${name} is not known here. Known: ${[...valued, ...flags].map((known) => `--${known}`).join(', ')}.`);
    }
  }
  return { words, options, grid };
}

function count({ options }: Split, name: string): number | null {
  const text = options.get(name);
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`--${name} takes a whole number from 1 on, not "${text}".`);
  return Number(text);
}

const SOFTWARE = 'allow-software';

function device({ options }: Split): DeviceChoice {
  const kind = options.get('device') ?? 'auto';
  if (kind === 'webgpu' || kind === 'wasm' || kind === 'cpu' || kind === 'auto')
    return { device: kind, allowSoftware: options.has(SOFTWARE) };
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

const SWEEP = ['out-dir', 'device', 'seeds', 'methods', 'shard', GRID];

function sweep(parts: Split, command: string): Sweep {
  if (parts.words.length === 0) throw new UsageError(`${command} needs an experiment: a JSON file or a bundled name such as "default".`);
  return {
    ...device(parts),
    experiments: parts.words,
    seeds: count(parts, 'seeds') ?? 1,
    methods: methods(parts),
    grid: parts.grid.map(parseAxis),
    shard: shard(parts),
    outDir: parts.options.get('out-dir') ?? null,
  };
}

function script(kind: ScriptCommand['kind'], args: readonly string[]): ScriptCommand {
  const slurm = kind === 'slurm' ? ['time', 'memory'] : [];
  const parts = split(args, [...SWEEP.filter((name) => name !== 'shard'), 'jobs', 'at-once', 'cpus', ...slurm], [SOFTWARE, 'gpu']);
  return {
    ...sweep(parts, kind),
    kind,
    outDir: needed(parts, 'out-dir'),
    jobs: count(parts, 'jobs'),
    atOnce: count(parts, 'at-once'),
    cpus: count(parts, 'cpus') ?? 2,
    gpu: parts.options.has('gpu'),
    time: parts.options.get('time') ?? null,
    memory: parts.options.get('memory') ?? null,
  };
}

function merge(kind: MergeCommand['kind'], args: readonly string[]): MergeCommand {
  const valued = kind === 'merge' ? ['read-by', 'csv', 'jsonl', 'latex'] : ['read-by', 'out'];
  const parts = split(args, valued, ['any-engine']);
  if (parts.words.length === 0) throw new UsageError(`${kind} needs the folder of a sweep, or several.`);
  const option = (name: string): string | null => parts.options.get(name) ?? null;
  return {
    kind,
    from: parts.words,
    reading: option('read-by'),
    anyEngine: parts.options.has('any-engine'),
    csv: option('csv'),
    jsonl: option('jsonl'),
    latex: option('latex'),
    out: option('out'),
  };
}

function figure(args: readonly string[]): FigureCommand {
  const parts = split(args, ['chart', 'out', 'read-by', 'methods', 'width', 'height', 'lang'], ['dark', 'task-known']);
  const [record, ...more] = parts.words;
  if (record === undefined || more.length > 0) throw new UsageError('figure takes one record, a JSON file.');
  return {
    kind: 'figure',
    record,
    chart: needed(parts, 'chart'),
    out: needed(parts, 'out'),
    dark: parts.options.has('dark'),
    lang: parts.options.get('lang') ?? null,
    taskAware: parts.options.has('task-known'),
    reading: parts.options.get('read-by') ?? null,
    methods: parts.options.get('methods')?.split(',') ?? null,
    width: count(parts, 'width'),
    height: count(parts, 'height'),
  };
}

/** Throws UsageError. */
export function parseArguments(args: readonly string[]): Command {
  const [command, ...rest] = args;
  if (command === undefined) throw new UsageError('A command is missing.');
  if (command === 'help' || rest.includes('--help') || command === '--help' || command === '-h') return { kind: 'help' };
  switch (command) {
    case 'run': {
      const parts = split(rest, [...SWEEP, 'out'], [SOFTWARE]);
      const out = parts.options.get('out') ?? null;
      if (out !== null && parts.options.has('out-dir')) throw new UsageError('--out and --out-dir: give one of them.');
      return { kind: 'run', ...sweep(parts, command), out };
    }
    case 'plan':
      return { kind: 'plan', ...sweep(split(rest, SWEEP, [SOFTWARE]), command) };
    case 'slurm':
    case 'parallel':
      return script(command, rest);
    case 'merge':
    case 'best':
      return merge(command, rest);
    case 'figure':
      return figure(rest);
    case 'golden': {
      const parts = split(rest, ['device'], [SOFTWARE]);
      const [folder, scenario, ...more] = parts.words;
      if (folder === undefined || scenario === undefined || more.length > 0) throw new UsageError('golden takes a folder and a scenario.');
      return { kind: 'golden', folder, scenario, ...device(parts) };
    }
    case 'predict': {
      const parts = split(rest, ['backbone', 'adapter-run', 'images', 'labels', 'size', 'top', 'device'], ['json', SOFTWARE]);
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
        ...device(parts),
      };
    }
    default:
      throw new UsageError(`"${command}" is not a command. Known: run, plan, slurm, parallel, merge, best, figure, golden, predict.`);
  }
}

/** Every n-th of a list, so that the shards together are the list. */
export function takeShard<T>(list: readonly T[], { index, of }: Shard): T[] {
  return list.filter((_, i) => i % of === index - 1);
}
