import type { RunEvent } from '../../src/session/events';
import { fakeCourse, fakeRun, fakeStream, type FakeOptions } from '../../src/session/testing/fakes';
import type { Experiment } from '../../src/session/experiment';
import { failure, type Site } from '../site';

/** A page whose runs are the session's, over fakes. */
export function fakeSite(
  options: FakeOptions & { readonly broken?: string; readonly software?: boolean } = {},
): Site & { readonly calls: string[]; closed: boolean } {
  let events: AsyncGenerator<RunEvent> | null = null;
  const answers: Record<string, (...args: never[]) => unknown> = {
    useDevice: () => ({
      chosen: { kind: 'wasm', engine: 'reference', name: 'fake', software: options.software ?? false, threads: 1 },
      unavailable: [],
    }),
    estimate: () => ({
      bytes: 2e6,
      available: null,
      largestBatch: 8,
      fits: true,
      recomputes: false,
      time: [{ method: 'inflora', step: 1, seconds: 1800 }],
    }),
    provide: () => undefined,
    progress: () => null,
    record: () => null,
    open: (experiment: Experiment) => {
      if (options.broken) throw failure(options.broken, null);
      events = fakeRun(experiment, fakeStream(2), () => fakeCourse(options)).run.events();
      return { assumed: [], skipped: [] };
    },
    next: async () => {
      const next = await events?.next();
      return !next || next.done ? null : [next.value];
    },
    predict: () => [{ method: 'backbone', rows: [{ label: '1', probability: 0.75 }] }],
    golden: () => ({
      scenario: 'a',
      passed: options.broken === undefined,
      rows: [
        { quantity: 'dW', measure: 'relative', worst: 1e-5, mark: 2e-3, passed: options.broken === undefined, where: 'task 1', count: 3 },
      ],
    }),
  };
  const site = {
    calls: [] as string[],
    closed: false,
    call: async (verb: string, ...args: unknown[]) => {
      site.calls.push(verb);
      return answers[verb]?.(...(args as never[]));
    },
    publish: (files: readonly { name: string }[]) => files.map(({ name }, i) => ({ name, url: `/${i}` })),
    close: async () => {
      site.closed = true;
    },
  };
  return site as unknown as Site & typeof site;
}
