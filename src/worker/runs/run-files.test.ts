import { describe, expect, it, vi } from 'vitest';
import { opfsRunFiles } from './run-files';
import { StorageError } from './storage-error';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A private file system as a worker has it, whose call number `fails` does not succeed; `how`: throws, or writes half without a word. */
function fakeStorage() {
  const disk = new Map<string, Uint8Array<ArrayBuffer>>();
  const fault = { at: Infinity, calls: 0, names: [] as string[], half: false };
  const step = (name: string) => {
    fault.names.push(name);
    if (++fault.calls === fault.at && !(fault.half && name === 'write')) throw new DOMException('full', 'QuotaExceededError');
    return fault.calls !== fault.at;
  };
  const fileOf = (name: string) => ({
    getFile: async () => new Blob([disk.get(name) ?? new Uint8Array(0)]),
    async createSyncAccessHandle() {
      step('open');
      return {
        write(given: Uint8Array<ArrayBuffer>) {
          const some = step('write') ? given : given.slice(0, given.length >> 1);
          disk.set(name, some.slice());
          return some.length;
        },
        flush: () => void step('flush'),
        close: () => undefined,
      };
    },
  });
  const folder = {
    async *entries() {
      for (const name of disk.keys()) yield [name, fileOf(name)];
    },
    async getFileHandle(name: string, { create = false } = {}) {
      if (create) step('create');
      if (create && !disk.has(name)) disk.set(name, new Uint8Array(0));
      return fileOf(name);
    },
    async removeEntry(name: string) {
      step('remove');
      disk.delete(name);
    },
  };
  const root = { getDirectoryHandle: async () => (step('folder'), folder) };
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => root, estimate: async () => ({ quota: 1e9, usage: 0 }) } });
  return { disk, fault };
}

const texts = async (id: string) => Promise.all((await opfsRunFiles().read(id)).map((blob) => blob.text()));

describe('a state that is written', () => {
  it.each([false, true])('replaces the one before once it is whole, whichever call finds no room (half written: %s)', async (half) => {
    const { fault } = fakeStorage();
    await opfsRunFiles().write('a', bytes('the state before'));
    fault.calls = 0;
    fault.names = [];
    await opfsRunFiles().write('a', bytes('the state after'));
    const { names } = fault;
    expect(names).toEqual(['folder', 'create', 'open', 'write', 'flush', 'remove']);
    for (const [i, name] of names.entries()) {
      const again = fakeStorage();
      await opfsRunFiles().write('a', bytes('the state before'));
      Object.assign(again.fault, { at: again.fault.calls + i + 1, half });
      const done = await opfsRunFiles()
        .write('a', bytes('the state after'))
        .catch((error: unknown) => error);
      again.fault.at = Infinity;
      if (name === 'remove') {
        // The new one is whole; the old one is left over and goes with the next.
        expect([done, await texts('a')]).toEqual([undefined, ['the state after', 'the state before']]);
      } else {
        expect(done, name).toBeInstanceOf(StorageError);
        expect((done as Error).message, name).toMatch(/no more room.*It goes on/);
        expect(await texts('a'), name).toEqual(['the state before']);
      }
      await opfsRunFiles().write('a', bytes('the next'));
      expect(await texts('a'), name).toEqual(['the next']);
    }
  });

  it('is not begun where the browser says that it will not fit', async () => {
    const { disk, fault } = fakeStorage();
    const { storage } = navigator;
    vi.spyOn(storage, 'estimate').mockResolvedValue({ quota: 100, usage: 95 });
    await expect(opfsRunFiles().write('a', bytes('ten letters'))).rejects.toThrow(/no more room/);
    expect([disk.size, fault.calls]).toEqual([0, 0]);
  });
});
