/** What the page's charts draw: the record on it, by what is chosen on it. */
import { useComputedColorScheme } from '@mantine/core';
import type { RunRecord } from '../../session/record';
import { recordIn } from '../bundled-names';
import { useAppState } from '../context';
import { viewOf, type ChartProps, type ChartView } from '../figures/chart';
import { currentReading } from '../store/state';
import { useText } from '../text';

/** Null before there is a record. `of`: the record as of its newest result, unless told. */
export function useChart(part: Partial<ChartView> = {}, of?: RunRecord | null): ChartProps | null {
  const text = useText();
  const results = useAppState((state) => state.results);
  const accuracy = useAppState((state) => state.view.accuracy);
  const forgetting = useAppState((state) => state.view.forgetting);
  const reading = useAppState(currentReading);
  const rates = useAppState((state) => state.rates.value);
  const scheme = useComputedColorScheme('light');
  const record = of === undefined ? results : of;
  return record === null
    ? null
    : { record: recordIn(text, record), words: text, view: viewOf(record, { scheme, accuracy, forgetting, reading, rates, ...part }) };
}
