/** What the hub says of one model, before a byte of it is downloaded. */
import { Button } from '@mantine/core';
import type { ModelFacts } from '../../worker/hub/model-facts';
import { formatBytes } from '../../common/bytes';
import { useText } from '../text';

export function HubCard({
  facts,
  onFetch,
  onClose,
}: {
  readonly facts: ModelFacts;
  readonly onFetch: () => void;
  readonly onClose: () => void;
}) {
  const words = useText().setup.hub;
  const { id, files, bytes, here, licence, gated } = facts;
  return (
    <div className="summary" role="group" aria-label={id} data-testid="hub-card">
      <strong>{id}</strong>
      <span>{words.files(files.map(({ path }) => path).join(', '), formatBytes(bytes))}</span>
      <span>{licence === null ? words.noLicence : words.licence(licence)}</span>
      {here > 0 && <span>{words.here(formatBytes(here))}</span>}
      {gated && <span>{words.gated}</span>}
      <div className="button-row">
        {!gated && (
          // The person has asked for this model: its button is the next thing to press.
          <Button size="xs" autoFocus onClick={onFetch} data-testid="hub-fetch">
            {words.fetch(formatBytes(bytes - here))}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={onClose}>
          {words.notNow}
        </Button>
      </div>
    </div>
  );
}
