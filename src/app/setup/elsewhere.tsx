/** Images that are neither bundled nor dropped: of the Hugging Face hub or its mirror, or below a web address. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { HUB_HOSTS, type Experiment, type HubHost } from '../../session/experiment';
import { useApp } from '../context';
import { freshFrom } from '../store/fresh-stream';
import { useText } from '../text';
import { ChoiceField } from './fields';

/** Where the hub is asked; the link says so where it is not the hub itself. */
export function HostField({
  host,
  onChange,
  testId,
}: {
  readonly host: HubHost;
  readonly onChange: (host: HubHost) => void;
  readonly testId: string;
}) {
  const text = useText();
  return (
    <ChoiceField
      label={text.setup.hub.host}
      testId={testId}
      value={host}
      choices={Object.fromEntries(HUB_HOSTS.map((name) => [name, text.setup.hub.hosts[name]]))}
      onChange={onChange}
    />
  );
}

/** What a link holds of it. */
export const hostPart = (host: HubHost): { readonly host?: HubHost } => (host === HUB_HOSTS[0] ? {} : { host });

function useTake() {
  const app = useApp();
  return (from: Experiment['stream']['from']) => {
    app.setup.stream(freshFrom(from));
    void app.setup.preview();
  };
}

/** A data set by its name. */
export function HubDatasetField() {
  const words = useText().setup.tasks;
  const take = useTake();
  const [id, setId] = useState('');
  const [host, setHost] = useState<HubHost>(HUB_HOSTS[0]);
  const usable = /^[\w.-]+(\/[\w.-]+)?$/.test(id.trim());
  return (
    <details className="more">
      <summary>{words.hub}</summary>
      <div className="inline-field">
        <TextInput
          size="xs"
          aria-label={words.hub}
          placeholder={words.hubHint}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          data-testid="hub-dataset"
        />
        <Button size="xs" disabled={!usable} onClick={() => take({ source: 'hub', id: id.trim(), ...hostPart(host) })}>
          {words.useHub}
        </Button>
      </div>
      <HostField host={host} onChange={setHost} testId="hub-dataset-host" />
      <p className="dim">{words.hubSends(host)}</p>
    </details>
  );
}

/** An archive, or a folder that a web server lists. */
export function AddressField() {
  const words = useText().setup.tasks;
  const take = useTake();
  const [url, setUrl] = useState('');
  return (
    <details className="more">
      <summary>{words.address}</summary>
      <div className="inline-field">
        <TextInput
          size="xs"
          aria-label={words.address}
          placeholder={words.addressHint}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          data-testid="stream-address"
        />
        <Button size="xs" disabled={url.trim() === ''} onClick={() => take({ source: 'url', url: url.trim() })}>
          {words.useHub}
        </Button>
      </div>
      <p className="dim">{words.addressReach}</p>
    </details>
  );
}
