/** The link says what its experiment comes to: what is said, and once the run was computed here, whether it is so. */
import { useMemo } from 'react';
import { judge } from '../../session/result-claim';
import { useAppState } from '../context';
import { percent } from '../format';
import { useText } from '../text';
import { methodIn } from '../names';

export function ClaimNote() {
  const text = useText();
  const words = text.runs.claim;
  const claim = useAppState((state) => (state.claim?.experiment === state.experiment ? state.claim : null));
  const record = useAppState((state) => (state.origin === 'live' && state.results?.status === 'finished' ? state.results : null));
  const opened = useAppState((state) => state.opened);
  const here = claim !== null && opened === claim.experiment ? record : null;
  const verdict = useMemo(() => (here === null || claim === null ? null : judge(claim.result, here)), [here, claim]);
  if (claim === null) return null;
  const { methods } = claim.experiment;
  const said = methods.flatMap(({ id }, i) => {
    const final = claim.result.finals[i] ?? null;
    return final === null ? [] : `${methodIn(text, claim.experiment, id).short} ${percent(final / 1000)} %`;
  });
  return (
    <div className="changed-note" role="status" data-testid="claim" data-verdict={verdict?.kind ?? 'open'}>
      <span className="note-words">
        {words.said(said.join(', '))}{' '}
        <strong>{verdict === null ? words.open : words[verdict.kind](verdict.kind === 'same' ? '' : percent(verdict.most))}</strong>
      </span>
    </div>
  );
}
