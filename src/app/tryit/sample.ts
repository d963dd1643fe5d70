/** Test images of every task, for the record on the page. */
import { useEffect } from 'react';
import type { RunRecord } from '../../session/record';
import type { TestSample } from '../../worker/api';
import { useApp, useAppState } from '../context';
import { streamKey } from '../store/host';

export interface SampleView {
  readonly state: 'empty' | 'loading' | 'ready' | 'failed';
  /** One a task; none until they are there. */
  readonly samples: readonly TestSample[];
  readonly load: () => void;
}

const NONE: readonly TestSample[] = [];

/** `eager`: fetch at once where the images are in the worker already, that is for a run of this page. */
export function useSample(record: RunRecord | null, eager: boolean): SampleView {
  const fetched = useAppState((state) => state.sample);
  const { host } = useApp();
  const experiment = record?.experiment ?? null;
  const key = experiment === null ? '' : streamKey(experiment);
  const mine = fetched.for === key ? fetched : null;
  const load = () => {
    if (experiment !== null) void host.ensureSample(experiment);
  };
  useEffect(() => {
    if (eager && experiment !== null && mine === null) void host.ensureSample(experiment);
  }, [eager, experiment, mine, host]);
  return { state: mine?.state ?? 'empty', samples: mine?.value ?? NONE, load };
}

/** The i-th of several pictures [n, side, side, 3]. */
export function pictureOf({ side, pixels }: Pick<TestSample, 'side' | 'pixels'>, i: number): Uint8Array {
  const size = side * side * 3;
  return pixels.subarray(i * size, (i + 1) * size);
}
