/** A number per pair (update, older task): leakage and principal angles. */
import { SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { MethodId } from '../../session/experiment';
import type { RunRecord } from '../../session/record';
import { angles, leakage, type PairValue } from '../charts/hood';
import { useApp, useAppState } from '../context';
import { small } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import { HeatMap } from '../parts/heat-map';
import { text } from '../text';
import { HoodMethodSelect, hoodEmpty, useHoodMethod } from './hood-method';

const FORMS = {
  leakage: {
    words: text.charts.leakage,
    pairs: leakage,
    write: small,
    /** 0.1 at least is the full scale, so that tiny leakages look tiny. */
    share: (value: number, largest: number) => value / Math.max(0.1, largest),
  },
  angles: {
    words: text.charts.angles,
    pairs: angles,
    write: (value: number) => value.toFixed(1),
    share: (value: number) => value / 90,
  },
} as const;

export function PairsTab() {
  const form = useAppState((state) => state.view.pairs);
  const { view } = useApp();
  const { words, pairs, write } = FORMS[form];
  const record = useAppState((state) => state.results);
  const id = useHoodMethod(record);
  const values = record === null || id === null ? [] : pairs(record, id);
  const name = (task: number) => record?.stream.tasks[task]?.name ?? '';
  return (
    <ChartPanel
      bare
      testId={`${form}-panel`}
      title={words.title}
      how={words.how}
      description={values.map((pair) => `${name(pair.task)}, ${name(pair.old)}: ${write(pair.value)}`).join('; ')}
      table={
        values.length === 0
          ? null
          : {
              columns: [words.update, text.charts.task, words.unit, words.worst('')],
              rows: values.map((pair) => [name(pair.task), name(pair.old), write(pair.value), write(pair.worst)]),
            }
      }
      empty={hoodEmpty(record, words.empty)}
      tools={
        <>
          <HoodMethodSelect record={record} />
          <SegmentedControl
            size="xs"
            aria-label={text.charts.interference}
            value={form}
            onChange={(value) => view.set({ pairs: value === 'angles' ? 'angles' : 'leakage' })}
            data={[
              { value: 'leakage', label: text.charts.leakage.tab },
              { value: 'angles', label: text.charts.angles.tab },
            ]}
          />
        </>
      }
    >
      {record !== null && id !== null && <PairMap form={form} record={record} id={id} values={values} />}
    </ChartPanel>
  );
}

interface PairMapProps {
  readonly form: keyof typeof FORMS;
  readonly record: RunRecord;
  readonly id: MethodId;
  readonly values: readonly PairValue[];
}

function PairMap({ form, record, id, values }: PairMapProps) {
  const { ref, width, height } = useElementSize();
  const { words, write, share } = FORMS[form];
  const names = record.stream.tasks.map((task) => task.name);
  const largest = Math.max(0, ...values.map((pair) => pair.value));
  const cells = names.slice(1).flatMap((_, i) =>
    names.slice(0, -1).map((_old, j) => {
      const pair = values.find((candidate) => candidate.task === i + 1 && candidate.old === j);
      return {
        row: i,
        column: j,
        share: pair === undefined ? null : share(pair.value, largest),
        words: pair === undefined ? '' : write(pair.value),
        title:
          pair === undefined ? '' : `${names[i + 1] ?? ''} → ${names[j] ?? ''}: ${write(pair.value)} (${words.worst(write(pair.worst))})`,
        framed: false,
      };
    }),
  );
  return (
    <div className="chart-column">
      <div className="chart-key">
        <span data-export>{words.onto}</span>
      </div>
      <div className="chart-canvas" ref={ref}>
        {width > 0 && height > 0 && (
          <HeatMap
            rows={names.slice(1)}
            firstRow={2}
            columns={names.slice(0, -1)}
            cells={cells}
            width={width}
            height={height}
            rowLabels
            label={`${words.aria}, ${text.methods[id].name}`}
          />
        )}
      </div>
    </div>
  );
}
