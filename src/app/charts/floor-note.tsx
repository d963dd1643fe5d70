/** One honest line below the charts: what a classifier that trains nothing reaches here, and why. */
import { Button, Popover, UnstyledButton } from '@mantine/core';
import { OWN } from '../../session/read-by';
import type { RunRecord } from '../../session/record';
import { useApp, useAppState } from '../context';
import { percent } from '../format';
import { currentReading } from '../store/state';
import { text } from '../text';
import { atBestRates, floorOf } from './floor';

const words = text.charts.floor;

export function FloorNote({ record }: { readonly record: RunRecord }) {
  const runs = useAppState((state) => state.catalogue?.runs);
  const floor = floorOf(record, runs ?? []);
  const best = atBestRates(record, runs ?? []);
  const reading = useAppState(currentReading);
  const { setup } = useApp();
  // It compares the methods as they answer themselves.
  if (floor === null || reading !== OWN) return null;
  const beats = floor.nearestMean > floor.inflora;
  const [first, second] = record.stream.tasks;
  const shared = first !== undefined && second !== undefined && second.from < first.to;
  return (
    <Popover width={560} position="top-end" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton className="floor-note" data-testid="floor-note">
          {beats ? words.beats(percent(floor.nearestMean)) : words.floor(percent(floor.nearestMean))}{' '}
          {best !== null && words.bestRate(percent(best.fineTuning))} {(beats || best !== null) && words.why}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 16px)">
        <p className="floor-why">
          {words.compared(percent(floor.nearestMean), percent(floor.inflora))} {beats && (shared ? words.whyShared : words.whyHeads)}{' '}
          {beats && !shared && words.known(percent(floor.infloraTaskKnown))}{' '}
          {floor.aligned !== null && words.aligned(percent(floor.aligned))} {words.backbone} {floor.from === 'recorded' && words.recorded}
        </p>
        {best !== null && (
          <>
            <p className="floor-why floor-next">{words.sharedRate(percent(best.fineTuning), percent(best.inflora))}</p>
            <Button size="compact-sm" variant="default" onClick={() => setup.rates('best')} data-testid="best-rates">
              {words.tryBest}
            </Button>
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
