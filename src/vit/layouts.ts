/** Whose names the tensors carry is told by the tensors, not by the file's name. */
import { said, type Sentence } from '../common/said';
import { refuseOtherArchitectures, refuseWithoutModel } from './architecture';
import { chooseCopy } from './copies';
import { CheckpointError } from './errors';
import type { VitFacts } from './facts';
import { renameHuggingFace } from './hugging-face';
import { renameJax } from './jax';
import { mergePeft, type PeftAdapter } from './peft';
import { PATCHES, renamePlain } from './plain-names';
import type { Renamed } from './rename';
import type { RawTensors } from './tensors';
import { readTimmVit, type LoadedVit } from './timm';

interface Layout {
  /** Finds the patch embedding, which every ViT has once. */
  readonly patches: RegExp;
  /** Tensors under timm names from what stands behind `prefix`. */
  rename(tensors: RawTensors, prefix: string): Renamed & { readonly facts?: VitFacts; readonly notes?: readonly Sentence[] };
}

const LAYOUTS: readonly Layout[] = [
  { patches: /(^|\.)embeddings\.patch_embeddings\.projection\.weight$/, rename: renameHuggingFace },
  { patches: /(^|\/)embedding\/kernel$/, rename: renameJax },
  { patches: PATCHES, rename: renamePlain },
];

/** What stands before a ViT's own names (`module.`, `teacher.backbone.`, `opt/target/`), with the layout of those names. */
function models(tensors: RawTensors): Map<string, Layout> {
  const found = new Map<string, Layout>();
  for (const name of tensors.keys()) {
    for (const layout of LAYOUTS) {
      const match = layout.patches.exec(name);
      if (match === null) continue;
      const prefix = name.slice(0, match.index + (match[1]?.length ?? 0));
      if (!found.has(prefix)) found.set(prefix, layout);
      break;
    }
  }
  return found;
}

/** What torch.compile and the wrappers of sharding and of recomputed activations put into names, anywhere. */
const WRAPPERS = /(?<=^|\.)(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\./g;

/** Names as they are without wrappers; where that would merge two, as the file has them. */
function unwrapped(raw: RawTensors): RawTensors {
  const names = [...raw.keys()].map((name) => name.replace(WRAPPERS, ''));
  return new Set(names).size < names.length ? raw : new Map([...raw.values()].map((tensor, i) => [names[i] ?? '', tensor]));
}

/** MoCo v3 keeps timm's names, but not timm's heads. */
const saidBy = (prefix: string): VitFacts => (/(base|momentum)_encoder\.$/.test(prefix) ? { architecture: 'moco v3' } : {});

export interface ReadOptions {
  /** Asked once the architecture is recognised: the configuration of another kind of model is no matter of single fields. */
  readonly facts?: () => VitFacts;
  readonly adapter?: PeftAdapter | null;
  /** Which of several models in the file: its name. */
  readonly copy?: string | undefined;
}

/**
 * A ViT of any known layout: timm (and DeiT, DINO, MAE, DINOv2, MoCo v3 as published), Hugging Face, JAX, mmpretrain,
 * torchvision. Wrappers such as `module.` are seen through, one of several copies is chosen, and a PEFT adapter is merged.
 * Throws CheckpointError naming the tensor, also as the file calls it.
 */
export function readVit(given: RawTensors, { facts = () => ({}), adapter = null, copy }: ReadOptions = {}): LoadedVit {
  const raw = unwrapped(given);
  refuseOtherArchitectures(raw);
  const found = models(raw);
  const choice = chooseCopy([...found.keys()], copy);
  const layout = choice && found.get(choice.prefix);
  if (!choice || !layout) return refuseWithoutModel(raw);
  const { prefix, names, note } = choice;
  const { tensors, origins, unused, facts: known, notes = [] } = layout.rename(raw, prefix);
  try {
    const told = facts();
    const loaded = readTimmVit(adapter === null ? tensors : mergePeft(tensors, adapter), { ...known, ...told, ...saidBy(prefix) });
    const nameOf = (name: string): string => origins.get(name) ?? name;
    const chosen = note === null ? [] : [note];
    const silent = told.activation === undefined ? notes : [];
    return { ...loaded, copies: names, notes: [...chosen, ...silent, ...loaded.notes], unused: [...unused, ...loaded.unused.map(nameOf)] };
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.tensor === null) throw error;
    const origin = origins.get(error.tensor);
    if (origin === undefined || origin === error.tensor) throw error;
    throw new CheckpointError(said`${error.said} (In the file: "${origin}".)`, origin, { cause: error });
  }
}
