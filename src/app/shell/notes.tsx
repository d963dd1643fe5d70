/** What stands above the results: what could be gone on with, what a link says, what was changed, what went wrong. */
import type { ProblemPlace } from '../store/problem';
import { ChangedNote } from './changed-note';
import { ClaimNote } from './claim-note';
import { GoOnNote } from './go-on-note';
import { ProblemNote } from './problem-note';

/** Problems that belong to the run as a whole; those of the set-up stand in their section too. */
const RESULT_PROBLEMS: readonly ProblemPlace[] = ['run', 'device', 'memory', 'record', 'experiment', 'storage', 'backbone', 'stream'];

export function Notes({ setupHidden }: { readonly setupHidden: boolean }) {
  const shown = RESULT_PROBLEMS.filter((place) => setupHidden || (place !== 'backbone' && place !== 'stream'));
  return (
    <div className="results-notes">
      <GoOnNote />
      <ClaimNote />
      <ChangedNote />
      {shown.map((place) => (
        <ProblemNote key={place} place={place} />
      ))}
    </div>
  );
}
