/** Which of several methods is looked into; a choice only where there are several. */
import { Select } from '@mantine/core';
import { useApp, useAppState } from '../context';
import type { Lineup } from '../looks';
import { useText } from '../text';
import { methodIn } from '../names';

export function useHoodMethod(ids: readonly string[]): string | null {
  const chosen = useAppState((state) => state.view.hoodMethod);
  return chosen !== null && ids.includes(chosen) ? chosen : (ids[0] ?? null);
}

export function HoodMethodSelect({ of, ids }: { readonly of: Lineup | null; readonly ids: readonly string[] }) {
  const text = useText();
  const { view } = useApp();
  const value = useHoodMethod(ids);
  if (of === null || ids.length < 2) return null;
  return (
    <Select
      size="xs"
      w={140}
      aria-label={text.charts.method}
      data={ids.map((id) => ({ value: id, label: methodIn(text, of, id).short }))}
      value={value}
      allowDeselect={false}
      onChange={(next) => view.set({ hoodMethod: ids.find((id) => id === next) ?? null })}
    />
  );
}
