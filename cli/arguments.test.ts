import { describe, expect, it } from 'vitest';
import { parseArguments, takeShard, UsageError } from './arguments';

const parse = (line: string) => parseArguments(line.split(' ').filter((word) => word !== ''));

describe('lab arguments', () => {
  it('reads run', () => {
    expect(parse('run a.json b.json --out=r.json --device wasm --seeds 3 --methods joint,inflora --shard 2/4')).toEqual({
      kind: 'run',
      experiments: ['a.json', 'b.json'],
      out: 'r.json',
      outDir: null,
      grid: [],
      device: 'wasm',
      allowSoftware: false,
      seeds: 3,
      methods: ['joint', 'inflora'],
      shard: { index: 2, of: 4 },
    });
    expect(parse('run default')).toMatchObject({ out: null, device: 'auto', seeds: 1, methods: null, shard: { index: 1, of: 1 } });
  });

  it('reads golden and predict', () => {
    const golden = { kind: 'golden', folder: 'folder', scenario: 'a_sgd', device: 'webgpu' };
    expect(parse('golden folder a_sgd --device webgpu')).toEqual({ ...golden, allowSoftware: false });
    expect(parse('golden folder a_sgd --device webgpu --allow-software')).toEqual({ ...golden, allowSoftware: true });
    expect(parse('predict --backbone m.safetensors --images pics --top 3 --json')).toMatchObject({
      top: 3,
      json: true,
      size: null,
      adapterRun: null,
    });
    expect(parse('run --help')).toEqual({ kind: 'help' });
  });

  it('reads sweeps', () => {
    const grid = [
      { path: 'learningRate', values: [1e-4, 1e-3] },
      { path: 'inflora.targets', values: [['q', 'k'], 'all'] },
    ];
    expect(parse('plan default --grid learningRate=1e-4,1e-3 --grid=inflora.targets=["q","k"],all')).toMatchObject({ kind: 'plan', grid });
    expect(parse('slurm default --out-dir o --at-once 4 --gpu --time 2:00:00')).toMatchObject({
      ...{ kind: 'slurm', outDir: 'o', atOnce: 4, gpu: true, time: '2:00:00', jobs: null, cpus: 2 },
    });
    expect(parse('merge a b --csv c.csv')).toMatchObject({ kind: 'merge', from: ['a', 'b'], csv: 'c.csv', anyEngine: false });
  });

  it.each([
    ['', /command is missing/],
    ['run default --out a --out-dir b', /--out and --out-dir: give one/],
    ['run default --grid rank', /--grid takes NAME=VALUE/],
    ['run default --grid rank=4,,8', /--grid takes NAME=VALUE/],
    ['slurm default', /--out-dir is missing/],
    ['slurm default --out-dir a --shard 1/2', /--shard is not known/],
    ['parallel default --out-dir a --time 1', /--time is not known/],
    ['merge', /merge needs the folder/],
    ['fly', /"fly" is not a command/],
    ['run', /needs an experiment/],
    ['run default --seeds 0', /--seeds takes a whole number/],
    ['run default --seeds x', /--seeds takes a whole number/],
    ['run default --seeds', /--seeds needs a value/],
    ['run default --out --seeds 2', /--out needs a value/],
    ['run default --device tpu', /--device takes webgpu, wasm or cpu, not "tpu"/],
    ['run default --shard 3/2', /--shard takes I\/N/],
    ['run default --shard 0/2', /--shard takes I\/N/],
    ['run default --shard 2', /--shard takes I\/N/],
    ['run default --methods magic', /does not know "magic".*inflora/],
    ['run default --methods joint,joint', /each method once/],
    ['run default --speed 9', /--speed is not known/],
    ['run default --seeds 1 --seeds 2', /twice/],
    ['golden folder', /a folder and a scenario/],
    ['predict --images x', /--backbone is missing/],
    ['predict --backbone x', /--images is missing/],
    ['predict --backbone x --images y z', /does not understand "z"/],
    ['predict --backbone x --images y --json=1', /--json takes no value/],
  ])('refuses "%s"', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  it('shards a list without loss or overlap', () => {
    const list = [...'abcdefg'];
    const shards = [1, 2, 3].map((index) => takeShard(list, { index, of: 3 }));
    expect(shards).toEqual([
      ['a', 'd', 'g'],
      ['b', 'e'],
      ['c', 'f'],
    ]);
  });
});
