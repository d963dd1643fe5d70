/** One honest line below the charts: what a classifier that trains nothing reaches here, and why. */
import { Popover, UnstyledButton } from '@mantine/core';
import type { RunRecord } from '../../session/record';
import { useAppState } from '../context';
import { percent } from '../format';
import { text } from '../text';
import { floorOf } from './floor';

const words = text.charts.floor;

export function FloorNote({ record }: { readonly record: RunRecord }) {
  const runs = useAppState((state) => state.catalogue?.runs);
  const floor = floorOf(record, runs ?? []);
  if (floor === null) return null;
  const beats = floor.nearestMean > floor.inflora;
  const [first, second] = record.stream.tasks;
  const shared = first !== undefined && second !== undefined && second.from < first.to;
  return (
    <Popover width={360} position="top-end" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton className="floor-note" data-testid="floor-note">
          {beats ? words.beats(percent(floor.nearestMean)) : words.floor(percent(floor.nearestMean))}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <p className="floor-why">
          {words.compared(percent(floor.nearestMean), percent(floor.inflora))} {beats && (shared ? words.whyShared : words.whyHeads)}{' '}
          {beats && !shared && words.known(percent(floor.infloraTaskKnown))}{' '}
          {floor.aligned !== null && words.aligned(percent(floor.aligned))} {words.backbone} {floor.from === 'recorded' && words.recorded}
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}
