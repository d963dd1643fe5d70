/** One honest line below the charts: what a method that trains nothing reached in this run, once the whole run is drawn. */
import type { RunRecord } from '../../session/record';
import { useAppState } from '../context';
import { percent } from '../format';
import { wordsOf } from '../methods';
import { text } from '../text';
import { floorOf } from './floor';

const words = text.charts.floor;

export function FloorNote({ record, reading }: { readonly record: RunRecord; readonly reading: string }) {
  const kind = useAppState((state) => state.view.accuracy);
  const found = floorOf(record, kind, reading);
  if (found === null) return null;
  const { floor, contestant } = found;
  const say = floor.final > contestant.final ? words.ahead : words.behind;
  return (
    <span className="foot-note" data-export data-testid="floor-note">
      {say(wordsOf(record, floor.id).name, percent(floor.final), wordsOf(record, contestant.id).name, percent(contestant.final))}
    </span>
  );
}
