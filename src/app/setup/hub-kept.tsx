/** Models that this browser keeps, with their sizes: used without a network, gone on with, or deleted. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { KeptModel } from '../../worker/hub/model-facts';
import { useApp, useAppState } from '../context';
import { formatBytes } from '../../common/bytes';
import { useText } from '../text';

export function HubKept({ onUse }: { readonly onUse: (id: string) => void }) {
  const words = useText().setup.hub;
  const app = useApp();
  // The list changes when a download has ended, well or badly.
  const state = useAppState((all) => all.backbone.state);
  const [models, setModels] = useState<readonly KeptModel[]>([]);
  const [changes, setChanges] = useState(0);
  const [asking, setAsking] = useState<string | null>(null);
  useEffect(() => {
    if (state === 'loading') return;
    let shown = true;
    void app.backbones.kept().then((kept) => {
      if (shown) setModels(kept);
    });
    return () => {
      shown = false;
    };
  }, [app, state, changes]);
  if (models.length === 0) return null;
  const forget = (id: string) => {
    setAsking(null);
    void app.backbones.forget(id).then(() => setChanges((count) => count + 1));
  };
  return (
    <>
      <p className="hub-heading">{words.kept(formatBytes(models.reduce((sum, { bytes }) => sum + bytes, 0)))}</p>
      <ul className="hub-choices" data-testid="hub-kept">
        {models.map(({ id, bytes, complete }) => (
          <li key={id}>
            <span>{id}</span>
            <span className="dim">{complete ? formatBytes(bytes) : words.begun(formatBytes(bytes))}</span>
            <Button size="compact-xs" variant="default" aria-label={words.useNamed(id)} onClick={() => onUse(id)}>
              {complete ? words.use : words.goOn}
            </Button>
            {asking === id ? (
              <Button size="compact-xs" variant="default" autoFocus onClick={() => forget(id)} onBlur={() => setAsking(null)}>
                {words.reallyForget(formatBytes(bytes))}
              </Button>
            ) : (
              <Button size="compact-xs" variant="subtle" color="gray" aria-label={words.forgetNamed(id)} onClick={() => setAsking(id)}>
                {words.forget}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
