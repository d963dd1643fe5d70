/** What files hold beside the weights is carried as it lies: never made, imported, run or allocated; and what a needed tensor must be. */
import { inEnglish } from '../common/testing/in-english';
import { describe, expect, it } from 'vitest';
import { fromFloat32, type RawTensor } from './dtype';
import { loadVit } from './load';
import { writeSafetensors } from './safetensors';
import { readTorchFile } from './torch-file';
import { rawTensors, tinyVit } from './testing/tiny-vit';
import { dictWords, op, pickle, tensorWords, torchArchive, writeTorchFile } from './testing/torch-writer';

const weights = (): Map<string, RawTensor> => rawTensors(tinyVit({}, 3));
const wanted = tinyVit({}, 3).tensors.get('blocks.1.mlp.fc1.weight')?.data;

const call = (module: string, name: string, ...args: (readonly number[])[]): number[] => [
  ...op.global(module, name),
  ...op.mark,
  ...args.flat(),
  ...op.tuple,
  ...op.reduce,
];
/** NEWOBJ with a state. */
const object = (module: string, name: string, state: readonly number[]): number[] => [
  ...[...op.global(module, name), ...op.emptyTuple, 0x81, ...state, ...op.build],
];
const one = [0x4b, 1];
const list = [0x5d];
const small = { key: '0', elements: 384, shape: [2] };

/** Words of a pickle that stand beside the weights. */
const BESIDE: readonly [string, readonly number[]][] = [
  ['a namespace of arguments', object('argparse', 'Namespace', dictWords([['lr', one]]))],
  ['a dict with a default', [...call('collections', 'defaultdict', op.global('builtins', 'float')), ...op.text('a'), ...one, 0x73]],
  ['a counter', call('collections', 'Counter', [...op.emptyDict, ...one, ...one, 0x73])],
  ['a scalar of NumPy', call('numpy._core.multiarray', 'scalar', call('numpy', 'dtype', op.text('f8')), [0x43, 8, 0, 0, 0, 0, 0, 0, 0, 0])],
  ['a device', call('torch', 'device', op.text('cpu'))],
  ['a type', op.global('torch', 'float32')],
  ['a set', call('builtins', 'set', [...list, ...one, 0x61])],
  ['a set of protocol 4', [0x8f, ...op.mark, ...one, 0x90]],
  ['an integer of 200 bits', [0x8a, 25, ...new Array<number>(25).fill(1)]],
  ['a partial function', [...call('functools', 'partial', op.global('torch.nn', 'GELU')), ...op.none, ...op.build]],
  ['an object with arguments by name', [...op.global('a', 'B'), ...op.emptyTuple, ...op.emptyDict, 0x92]],
  ['an object in the old way', [...op.mark, 0x69, ...new TextEncoder().encode('a\nB\n')]],
  [
    'what an object makes when it is called',
    [...call('builtins', 'getattr', op.text('os'), op.text('system')), ...op.mark, ...op.text('ls'), ...op.tuple, ...op.reduce],
  ],
  ['code', call('os', 'system', op.text('echo harmless'))],
  ['a sparse tensor', call('torch._utils', '_rebuild_sparse_tensor', op.none, op.none)],
  ['a quantised tensor', call('torch._utils', '_rebuild_qtensor', op.none)],
  ['whole numbers of 8 bits', tensorWords({ ...small, storage: 'CharStorage' })],
  ['whole numbers of 16 bits', tensorWords({ ...small, storage: 'ShortStorage' })],
  ['complex numbers', tensorWords({ ...small, storage: 'ComplexFloatStorage' })],
  [
    'a subclass of tensors',
    call('torch._tensor', '_rebuild_from_type_v2', op.none, op.global('torchao', 'Quantised'), op.emptyTuple, op.none),
  ],
];

describe('beside the weights', () => {
  it.each(BESIDE)('%s stays as it is', (_, words) => {
    const { checkpoint } = loadVit({ name: 'x.pth', bytes: writeTorchFile(weights(), { entries: [['beside', words]] }) });
    expect(checkpoint.tensors.get('blocks.1.mlp.fc1.weight')?.data).toEqual(wanted);
  });

  it.each(['BOOL', 'I8', 'U16', 'F8_E4M3', 'C64', 'F4_OF_TOMORROW'])('a tensor of type %s stays as it is', (dtype) => {
    const bytes = writeSafetensors(new Map([...weights(), ['beside', { dtype: 'U8', shape: [8], bytes: new Uint8Array(8) }]]));
    const shape = { BOOL: 8, I8: 8, U16: 4, F8_E4M3: 8, C64: 1, F4_OF_TOMORROW: 16 }[dtype];
    const view = new DataView(bytes.buffer);
    const length = view.getUint32(0, true);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    const changed = new TextEncoder().encode(header.replace('"dtype":"U8","shape":[8]', `"dtype":"${dtype}","shape":[${shape}]`).trimEnd());
    const file = new Uint8Array([...new Uint8Array(8), ...changed, ...bytes.subarray(8 + length)]);
    new DataView(file.buffer).setUint32(0, changed.length, true);
    const { checkpoint, unused } = loadVit({ name: 'x.safetensors', bytes: file });
    expect(checkpoint.tensors.get('blocks.1.mlp.fc1.weight')?.data).toEqual(wanted);
    expect(unused).toEqual(['beside']);
  });
});

