/** What the pickle of torch.save holds: tensors of dicts within dicts, under dotted names. Nothing is executed. */
import { said, listed } from '../common/said';
import { opaqueTensor, type RawTensor } from './dtype';
import { CheckpointError } from './errors';
import type { PickleRules } from './pickle';
import { Global, Opaque, PickleTuple } from './pickle-values';
import type { TensorFile } from './safetensors';
import { damaged, readStorage, repeatsOfOneFile, type Storage, TensorReference, toRaw, TORCH_GLOBALS } from './torch-tensors';

/** Dicts within dicts that are looked into. */
const MAX_NESTING = 16;
const MAX_TENSORS = 100_000;

export const TORCH_RULES: PickleRules = {
  globals: TORCH_GLOBALS,
  persistent: readStorage,
  // Attributes of a dict (torch's `_metadata`) or of a tensor hold no weights.
  setState: (made) => made,
  oldString: (bytes) => new TextDecoder().decode(bytes),
  damaged: (what) =>
    new CheckpointError(
      said`The pickle inside the file is damaged: ${what}. Download the file again, or save model.state_dict() with torch.save.`,
    ),
};

/** Attributes of a pickled torch.nn.Module that are no part of its tensors' names. */
const MODULE_PARTS = new Set(['_parameters', '_buffers', '_modules']);
/** What makes tensors that are not read here: quantised, sparse, nested ones. */
const TENSOR_BUILDER = /^torch\.(.*\.)?_rebuild_/;

interface Contents {
  readonly tensors: Map<string, TensorReference | Opaque>;
  /** Strings of the outermost dict, such as "arch". */
  readonly said: Record<string, string>;
  /** Keys of the outermost dict. */
  readonly keys: string[];
  /** Classes of objects that were left as they are. */
  readonly objects: Set<string>;
}

/** Dicts inside dicts and objects: `teacher.backbone.…`, `model.…`; lists and numbers are left aside. */
function look(root: unknown): Contents {
  const contents: Contents = { tensors: new Map(), said: {}, keys: [], objects: new Set() };
  const open = new Set<unknown>();
  const visitAll = (entries: unknown, path: string, depth: number): void => {
    if (!(entries instanceof Map) || depth > MAX_NESTING) return;
    for (const [key, inner] of entries as ReadonlyMap<unknown, unknown>) {
      if (typeof key !== 'string') continue;
      if (depth === 0) contents.keys.push(key);
      if (depth === 0 && typeof inner === 'string') contents.said[key] = inner;
      visit(inner, MODULE_PARTS.has(key) ? path : path === '' ? key : `${path}.${key}`, depth + 1);
    }
  };
  const visit = (value: unknown, path: string, depth: number): void => {
    if (value instanceof TensorReference || (value instanceof Opaque && TENSOR_BUILDER.test(value.name))) {
      if (contents.tensors.size >= MAX_TENSORS) throw damaged(said`it holds more than ${MAX_TENSORS} tensors`);
      contents.tensors.set(path, value);
      return;
    }
    // A dict that contains itself, or the same dict in many places, is walked once.
    if (open.has(value)) return;
    open.add(value);
    if (value instanceof Global) contents.objects.add(value.name);
    if (!(value instanceof Opaque)) return visitAll(value, path, depth);
    contents.objects.add(value.name);
    for (const entries of [value.items, value.state, ...value.args]) visitAll(entries, path, depth);
  };
  const listed = root instanceof PickleTuple ? root.items : root;
  // (model.state_dict(), epoch) and the like.
  if (Array.isArray(listed)) listed.forEach((each, i) => visit(each, String(i), 1));
  else visit(root, '', 0);
  return contents;
}

function noTensors({ keys, objects }: Contents): CheckpointError {
  const [object] = objects;
  const what = keys.includes('param_groups')
    ? said`the state of an optimiser, or of a schedule, and no model's weights. Load the file that was saved beside it, such as pytorch_model.bin`
    : object !== undefined
      ? said`a Python object, "${object}", which is not made or run here. Save model.state_dict() with torch.save, or as safetensors`
      : said`${
          keys.length === 0 ? said`nothing` : listed(keys.slice(0, 4).map((key) => `"${key}"`))
        }. Save model.state_dict() with torch.save, or as safetensors`;
  return new CheckpointError(said`The file holds no tensors in a dict: it holds ${what}.`);
}

/** What says which model it is, where a framework wrote it beside the weights. */
const ARCHITECTURE_KEYS = ['arch', 'architecture', 'model_name'];

/**
 * The tensors of an unpickled file. `bytesOf` checks a storage at once and gives what reads it. Throws CheckpointError where there are none.
 */
export function tensorsOf(root: unknown, bytesOf: (storage: Storage) => () => Uint8Array): TensorFile {
  const contents = look(root);
  if (contents.tensors.size === 0) throw noTensors(contents);
  const repeats = repeatsOfOneFile();
  const tensors = new Map<string, RawTensor>();
  for (const [name, each] of contents.tensors) {
    tensors.set(name, each instanceof Opaque ? opaqueTensor(said`what "${each.name}" makes`) : toRaw(name, each, bytesOf, repeats));
  }
  const architecture = ARCHITECTURE_KEYS.map((key) => contents.said[key]).find((name) => name !== undefined);
  return { metadata: architecture === undefined ? {} : { architecture }, tensors };
}
