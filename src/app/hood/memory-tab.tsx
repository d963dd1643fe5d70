/** DualGPM meters: how much of each layer's input space old tasks occupy. */
import { useElementSize } from '@mantine/hooks';
import { useId } from 'react';
import { memoryState, type LayerMeter, type MemoryState } from '../charts/hood';
import { useAppState } from '../context';
import { methodColour } from '../methods';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { Term } from '../parts/term';
import { text } from '../text';
import type { MethodId } from '../../session/experiment';
import { HoodMethodSelect, hoodEmpty, useHoodMethod } from './hood-method';

const words = text.charts.memory;
const LOWEST_ROW = 24;
const HIGHEST_ROW = 40;
const LABEL = 62;
const NUMBERS = 236;

function tableOf(state: MemoryState): TableData {
  const { layer, used, of, stored, type, rank } = words.columns;
  return {
    columns: [layer, used, of, stored, type, rank],
    rows: state.layers.map((meter) => [meter.layer + 1, meter.occupied, meter.of, meter.stored, words[meter.type], meter.freeRank]),
  };
}

export function MemoryTab() {
  const record = useAppState((state) => state.results);
  const id = useHoodMethod(record);
  const memory = record === null || id === null ? null : memoryState(record, id);
  const taskName = record?.stream.tasks[memory?.task ?? 0]?.name ?? '';
  return (
    <ChartPanel
      bare
      testId="memory-panel"
      title={words.title}
      how={words.how}
      description={
        memory?.layers
          .map((meter) => `${words.layer(meter.layer + 1)}: ${words.used(meter.occupied, meter.of)}, ${words[meter.type]}`)
          .join('; ') ?? ''
      }
      table={memory === null ? null : tableOf(memory)}
      empty={hoodEmpty(record, words.empty)}
      tools={<HoodMethodSelect record={record} />}
    >
      {memory !== null && id !== null && (
        <div className="chart-column">
          <div className="chart-key">
            <span data-export>
              {words.afterTask(taskName)} · {words.threshold(memory.threshold.toFixed(3))}
            </span>
            <span className="chart-unit">
              <Term id="directions">{words.unit}</Term> · <Term id="remove">{words.remove}</Term> / <Term id="retain">{words.retain}</Term>
            </span>
          </div>
          <Meters layers={memory.layers} id={id} />
        </div>
      )}
    </ChartPanel>
  );
}

function Meters({ layers, id }: { readonly layers: readonly LayerMeter[]; readonly id: MethodId }) {
  const { ref, width, height } = useElementSize();
  const row = Math.min(HIGHEST_ROW, Math.max(LOWEST_ROW, height / Math.max(1, layers.length)));
  const hatch = useId();
  const numbers = width < 460 ? 96 : NUMBERS;
  const bar = Math.max(40, width - LABEL - numbers);
  const colour = methodColour(id);
  return (
    <div className="panel-scroll" ref={ref} tabIndex={0} role="group" aria-label={words.aria}>
      <svg width={Math.max(0, width)} height={row * layers.length} role="img" aria-label={words.aria}>
        <defs>
          <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width={6} height={6} fill={colour} fillOpacity={0.35} />
            <line x1={0} y1={0} x2={0} y2={6} stroke={colour} strokeWidth={5} />
          </pattern>
        </defs>
        {layers.map((meter) => {
          const y = row * meter.layer;
          const filled = (bar * meter.occupied) / Math.max(1, meter.of);
          return (
            <g key={meter.layer}>
              <text x={0} y={y + row / 2} dominantBaseline="central" fontSize={13} fill="var(--ink-soft)">
                {words.layer(meter.layer + 1)}
              </text>
              <rect x={LABEL} y={y + 4} width={bar} height={row - 8} rx={2} fill="var(--grid)" />
              <rect
                className="meter-fill"
                x={LABEL}
                y={y + 4}
                width={filled}
                height={row - 8}
                rx={2}
                fill={meter.type === 'remove' ? colour : `url(#${hatch})`}
              />
              <text x={LABEL + bar + 8} y={y + row / 2} dominantBaseline="central" fontSize={13} fill="var(--ink)">
                <tspan fontWeight={650}>{words.used(meter.occupied, meter.of)}</tspan>
                {numbers === NUMBERS && <tspan fill="var(--ink-soft)"> {words[meter.type]}</tspan>}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
