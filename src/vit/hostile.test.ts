/** Hostile and broken weights files: each ends in an error with a name and a remedy, at once, and without taking memory. */
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from './errors';
import type { Sidecar } from './facts';
import { loadVit, type VitFile } from './load';
import { fromFloat32, type RawTensor } from './dtype';
import { writeSafetensors } from './safetensors';
import { fixtureCases, fixtureFile } from './testing/fixture-files';
import { rawTensors, tinyVit } from './testing/tiny-vit';
import { dictWords, op, pickle, tensorWords, torchArchive, torchStream, writeTorchFile, type TensorWords } from './testing/torch-writer';

const SECONDS = 2;
const MEMORY = 64 * 2 ** 20;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const fixture = (file: string): Uint8Array => {
  const found = fixtureCases().find(({ files }) => files.includes(file));
  if (!found) throw new Error(`There is no fixture ${file}`);
  return fixtureFile(found).bytes;
};
const good = (): Map<string, RawTensor> => rawTensors(tinyVit());

/** A safetensors file with this header, as text or as a value, before `buffer` zero bytes. */
function withHeader(header: unknown, buffer = 0, claimed?: bigint): Uint8Array {
  const json = text(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + buffer);
  new DataView(out.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  out.set(json, 8);
  return out;
}

const entry = (shape: readonly number[], offsets: readonly number[], dtype = 'F32') => ({ dtype, shape, data_offsets: offsets });

/** A good file with one value changed. */
function withValue(value: number): Uint8Array {
  const raw = good();
  raw.set('norm.bias', fromFloat32(new Float32Array(8).fill(value), [8]));
  return writeSafetensors(raw);
}

/** A torch archive whose dict holds one tensor described so, with a storage of 16 zero bytes. */
const oneTensor = (words: Partial<TensorWords>, members: Record<string, Uint8Array> = { 'data/0': new Uint8Array(16) }): Uint8Array =>
  torchArchive(pickle(dictWords([['cls_token', tensorWords({ key: '0', elements: 4, shape: [4], ...words })]])), members);

/** A torch archive whose pickle calls a global with one string. */
const calls = (module: string, name: string): Uint8Array =>
  torchArchive(pickle(op.global(module, name), op.mark, op.text('echo harmless'), op.tuple, op.reduce));

const npy = (header: string, body = 16): Uint8Array =>
  Uint8Array.from([0x93, ...text('NUMPY'), 1, 0, header.length & 255, header.length >> 8, ...text(header), ...new Uint8Array(body)]);
const npz = (array: Uint8Array): Uint8Array => zipSync({ 'cls.npy': array, 'embedding/kernel.npy': array });

/** The archive with bytes of every directory entry, and of the local header it names, changed. */
function inEntries(archive: Uint8Array, change: (view: DataView, at: number, local: boolean) => void): Uint8Array {
  const out = archive.slice();
  const view = new DataView(out.buffer);
  for (let at = 0; at + 4 <= out.length; at++) {
    const signature = view.getUint32(at, true);
    if (signature === 0x02014b50) change(view, at, false);
    if (signature === 0x04034b50) change(view, at, true);
  }
  return out;
}

function withEnd(archive: Uint8Array, change: (view: DataView, at: number) => void): Uint8Array {
  const out = archive.slice();
  change(new DataView(out.buffer), out.length - 22);
  return out;
}

const shardA = writeSafetensors(new Map([...good()].slice(0, 4)));
const shardB = writeSafetensors(new Map([...good()].slice(4)));
const index = (map: Record<string, string>): Sidecar[] => [
  { name: 'model.safetensors.index.json', text: JSON.stringify({ weight_map: map }) },
];

type Hostile = [what: string, file: () => Uint8Array | Omit<VitFile, 'name'>, message: RegExp, name?: string];
type Kind = [title: string, cases: readonly Hostile[]];

const SAFETENSORS: readonly Hostile[] = [
  ['an empty file', () => new Uint8Array(0), /0 bytes, too few/],
  ['a file of seven bytes', () => new Uint8Array(7), /7 bytes, too few/],
  ['a header longer than the file', () => withHeader({}, 0, 10_000n), /claims 10000 bytes, but only/],
  ['a header of 2^63 bytes', () => withHeader({}, 0, 2n ** 63n), /claims \d+ bytes, but only/],
  ['a header that is no JSON', () => withHeader('{"a":'), /not valid JSON/],
  ['a header that is a list', () => withHeader('[]      '), /not a JSON object/],
  ['a header that is no UTF-8', () => withHeader('{"a": 1}').map((byte, i) => (i === 10 ? 0xff : byte)), /not valid JSON/],
  ['metadata that is no text', () => withHeader({ __metadata__: { a: 1 } }), /"__metadata__"/],
  ['an entry without offsets', () => withHeader({ a: { dtype: 'F32', shape: [1] } }, 4), /tensor "a" is wrong at/],
  ['overlapping tensors', () => withHeader({ a: entry([2], [0, 8]), b: entry([2], [4, 12]) }, 12), /"a" and "b" overlap/],
  ['offsets beyond the file', () => withHeader({ a: entry([4], [0, 16]) }, 8), /bytes 0 to 16 of a buffer of 8/],
  ['offsets in reverse', () => withHeader({ a: entry([1], [8, 4]) }, 8), /bytes 8 to 4/],
  ['a hole between tensors', () => withHeader({ a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, 12), /belong to no tensor/],
  ['bytes behind the last tensor', () => withHeader({ a: entry([1], [0, 4]) }, 400), /396 bytes at the end/],
  [
    'weights in an element type that is not read',
    () => {
      const raw = good();
      raw.set('norm.bias', { dtype: 'U8', shape: [8], bytes: new Uint8Array(8) });
      return writeSafetensors(raw);
    },
    /"norm.bias" is part of the model, but stored as whole numbers \(U8\).*Convert/,
  ],
  ['a shape of 4 TB', () => withHeader({ a: entry([2 ** 20, 2 ** 20], [0, 16]) }, 16), /declares shape \[1048576, 1048576\]/],
  ['a shape beyond 2^53', () => withHeader({ a: entry([2 ** 40, 2 ** 40], [0, 16]) }, 16), /declares shape/],
  ['a negative side', () => withHeader({ a: entry([-1, -4], [0, 16]) }, 16), /declares shape \[-1, -4\]/],
  ['a side of one and a half', () => withHeader({ a: entry([1.5], [0, 6]) }, 6), /declares shape \[1.5\]/],
  [
    'a name twice',
    () => withHeader('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8),
    /belong to no tensor/,
  ],
  ['NaN in the weights', () => withValue(NaN), /"norm.bias" holds NaN at position 0/],
  ['infinity in the weights', () => withValue(Infinity), /"norm.bias" holds Infinity/],
  [
    'a block number of 9999',
    () => writeSafetensors(new Map([...good(), ['blocks.9999.norm1.weight', fromFloat32(new Float32Array(8), [8])]])),
    /"blocks.2.norm1.weight".* is missing/,
  ],
  [
    'a name with markup',
    () => writeSafetensors(new Map([...good(), ['blocks.0.<img src=x onerror=alert(1)>', fromFloat32(new Float32Array(1), [1])]])),
    /"blocks.0.<img src=x onerror=alert\(1\)>" does not exist/,
  ],
  [
    'a name that reads from right to left',
    () => writeSafetensors(new Map([...good(), ['blocks.0.\u202egpj.exe', fromFloat32(new Float32Array(1), [1])]])),
    /does not exist in a plain/,
  ],
  [
    'a tensor called __proto__',
    () => writeSafetensors(new Map([['__proto__', fromFloat32(new Float32Array(1), [1])]])),
    /patch embedding\) is missing/,
  ],
];

const TORCH: readonly Hostile[] = [
  ['os.system', () => calls('os', 'system'), /"os.system", which is not made or run here/],
  ['posix.system', () => calls('posix', 'system'), /"posix.system"/],
  ['builtins.eval', () => calls('builtins', 'eval'), /"builtins.eval"/],
  ['a class of NumPy', () => calls('numpy.core.multiarray', 'scalar'), /"numpy.core.multiarray.scalar"/],
  ['argparse.Namespace', () => torchArchive(pickle(op.global('argparse', 'Namespace'), op.emptyTuple, [0x81])), /"argparse.Namespace"/],
  ['a global by its name on the stack', () => torchArchive(pickle(op.text('subprocess'), op.text('Popen'), [0x93])), /"subprocess.Popen"/],
  ['an instance in the old way', () => torchArchive(pickle(op.mark, [0x69, ...text('os\nsystem\n')])), /"os.system"/],
  ['a global that is a property of objects', () => calls('constructor', 'constructor'), /"constructor.constructor"/],
  [
    'state set on a tensor, alone in the file',
    () =>
      torchArchive(pickle(tensorWords({ key: '0', elements: 4, shape: [4] }), op.emptyDict, op.build), { 'data/0': new Uint8Array(16) }),
    /is missing/,
  ],
  ['an unknown operation', () => torchArchive(Uint8Array.from([0x80, 2, 0x82, 1, 0x2e])), /operation 0x82/],
  ['protocol 9', () => torchArchive(Uint8Array.from([0x80, 9, 0x4e, 0x2e])), /protocol 9/],
  ['an entry that was never remembered', () => torchArchive(pickle([0x68, 7])), /recalls entry 7/],
  ['a string longer than the file', () => torchArchive(pickle([0x58, 255, 255, 255, 127])), /cut off/],
  ['an integer of 2 GB', () => torchArchive(pickle([0x8b, 255, 255, 255, 127])), /cut off/],
  ['a pickle without an end', () => torchArchive(Uint8Array.from([0x80, 2, 0x4e])), /cut off/],
  ['a pickle that pops too much', () => torchArchive(pickle([0x30])), /stack is empty/],
  ['100,000 marks', () => torchArchive(pickle(new Array<number>(100_000).fill(0x28), op.tuple)), /no tensors in a dict/],
  [
    'dicts 50,000 deep',
    () =>
      torchArchive(pickle(new Array<number[]>(50_000).fill([0x7d, ...op.text('a')]).flat(), op.none, new Array<number>(50_000).fill(0x73))),
    /no tensors in a dict/,
  ],
  ['no tensors', () => torchArchive(pickle(op.emptyDict)), /no tensors in a dict/],
  ['a storage that is missing', () => oneTensor({}, {}), /storage "0" is missing/],
  ['a storage of another size', () => oneTensor({}, { 'data/0': new Uint8Array(12) }), /has 12 bytes, not 4 elements/],
  ['a storage with a path for a key', () => oneTensor({ key: '../../etc/passwd' }), /storage "\.\.\/\.\.\/etc\/passwd" is missing/],
  ['one element spread over 4 TB', () => oneTensor({ shape: [2 ** 20, 2 ** 20], strides: [0, 0] }), /claims more elements than the 4/],
  ['a tensor beyond its storage', () => oneTensor({ offset: 3, shape: [2] }), /reaches beyond its storage/],
  ['strides beyond the storage', () => oneTensor({ shape: [2, 2], strides: [1000, 1] }), /reaches beyond its storage/],
  [
    'a needed tensor in a storage of no known type',
    () => writeTorchFile(good(), { storages: { 'patch_embed.proj.weight': 'QUInt8Storage' } }),
    /"patch_embed.proj.weight" is part of the model, but.*QUInt8Storage/,
  ],
  ['code (TorchScript)', () => torchArchive(pickle(op.emptyDict), { 'constants.pkl': pickle(op.none) }), /TorchScript/],
  ['a big-endian file', () => torchArchive(pickle(op.emptyDict), { byteorder: text('big') }), /big-endian/],
];

const oneOfStream = (words: Partial<TensorWords> = {}): number[] =>
  dictWords([['cls_token', tensorWords({ key: '0', elements: 4, shape: [4], ...words })]]);

const STREAMS: readonly Hostile[] = [
  ['nothing but a tensor', () => torchStream(oneOfStream()), /patch embedding\) is missing/],
  [
    'os.system',
    () => torchStream([...op.global('os', 'system'), ...op.mark, ...op.text('ls'), ...op.tuple, ...op.reduce], { keys: [] }),
    /"os.system"/,
  ],
  ['a storage that is not listed', () => torchStream(oneOfStream(), { keys: [], bytes: 0 }), /storage "0" is missing/],
  ['a storage that no tensor uses', () => torchStream(oneOfStream(), { keys: ['1'] }), /no tensor uses/],
  ['fewer bytes than a storage has', () => torchStream(oneOfStream(), { bytes: 12 }), /has not the 4 elements/],
  ['another number of elements', () => torchStream(oneOfStream(), { elements: 3 }), /has not the 4 elements/],
  ['a storage of 2^40 elements', () => torchStream(oneOfStream({ elements: 2 ** 40 })), /has not the 1099511627776 elements/],
  ['one element spread over 4 TB', () => torchStream(oneOfStream({ shape: [2 ** 20, 2 ** 20], strides: [0, 0] })), /claims more elements/],
  ['a tensor beyond its storage', () => torchStream(oneOfStream({ offset: 3, shape: [2] })), /reaches beyond its storage/],
  ['a storage of no known size', () => torchStream(oneOfStream({ storage: 'TomorrowStorage' })), /"torch.TomorrowStorage", whose size/],
  ['a big-endian machine', () => torchStream(oneOfStream(), { machine: [0x89] }), /big-endian/],
  [
    'one storage in two ways',
    () =>
      torchStream(
        dictWords([
          ['a', tensorWords({ key: '0', elements: 4, shape: [4] })],
          ['b', tensorWords({ key: '0', elements: 8, shape: [8] })],
        ]),
      ),
    /described in two ways/,
  ],
  ['a pickle that torch.save did not write', () => pickle(op.emptyDict), /a Python pickle that torch.save did not write/, 'a.pkl'],
];

const ARCHIVES: readonly Hostile[] = [
  ['a zip bomb', () => zipSync({ 'archive/data.pkl': new Uint8Array(32 * 2 ** 20) }), /zip bomb/],
  [
    'a size of 4 GB that is not there',
    () => inEntries(npz(npy('{}')), (view, at, local) => view.setUint32(at + (local ? 22 : 24), 0xfffffff0, true)),
    /zip bomb/,
  ],
  ['an encrypted member', () => inEntries(npz(npy('{}')), (view, at, local) => view.setUint16(at + (local ? 6 : 8), 1, true)), /encrypted/],
  [
    'an unknown way of packing',
    () => inEntries(npz(npy('{}')), (view, at, local) => view.setUint16(at + (local ? 8 : 10), 12, true)),
    /packed by method 12/,
  ],
  [
    '60,000 members that are not there',
    () => withEnd(npz(npy('{}')), (view, at) => view.setUint16(at + 10, 60_000, true)),
    /directory is shorter/,
  ],
  ['a directory beyond the file', () => withEnd(npz(npy('{}')), (view, at) => view.setUint32(at + 16, 0x7fffffff, true)), /cut off/],
  [
    'a directory inside the data',
    () => withEnd(npz(npy('{}')), (view, at) => view.setUint32(at + 16, 4, true)),
    /does not begin where the directory says/,
  ],
  [
    'a member that begins elsewhere',
    () => inEntries(npz(npy('{}')), (view, at, local) => (local ? undefined : view.setUint32(at + 42, 1, true))),
    /does not begin where/,
  ],
  ['an archive of an archive', () => zipSync({ 'model.zip': writeTorchFile(good()) }, { level: 0 }), /holds "model.zip", not weights/],
  ['names that climb out of the folder', () => zipSync({ '../../data.pkl': pickle(op.emptyDict) }), /not weights/],
  ['an empty archive', () => zipSync({}), /holds nothing/],
  ['a gzip file', () => Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), /gzip/],
  [
    'the same name twice',
    () => inEntries(zipSync({ 'a.npy': npy('{}'), 'b.npy': npy('{}') }), (view, at, local) => view.setUint8(at + (local ? 30 : 46), 0x61)),
    /holds "a.npy" twice/,
  ],
  ['Python objects in an array', () => npz(npy("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2, 3, 8), }")), /Python objects/],
  ['an array stored by columns', () => npz(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2, 3, 8), }")), /column by column/],
  ['an array of 4 TB', () => npz(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1048576, 1048576), }")), /declares shape/],
  ['an array without a shape', () => npz(npy("{'descr': '<f4'}")), /without type or shape/],
  ['a member that is no array', () => npz(text('not an array at all')), /is no NumPy array/],
];

