/** Weights among dropped files: told by their endings and, where an ending has two meanings, by their first bytes. */
import { whichModel } from '../../vit/which-file';
import type { NamedFile } from '../../worker/api';

export interface ModelFiles {
  /** The weights, or the first of several parts; null where only an adapter came. */
  readonly weights: NamedFile | null;
  /** Index and further parts, configurations. */
  readonly beside: readonly NamedFile[];
  /** A PEFT adapter: its weights and configuration. */
  readonly adapter: { readonly weights: NamedFile; readonly config: NamedFile } | null;
}

const baseName = (path: string) => path.split('/').at(-1) ?? path;
const folderOf = (path: string) => path.slice(0, path.length - baseName(path).length);
/** Models of other kinds, whose reader says what they are where nothing else is a model. */
const OTHERS = /\.(onnx|gguf|msgpack|tflite)$|(model|weights)[^/]*\.(h5|hdf5|keras)$/i;
const CONFIGS = new Set(['config.json', 'preprocessor_config.json']);
/** What training frameworks save beside a model, and nobody needs here. */
const OF_TRAINING =
  /(^|\/)((optimizer|scheduler|scaler|rng_state|random_states|training_args)[^/]*\.(pt|pth|bin)|(trainer_state|generation_config|\w+_results)\.json)$/i;
const PART = /-\d{5}-of-\d{5}\.\w+$/;
/** Names of arrays stand in the directory at the end of an archive. */
const DIRECTORY_BYTES = 256 * 1024;

async function head(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, 4).arrayBuffer());
}

/** `.bin` is also a batch of CIFAR, `.npz` also a set of images. */
async function isWeights({ name, file }: NamedFile): Promise<boolean> {
  // "vit-s-300ep.pth.tar" is a file of torch.save, and a tar by its name alone.
  const ending = /\.(safetensors|pth|pt|bin|npz|ckpt)(?:\.tar)?$/i.exec(name)?.[1]?.toLowerCase();
  if (ending === undefined || baseName(name).startsWith('.')) return false;
  if (ending === 'bin') {
    const [a, b] = await head(file);
    return (a === 0x50 && b === 0x4b) || a === 0x80;
  }
  if (ending === 'npz') return (await file.slice(Math.max(0, file.size - DIRECTORY_BYTES)).text()).includes('embedding/kernel');
  return true;
}

/** Splits a drop into what makes up one model (null where nothing does) and everything else. */
export async function findModel(files: readonly NamedFile[]): Promise<{ model: ModelFiles | null; rest: readonly NamedFile[] }> {
  const told = await Promise.all(files.map(async (file) => ({ file, weights: await isWeights(file) })));
  const known = told.filter((each) => each.weights).map((each) => each.file);
  const weights = known.length > 0 ? known : files.filter(({ name }) => OTHERS.test(name));
  const adapterConfig = files.find(({ name }) => baseName(name) === 'adapter_config.json');
  const adapterWeights = weights.find(({ name }) => /(^|\/)adapter_model\.\w+$/.test(name));
  const adapter = adapterConfig && adapterWeights ? { weights: adapterWeights, config: adapterConfig } : null;
  const backbones = weights.filter((file) => file !== adapterWeights);
  const first = await whichModel(backbones);
  if (first === null && adapterWeights === undefined && adapterConfig === undefined) return { model: null, rest: files };
  const folder = first === null ? null : folderOf(first.name);
  const beside = files.filter(({ name }) => {
    if (folder === null || first === null || folderOf(name) !== folder || name === first.name) return false;
    if (CONFIGS.has(baseName(name)) || name.endsWith('.index.json')) return true;
    return PART.test(first.name) && PART.test(name);
  });
  // One config.json next to loose weights in another folder of the drop still belongs to them.
  const only = files.filter(({ name }) => CONFIGS.has(baseName(name)));
  const moved = beside.some(({ name }) => CONFIGS.has(baseName(name))) || folder === null ? [] : only;
  const configs = moved.map(({ name, file }) => ({ name: `${folder ?? ''}${baseName(name)}`, file }));
  const left = first === null ? [] : files.filter(({ name }) => name !== first.name && OF_TRAINING.test(name));
  const used = new Set<Blob>(
    [first, ...beside, ...moved, ...left, adapterConfig, adapterWeights].flatMap((each) => (each ? [each.file] : [])),
  );
  const model = { weights: first, beside: [...beside, ...configs], adapter };
  return { model, rest: files.filter(({ file }) => !used.has(file)) };
}
