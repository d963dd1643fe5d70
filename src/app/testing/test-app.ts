/** An app with a fake worker and a clock in the test's hand. */
import { parseExperiment, type Experiment } from '../../session/experiment';
import { createApp, type App } from '../store/app';
import type { Surroundings } from '../store/surroundings';
import type { FetchJson } from '../store/catalogue';
import type { RunHost } from '../../worker/api';
import { en } from '../text/en';
import { fakeHost, type FakeOptions } from './fake-host';
import { memoryShelf, type MemoryShelf } from './memory-shelf';

export interface TestApp {
  readonly app: App;
  readonly host: RunHost;
  readonly shelf: MemoryShelf;
  readonly notes: { readonly text: string; readonly undo?: () => void }[];
  readonly downloads: { readonly name: string; readonly content: string }[];
  /** Runs timers until `ms` have passed. */
  advance(ms: number): void;
}

export const testExperiment = parseExperiment({
  schema: 1,
  backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
  stream: { from: { source: 'bundled', id: 'alphabets' } },
  methods: [{ id: 'inflora' }, { id: 'full-fine-tuning' }],
});

const nothing: FetchJson = () => Promise.reject(new Error('404'));

export function testApp(
  options: FakeOptions & {
    readonly fetchJson?: FetchJson;
    readonly reducedMotion?: boolean;
    readonly experiment?: Experiment;
    readonly shelf?: MemoryShelf;
  } = {},
): TestApp {
  const host = fakeHost(options);
  const shelf = options.shelf ?? memoryShelf();
  const notes: TestApp['notes'][number][] = [];
  const downloads: TestApp['downloads'][number][] = [];
  let now = 0;
  let timers: { at: number; callback: () => void }[] = [];
  const around: Surroundings = {
    connect: () => Promise.resolve(host),
    fetchJson: options.fetchJson ?? nothing,
    shelf,
    later(callback, ms) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    now: () => now,
    reducedMotion: () => options.reducedMotion ?? false,
    words: () => en,
    notify: (note) => notes.push(note),
    // Of bytes the name is enough.
    download: (name, _type, content) => downloads.push({ name, content: typeof content === 'string' ? content : '' }),
  };
  return {
    app: createApp(options.experiment ?? testExperiment, around),
    host,
    shelf,
    notes,
    downloads,
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
  };
}
