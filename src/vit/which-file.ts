/** Which of several files is the model: told by the names of tensors inside, which stand at the ends of every container. */

/** As in layouts.ts: the patch embedding, which every ViT has. */
const PATCHES = /patch_embed|conv_proj|embedding\/kernel/;
/** PyTorch keeps its pickle in front, safetensors its header; NumPy names its arrays at the end. */
const FRONT = 4 * 2 ** 20;
const BACK = 256 * 1024;

/** Files of a training, by what its frameworks call them; they settle the order alone. */
const SERVES_TRAINING = /(^|\/)(optimizer|scheduler|scaler|rng_state|random_states|training_args|training_state)[^/]*$/i;

/** Whether the names of a ViT's tensors stand in the file. Reads its ends alone. */
export async function namesVit(file: Blob): Promise<boolean> {
  if (PATCHES.test(await file.slice(0, FRONT).text())) return true;
  return file.size > FRONT && PATCHES.test(await file.slice(Math.max(FRONT, file.size - BACK)).text());
}

/** The candidate that holds a ViT, safetensors first and training state last; where none does, the likeliest by name. Null without candidates. */
export async function whichModel<T extends { readonly name: string; readonly file: Blob }>(candidates: readonly T[]): Promise<T | null> {
  const rank = ({ name }: T): number => (SERVES_TRAINING.test(name) ? 2 : /\.safetensors$/i.test(name) ? 0 : 1);
  const ordered = [...candidates].sort((a, b) => rank(a) - rank(b));
  // One alone is what is meant, whatever it holds: its reader says best what is wrong.
  if (ordered.length > 1) for (const each of ordered) if (await namesVit(each.file)) return each;
  return ordered[0] ?? null;
}
