import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import { describe, it } from 'vitest';
import type { RawTensor } from '../../vit/dtype';
import type { VitFile } from '../../vit/load';
import { permute, reshape } from '../../vit/rename';
import { writeSafetensors } from '../../vit/safetensors';
import { writeTorchFile } from '../../vit/testing/torch-writer';
import { checkDeitTiny, DEIT_TINY } from '../testing/deit-tiny';
import { openWasmDevice } from './device';

type Tensors = ReadonlyMap<string, RawTensor>;
const [DIM, HEADS] = [192, 3];

/** Rows of q, k and v apart. */
function thirds({ dtype, shape, bytes }: RawTensor): RawTensor[] {
  const size = bytes.byteLength / 3;
  return [0, 1, 2].map((i) => ({ dtype, shape: [DIM, ...shape.slice(1)], bytes: bytes.subarray(i * size, (i + 1) * size) }));
}

/** A .pth as trainers wrap it. */
const torch = (tensors: Tensors): VitFile => ({
  name: 'deit_tiny.pth',
  bytes: writeTorchFile(new Map([...tensors].map(([name, tensor]) => [`model.module.${name}`, tensor] as const))),
});

/** Hugging Face's names, in two shards with an index. */
function huggingFace(tensors: Tensors): VitFile {
  const out = new Map<string, RawTensor>();
  const plain: Readonly<Record<string, string>> = {
    cls_token: 'vit.embeddings.cls_token',
    pos_embed: 'vit.embeddings.position_embeddings',
  };
  for (const [name, tensor] of tensors) {
    const [, block, part = '', kind = ''] = /^blocks\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
    const layer = `vit.encoder.layer.${block}`;
    const inside: Readonly<Record<string, string>> = {
      norm1: 'layernorm_before',
      norm2: 'layernorm_after',
      'attn.proj': 'attention.output.dense',
      'mlp.fc1': 'intermediate.dense',
      'mlp.fc2': 'output.dense',
    };
    if (part === 'attn.qkv') {
      thirds(tensor).forEach((third, i) => out.set(`${layer}.attention.attention.${['query', 'key', 'value'][i]}.${kind}`, third));
    } else if (block !== undefined) out.set(`${layer}.${inside[part]}.${kind}`, tensor);
    else
      out.set(
        plain[name] ??
          name
            .replace('patch_embed.proj', 'vit.embeddings.patch_embeddings.projection')
            .replace(/^norm/, 'vit.layernorm')
            .replace(/^head/, 'classifier'),
        tensor,
      );
  }
  const all = [...out];
  const shards = [all.filter((_, i) => i % 2 === 0), all.filter((_, i) => i % 2 === 1)];
  const fileName = (i: number) => `model-0000${i + 1}-of-00002.safetensors`;
  const map = Object.fromEntries(shards.flatMap((shard, i) => shard.map(([name]) => [name, fileName(i)])));
  const [first, second] = shards.map((shard) => writeSafetensors(new Map(shard)));
  return {
    name: fileName(0),
    bytes: first ?? new Uint8Array(),
    shards: [{ name: fileName(1), bytes: second ?? new Uint8Array() }],
    sidecars: [{ name: 'model.safetensors.index.json', text: JSON.stringify({ weight_map: map }) }],
  };
}

/** JAX's names and axes. */
function jax(tensors: Tensors): VitFile {
  const members: Record<string, Uint8Array> = {};
  const set = (name: string, { shape, bytes }: RawTensor): void => {
    const header = `{'descr': '<f2', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
    const head = Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0, ...new TextEncoder().encode(header)]);
    members[`${name}.npy`] = Uint8Array.from([...head, ...bytes]);
  };
  const turned = (tensor: RawTensor): RawTensor => permute(tensor, [1, 0]);
  const scale = (kind: string): string => (kind === 'weight' ? 'scale' : 'bias');
  for (const [name, tensor] of tensors) {
    const [, block, part = '', kind = ''] = /^blocks\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
    const at = `Transformer/encoderblock_${block}`;
    const mha = `${at}/MultiHeadDotProductAttention_1`;
    const kernel = kind === 'weight' ? 'kernel' : 'bias';
    if (part === 'norm1' || part === 'norm2') set(`${at}/LayerNorm_${part === 'norm1' ? 0 : 2}/${scale(kind)}`, tensor);
    else if (part === 'attn.qkv') {
      thirds(tensor).forEach((third, i) => {
        const shape = kind === 'weight' ? [DIM, HEADS, DIM / HEADS] : [HEADS, DIM / HEADS];
        set(`${mha}/${['query', 'key', 'value'][i]}/${kernel}`, reshape(kind === 'weight' ? turned(third) : third, shape));
      });
    } else if (part === 'attn.proj') {
      set(`${mha}/out/${kernel}`, kind === 'weight' ? reshape(turned(tensor), [HEADS, DIM / HEADS, DIM]) : tensor);
    } else if (block !== undefined) {
      set(`${at}/MlpBlock_3/Dense_${part === 'mlp.fc1' ? 0 : 1}/${kernel}`, kind === 'weight' ? turned(tensor) : tensor);
    } else if (name === 'patch_embed.proj.weight') set('embedding/kernel', permute(tensor, [2, 3, 1, 0]));
    else if (name === 'patch_embed.proj.bias') set('embedding/bias', tensor);
    else if (name === 'cls_token') set('cls', tensor);
    else if (name === 'pos_embed') set('Transformer/posembed_input/pos_embedding', tensor);
    else if (name.startsWith('norm.')) set(`Transformer/encoder_norm/${scale(name.slice(5))}`, tensor);
    else if (name === 'head.weight') set('head/kernel', turned(tensor));
    else set('head/bias', tensor);
  }
  return { name: 'deit_tiny.npz', bytes: zipSync(members, { level: 0 }) };
}

/** The golden images of DeiT-tiny; the format given to the project is checked on every other device. */
describe.skipIf(!existsSync(DEIT_TINY))('DeiT-tiny against PyTorch, in other formats', () => {
  const formats = [
    ['PyTorch .pth', torch],
    ['Hugging Face, sharded', huggingFace],
    ['JAX .npz', jax],
  ] as const;
  it.each(formats)('%s', async (_, convert) => {
    const device = await openWasmDevice({ threads: 1 });
    await checkDeitTiny(device, async (path) => new Uint8Array(await readFile(`${DEIT_TINY}/${path}`)), { images: 2, convert });
    device.dispose();
  });
});
