import { describe, expect, it } from 'vitest';
import { crossEntropy } from '../objective';
import { adapterLayout } from '../plan/adapter-layout';
import { allocate } from '../plan/allocate';
import type { Program } from '../plan/ops';
import { momentsProgram, trainingPrograms } from '../plan/programs';
import { accessOf } from '../plan/views';
import { tinyConfig } from '../testing/fixtures';
import { Encoder } from './encode';

const RANGE = { from: 0, to: 3 };
const config = tinyConfig({ depth: 3 });
const adapters = adapterLayout(config, [{ block: 0, target: 'k', rank: 1, down: new Float32Array(8), up: new Float32Array(8) }]);
const network = { config, adapters, maxBatch: 4 };

const training = (backbone: 'none' | 'all'): Program =>
  trainingPrograms(
    network,
    {
      ...{ trainables: { backbone, adapters: 'up', classifier: RANGE }, objective: crossEntropy(RANGE) },
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
      ...{ maxBatch: 4, classifier: { weight: new Float32Array(24), bias: new Float32Array(3) } },
    },
    3,
  ).step;

const ROOMS = [
  { at: 10, bytes: 2 ** 30 },
  { at: 20, bytes: 2 ** 30 },
] as const;

/** Operations between two meetings of the threads, as the plan's: a product is packed, then multiplied. */
function phasesOf({ ops, buffers, ...rest }: Program, rooms: ConstructorParameters<typeof Encoder>[1]['packed'] = ROOMS) {
  const { slotOf } = allocate({ ops, buffers, ...rest });
  const names = [...buffers.keys()];
  // Buffers that share a slot share an address.
  const of = (name: string): number => 1e4 * (slotOf.has(name) ? 1 + (slotOf.get(name) ?? 0) : 1e3 + names.indexOf(name));
  const encoder = new Encoder(4, { of, packed: rooms });
  const units = ops.flatMap((op) => {
    encoder.add(op);
    const { reads, writes } = accessOf(op);
    const touched = { kind: op.kind as string, reads: reads.map(of), writes: writes.map(of) };
    return op.kind === 'gemm' ? [{ kind: 'pack', reads: [of(op.b.buffer)], writes: [] }, touched] : [touched];
  });
  const words = encoder.finish();
  expect(encoder.count).toBe(units.length);
  const phases: (typeof units)[] = [[]];
  let at = 0;
  for (const unit of units) {
    phases.at(-1)?.push(unit);
    if (((words[at] ?? 0) & 256) === 0) phases.push([]);
    at += words[at + 3] ?? 0;
  }
  return phases.filter((phase) => phase.length > 0);
}

describe('threads meet', () => {
  it.each([
    ['a step of all weights', training('all')],
    ['a step of an adapter', training('none')],
    ['a pass to second moments', momentsProgram(network, { inputs: ['qkv', 'fc2'], features: true })],
  ])('wherever %s needs what was written, and seldom elsewhere', (_, program) => {
    const phases = phasesOf(program);
    for (const phase of phases) {
      phase.forEach((later, i) => {
        for (const { kind, reads, writes } of phase.slice(0, i)) {
          const said = `${later.kind} beside ${kind}`;
          for (const address of writes) expect([...later.reads, ...later.writes], said).not.toContain(address);
          for (const address of reads) expect(later.writes, said).not.toContain(address);
        }
        // What was packed is multiplied after a meeting, and never overwritten while it still is.
        if (later.kind === 'gemm') expect(i === 0 || phase[i - 1]?.kind !== 'pack').toBe(true);
        expect(phase.slice(0, i).filter(({ kind }) => kind === 'pack').length).toBeLessThan(2);
      });
    }
    const units = phases.flat().length;
    expect(phases.length).toBeLessThan(0.72 * units);
  });

  it('before an operand is packed into the only room that it fits', () => {
    const phases = phasesOf(training('all'), [ROOMS[0], { at: 20, bytes: 0 }]);
    for (const phase of phases) expect(phase.some(({ kind }, i) => kind === 'gemm' && phase[i + 1]?.kind === 'pack')).toBe(false);
  });
});
