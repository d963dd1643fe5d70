import { describe, expect, it } from 'vitest';
import { parseArguments, takeShard, UsageError } from './arguments';

const parse = (line: string) => parseArguments(line.split(' ').filter((word) => word !== ''));

describe('lab arguments', () => {
  it('reads run', () => {
    expect(parse('run a.json b.json --out=r.json --device wasm --seeds 3 --methods joint,inflora --shard 2/4')).toEqual({
      kind: 'run',
      experiments: ['a.json', 'b.json'],
      out: 'r.json',
      device: 'wasm',
      seeds: 3,
      methods: ['joint', 'inflora'],
      shard: { index: 2, of: 4 },
    });
    expect(parse('run default')).toMatchObject({ out: null, device: 'auto', seeds: 1, methods: null, shard: { index: 1, of: 1 } });
  });

  it('reads golden and predict', () => {
    expect(parse('golden folder a_sgd --device webgpu')).toEqual({ kind: 'golden', folder: 'folder', scenario: 'a_sgd', device: 'webgpu' });
    expect(parse('predict --backbone m.safetensors --images pics --top 3 --json')).toMatchObject({
      top: 3,
      json: true,
      size: null,
      adapterRun: null,
    });
    expect(parse('run --help')).toEqual({ kind: 'help' });
  });

  it.each([
    ['', /command is missing/],
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
    ['run default --methods ewc', /does not know "ewc".*inflora/],
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