const SEVERAL: readonly Hostile[] = [
  [
    'a shard that is missing',
    () => ({ bytes: shardA, sidecars: index({ cls_token: 'a.safetensors', 'norm.bias': 'b.safetensors' }) }),
    /names the file "b.safetensors", which is not here/,
  ],
  ['a tensor in two shards', () => ({ bytes: shardA, shards: [{ name: 'b.safetensors', bytes: shardA }] }), /is in two of the files/],
  [
    'an index that names another shard',
    () => ({ bytes: shardA, shards: [{ name: 'b.safetensors', bytes: shardB }], sidecars: index({ 'norm.bias': 'a.safetensors' }) }),
    /"a.safetensors" holds tensor "norm.bias", but it does not/,
  ],
  ['an index that is no JSON', () => ({ bytes: shardA, sidecars: [{ name: 'x.index.json', text: '{' }] }), /index of the shards/],
  [
    'a config.json that is no JSON',
    () => ({ bytes: writeSafetensors(good()), sidecars: [{ name: 'config.json', text: '<html>' }] }),
    /config.json is not valid JSON/,
  ],
  [
    'a configuration of absurd numbers',
    () => ({
      bytes: writeSafetensors(good()),
      sidecars: [{ name: 'config.json', text: '{"num_attention_heads": 1e300, "layer_norm_eps": -1}' }],
    }),
    /config.json: field/,
  ],
];

