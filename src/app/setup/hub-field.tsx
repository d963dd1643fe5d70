/** A backbone by its Hugging Face id: first choices, what is kept in this browser, and how much of it has arrived. */
import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useApp, useAppState } from '../context';
import { formatBytes } from '../format';
import { text } from '../text';
import { bytesOf, FIRST_CHOICES } from './first-choices';

const words = text.setup.hub;
const ID = /^[\w.-]{1,96}(\/[\w.-]{1,96})?$/;

export function HubField() {
  const app = useApp();
  const [id, setId] = useState('');
  const usable = ID.test(id);
  const use = (wanted: string, inputSize?: number) => {
    app.setup.backbone({ from: { source: 'hub', id: wanted }, inputSize });
    void app.host.ensureBackbone();
  };
  return (
    <details className="more" data-testid="hub">
      <summary>{words.title}</summary>
      <p className="dim">{words.intro}</p>
      <div className="inline-field">
        <TextInput
          size="xs"
          aria-label={words.id}
          placeholder="google/vit-base-patch16-224"
          value={id}
          error={id === '' || usable ? null : words.bad}
          onChange={(event) => setId(event.currentTarget.value.trim())}
          data-testid="hub-id"
        />
        <Button size="xs" disabled={!usable} onClick={() => use(id)} data-testid="hub-use">
          {words.use}
        </Button>
      </div>
      <Arriving />
      <ul className="hub-choices" aria-label={words.first}>
        {FIRST_CHOICES.map((choice) => (
          <li key={choice.id}>
            <Button size="compact-xs" variant="subtle" onClick={() => use(choice.id, choice.inputSize)}>
              {choice.title}
            </Button>
            <span className="dim">{words.facts(choice.parameters, formatBytes(bytesOf(choice)), choice.licence)}</span>
          </li>
        ))}
      </ul>
      <Kept />
    </details>
  );
}

/** Bytes, share and time left of a download from the hub. */
function Arriving() {
  const loading = useAppState((state) => state.loading);
  const fromHub = useAppState((state) => state.experiment.backbone.from.source === 'hub');
  const progress = loading?.what === 'backbone' ? loading.progress : null;
  if (!fromHub || progress?.stage !== 'download' || progress.total === 0) return null;
  const rate = loading?.rate ?? 0;
  const left = rate > 0 ? Math.ceil((progress.total - progress.done) / rate) : null;
  return (
    <p className="dim" role="status">
      {words.arriving(formatBytes(progress.done), formatBytes(progress.total), Math.floor((100 * progress.done) / progress.total), left)}
    </p>
  );
}

function Kept() {
  const app = useApp();
  const ready = useAppState((state) => state.backbone.state === 'ready');
  const [models, setModels] = useState<readonly { readonly id: string; readonly bytes: number }[]>([]);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (!ready) return;
    let shown = true;
    void app.host.keptModels().then((kept) => {
      if (shown) setModels(kept);
    });
    return () => {
      shown = false;
    };
  }, [app, ready, changes]);
  if (models.length === 0) return null;
  return (
    <>
      <p>{words.kept}</p>
      <ul className="hub-choices" data-testid="hub-kept">
        {models.map(({ id, bytes }) => (
          <li key={id}>
            <span>{id}</span>
            <span className="dim">{formatBytes(bytes)}</span>
            <Button
              size="compact-xs"
              variant="subtle"
              color="red"
              aria-label={words.forgetNamed(id)}
              onClick={() => void app.host.forgetModel(id).then(() => setChanges((count) => count + 1))}
            >
              {words.forget}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
