/** Which of the methods with a memory is looked into; a choice only where there are several. */
import { Select } from '@mantine/core';
import { methodsWithMemory } from '../charts/hood';
import type { MethodId } from '../../session/experiment';
import type { RunRecord } from '../../session/record';
import { useApp, useAppState } from '../context';
import { text } from '../text';

export function useHoodMethod(record: RunRecord | null): MethodId | null {
  const chosen = useAppState((state) => state.view.hoodMethod);
  const ids = record === null ? [] : methodsWithMemory(record);
  return chosen !== null && ids.includes(chosen) ? chosen : (ids[0] ?? null);
}

export function HoodMethodSelect({ record }: { readonly record: RunRecord | null }) {
  const { view } = useApp();
  const value = useHoodMethod(record);
  const ids = record === null ? [] : methodsWithMemory(record);
  if (ids.length < 2) return null;
  return (
    <Select
      size="xs"
      w={140}
      aria-label={text.charts.method}
      data={ids.map((id) => ({ value: id, label: text.methods[id].short }))}
      value={value}
      allowDeselect={false}
      onChange={(next) => view.set({ hoodMethod: ids.find((id) => id === next) ?? null })}
    />
  );
}

/** Sentence for an empty panel: waiting, or no such method in the run. */
export function hoodEmpty(record: RunRecord | null, waiting: string): string {
  const possible = record === null || record.methods.some((method) => method.id === 'inflora' || method.id === 'inflora-ca');
  return possible ? waiting : text.charts.memory.noMethod;
}
