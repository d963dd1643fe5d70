/** One honest line below the charts: what a classifier that trains nothing reaches here, and why. */
import { Button, Popover, UnstyledButton } from '@mantine/core';
import type { RunRecord } from '../../session/record';
import { useApp, useAppState } from '../context';
import { percent } from '../format';
import { wordsOf } from '../methods';
import { text } from '../text';
import { atBestRates, floorOf, type Level } from './floor';

const words = text.charts.floor;

export function FloorNote({ record }: { readonly record: RunRecord }) {
  const runs = useAppState((state) => state.catalogue?.runs);
  const floor = floorOf(record, runs ?? []);
  const best = atBestRates(record, runs ?? []);
  const { setup } = useApp();
  if (floor === null) return null;
  const name = (level: Level) => wordsOf(record, level.id).name;
  const beats = floor.floor.final > floor.contestant.final;
  const [first, second] = record.stream.tasks;
  const shared = first !== undefined && second !== undefined && second.from < first.to;
  const heads = beats && floor.ownHeads;
  const [, ...others] = best;
  const rival = others.sort((a, b) => b.final - a.final)[0];
  return (
    <Popover width={560} position="top-end" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton className="floor-note" data-testid="floor-note">
          {beats
            ? words.beats(name(floor.floor), percent(floor.floor.final), name(floor.contestant))
            : words.floor(name(floor.floor), percent(floor.floor.final))}{' '}
          {rival !== undefined && words.bestRate(name(rival), percent(rival.final))} {(heads || rival !== undefined) && words.why}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 16px)">
        <p className="floor-why">
          {words.compared(name(floor.floor), percent(floor.floor.final), name(floor.contestant), percent(floor.contestant.final))}{' '}
          {heads && (shared ? words.whyShared : words.whyHeads(name(floor.contestant)))}{' '}
          {heads && !shared && words.known(name(floor.contestant), percent(floor.contestant.taskKnown))}{' '}
          {floor.aligned !== null && words.aligned(name(floor.aligned), percent(floor.aligned.final))} {words.backbone}{' '}
          {floor.from === 'recorded' && words.recorded}
        </p>
        {rival !== undefined && (
          <>
            <p className="floor-why floor-next">
              {words.sharedRate(best.map((level) => words.ends(name(level), percent(level.final))).join(', '))}
            </p>
            <Button size="compact-sm" variant="default" onClick={() => setup.rates('best')} data-testid="best-rates">
              {words.tryBest}
            </Button>
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