const pair = (change: (raw: Map<string, RawTensor>) => void = () => undefined): Uint8Array => {
  const module = 'base_model.model.blocks.0.attn.proj';
  const raw = new Map([
    [`${module}.lora_A.weight`, fromFloat32(new Float32Array(16), [2, 8])],
    [`${module}.lora_B.weight`, fromFloat32(new Float32Array(16), [8, 2])],
  ]);
  change(raw);
  return writeSafetensors(raw);
};
const lora = { peft_type: 'LORA', r: 2, lora_alpha: 2, target_modules: ['attn.proj'] };
const adapted = (config: unknown, bytes: Uint8Array = pair()): Omit<VitFile, 'name'> => ({
  bytes: writeSafetensors(good()),
  adapter: { name: 'adapter_model.safetensors', bytes, config: typeof config === 'string' ? config : JSON.stringify(config) },
});

const ADAPTERS: readonly Hostile[] = [
  ['a configuration that is no JSON', () => adapted('{'), /adapter_config.json is not valid JSON/],
  ['another kind of adapter', () => adapted({ ...lora, peft_type: 'IA3' }), /of type "IA3"/],
  ['DoRA', () => adapted({ ...lora, use_dora: true }), /DoRA/],
  ['a rank that is not the configuration’s', () => adapted({ ...lora, r: 4 }), /has rank 2, but adapter_config.json says 4/],
  ['a module that is not targeted', () => adapted({ ...lora, target_modules: ['attn.qkv'] }), /does not name/],
  ['a pattern that could run for ever', () => adapted({ ...lora, target_modules: '(a+)+$' }), /pattern that is not read/],
  [
    'half a pair',
    () =>
      adapted(
        lora,
        pair((raw) => raw.delete('base_model.model.blocks.0.attn.proj.lora_B.weight')),
      ),
    /other half/,
  ],
  [
    'a pair for another backbone',
    () =>
      adapted(
        lora,
        pair((raw) => raw.set('base_model.model.blocks.0.attn.proj.lora_B.weight', fromFloat32(new Float32Array(32), [16, 2]))),
      ),
    /does not fit the backbone's/,
  ],
  [
    'a block that the backbone does not have',
    () =>
      adapted(
        lora,
        writeSafetensors(
          new Map([
            ['base_model.model.blocks.7.attn.proj.lora_A.weight', fromFloat32(new Float32Array(16), [2, 8])],
            ['base_model.model.blocks.7.attn.proj.lora_B.weight', fromFloat32(new Float32Array(16), [8, 2])],
          ]),
        ),
      ),
    /which this backbone does not have/,
  ],
  ['no pairs', () => adapted(lora, writeSafetensors(new Map([['head.bias', fromFloat32(new Float32Array(3), [3])]]))), /no low-rank pairs/],
];

