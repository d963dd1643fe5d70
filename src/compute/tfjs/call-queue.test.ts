import { describe, expect, it } from 'vitest';
import { CallQueue } from './call-queue';

const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), 1));

describe('CallQueue', () => {
  it('starts at once when idle, and void calls take effect before they return', () => {
    const queue = new CallQueue();
    const seen: string[] = [];
    queue.runVoid(() => seen.push('void'));
    void queue.run(async () => seen.push('run'));
    expect(seen).toEqual(['void', 'run']);
  });

  it('keeps call order across pauses', async () => {
    const queue = new CallQueue();
    const seen: string[] = [];
    const first = queue.run(async () => {
      await later(null);
      seen.push('first');
    });
    queue.runVoid(() => seen.push('void'));
    const second = queue.run(async () => {
      seen.push('second');
      return later(2);
    });
    expect(seen).toEqual([]);
    expect(await second).toBe(2);
    await first;
    expect(seen).toEqual(['first', 'void', 'second']);
  });

  it('gives each caller its own error and goes on', async () => {
    const queue = new CallQueue();
    const failing = queue.run(() => Promise.reject(new Error('mine')));
    const fine = queue.run(async () => 1);
    await expect(failing).rejects.toThrow('mine');
    expect(await fine).toBe(1);
  });

  it('brings the error of a waiting void call to the next caller, once', async () => {
    const queue = new CallQueue();
    const pending = queue.run(() => later(0));
    queue.runVoid(() => {
      throw new Error('in vain');
    });
    await pending;
    await expect(queue.run(async () => 1)).rejects.toThrow('in vain');
    expect(await queue.run(async () => 1)).toBe(1);
  });
});