describe('tensors that are needed', () => {
  const made = (words: readonly number[], name = 'blocks.0.norm1.bias') => {
    const raw = weights();
    raw.delete(name);
    return () => loadVit({ name: 'x.pth', bytes: writeTorchFile(raw, { entries: [[name, words]] }) });
  };

  it('are refused by name in a form that is not read', () => {
    expect(made(tensorWords({ ...small, shape: [8], storage: 'CharStorage' }))).toThrow(
      /"blocks.0.norm1.bias" is part of the model.*CharStorage.*Convert/,
    );
    expect(made(call('torch._utils', '_rebuild_qtensor', op.none))).toThrow(/"blocks.0.norm1.bias" is part of the model.*_rebuild_qtensor/);
  });

  it('may carry attributes, and may repeat one row', () => {
    const plain = tensorWords({ ...small, shape: [8] });
    const value = weights().get('patch_embed.proj.weight');
    for (const words of [
      call('torch._utils', '_rebuild_parameter_with_state', plain, [0x88], op.emptyDict, dictWords([['tag', one]])),
      [...plain, ...dictWords([['tag', one]]), ...op.build],
      call(
        'torch._tensor',
        '_rebuild_from_type_v2',
        op.global('torch._utils', '_rebuild_parameter'),
        op.global('torch.nn.parameter', 'Parameter'),
        [...op.mark, ...plain, 0x88, ...op.none, ...op.tuple],
        op.none,
      ),
    ]) {
      const { tensors } = made(words)().checkpoint;
      expect(tensors.get('blocks.0.norm1.bias')?.data).toEqual(
        new Float32Array(value?.bytes.buffer ?? new ArrayBuffer(0), value?.bytes.byteOffset, 8),
      );
    }
    const row = tensorWords({ ...small, offset: 8, shape: [1, 5, 8], strides: [0, 0, 1] });
    const positions = made(row, 'pos_embed')().checkpoint.tensors.get('pos_embed')?.data ?? [];
    expect([...positions.slice(32, 40)]).toEqual([...positions.slice(0, 8)]);
    expect(positions[0]).not.toBe(positions[1]);
  });

  it('are found in a list of dicts, and behind the names of wrappers', () => {
    const raw = weights();
    const dict = dictWords([['cls_token', tensorWords({ ...small, shape: [1, 1, 8] })]]);
    const bytes = torchArchive(pickle(op.mark, dict, one, op.tuple), {
      'data/0': raw.get('patch_embed.proj.weight')?.bytes ?? new Uint8Array(),
    });
    expect([...readTorchFile(bytes).tensors.keys()]).toEqual(['0.cls_token']);
    const wrapped = new Map(
      [...raw].map(([name, tensor]) => [`_orig_mod.${name.replace(/^blocks\.\d\./, '$&_fsdp_wrapped_module.')}`, tensor]),
    );
    const { checkpoint } = loadVit({ name: 'x.pth', bytes: writeTorchFile(wrapped) });
    expect(checkpoint.tensors.get('blocks.1.mlp.fc1.weight')?.data).toEqual(wanted);
  });

  it('of a classifier that is more than a linear map leave it aside, and say so', () => {
    const { checkpoint, notes } = loadVit({
      name: 'x.pth',
      bytes: writeTorchFile(new Map([...weights(), ['head.sigma', fromFloat32(Float32Array.of(9), [1])]])),
    });
    expect(checkpoint.head).toBeNull();
    expect(inEnglish(notes).join()).toContain('“head.sigma”');
  });

  it.each([
    ['blocks.0.mlp.fc1.weight_mask', /pruned model.*weight_mask.*prune\.remove/],
    ['blocks.1.attn.qkv.parametrizations.weight.original0', /computed from others.*original0.*remove_parametrizations/],
  ])('are not looked for beside %s', (name, says) => {
    const bytes = writeTorchFile(new Map([...weights(), [name, fromFloat32(Float32Array.of(1), [1])]]));
    expect(() => loadVit({ name: 'x.pth', bytes })).toThrow(says);
  });

  it('are found in a whole model that was pickled, and in dicts of other classes', () => {
    const value = fromFloat32(Float32Array.of(1, 2), [2]);
    const tensor = (key: string) => tensorWords({ key, elements: 2, shape: [2] });
    const linear = object(
      'torch.nn',
      'Linear',
      dictWords([
        ['_parameters', dictWords([['weight', tensor('0')]])],
        ['_buffers', op.emptyDict],
      ]),
    );
    const model = object(
      'timm',
      'Model',
      dictWords([
        ['_modules', dictWords([['fc', linear]])],
        ['_parameters', dictWords([['cls', tensor('1')]])],
      ]),
    );
    const dict = [...call('addict', 'Dict'), ...op.mark, ...op.text('model'), ...model, ...op.setItems];
    const bytes = torchArchive(pickle(dict), { 'data/0': value.bytes, 'data/1': value.bytes });
    expect([...readTorchFile(bytes).tensors.keys()].sort()).toEqual(['model.cls', 'model.fc.weight']);
  });
});