const KINDS: readonly Kind[] = [
  ['safetensors', SAFETENSORS],
  ['PyTorch', TORCH],
  ['PyTorch before 1.6', STREAMS],
  ['zip and npz', ARCHIVES],
  ['several files', SEVERAL],
  ['adapters', ADAPTERS],
];

describe.each(KINDS)('%s', (_, cases) => {
  it.each(cases)('%s', (_what, make, message, name = 'a.safetensors') => {
    const made = make();
    const file: VitFile = made instanceof Uint8Array ? { name, bytes: made } : { name, ...made };
    const before = process.memoryUsage();
    const from = performance.now();
    let caught: unknown;
    try {
      loadVit(file);
    } catch (error) {
      caught = error;
    }
    expect(performance.now() - from).toBeLessThan(SECONDS * 1000);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(MEMORY);
    expect(caught).toBeInstanceOf(CheckpointError);
    expect((caught as Error).message).toMatch(message);
  });
});

describe('files cut off', () => {
  /** Ends of the parts of a file, one byte before and after them. */
  const cuts = (length: number): number[] => {
    const steps = Array.from({ length: 60 }, (_, i) => Math.floor((i * length) / 60));
    return [...new Set([...steps, 1, 7, 8, 9, 29, 30, 31, length - 23, length - 22, length - 21, length - 1])].filter(
      (at) => at >= 0 && at < length,
    );
  };

  it.each(['timm.safetensors', 'wrapped.pth', 'stream-4.pth', 'augreg.npz', 'big-vision.npz'])('%s, anywhere', (file) => {
    const whole = fixture(file);
    for (const at of cuts(whole.length))
      expect(() => loadVit({ name: file, bytes: whole.subarray(0, at) }), `cut at ${at}`).toThrow(CheckpointError);
  });

  it('a pickle, at every byte', () => {
    const data = pickle(dictWords([['cls_token', tensorWords({ key: '0', elements: 4, shape: [4] })]]));
    for (let at = 0; at < data.length; at++) {
      const cut = torchArchive(data.subarray(0, at), { 'data/0': new Uint8Array(16) });
      expect(() => loadVit({ name: 'x.pth', bytes: cut }), `cut at ${at}`).toThrow(CheckpointError);
    }
  });
});
