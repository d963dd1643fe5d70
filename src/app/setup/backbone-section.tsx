/** The network everything starts from: bundled, a file or a web address; and what its file left open. */
import { Button, FileButton, Progress, Radio, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useApp, useAppState } from '../context';
import { count, formatBytes } from '../format';
import { Term } from '../parts/term';
import { pickedFiles } from '../shell/dropped-files';
import { ProblemNote } from '../shell/problem-note';
import { text } from '../text';
import { AssumedFields } from './assumed-fields';
import { NumberField } from './fields';
import { HubField } from './hub-field';

const words = text.setup.backbone;

export function BackboneSection() {
  const backbone = useAppState((state) => state.experiment.backbone);
  const entries = useAppState((state) => state.catalogue?.backbones) ?? [];
  const app = useApp();
  const { from } = backbone;
  const chosen = from.source === 'bundled' ? from.id : '';
  return (
    <div className="fields">
      <p className="setup-intro">
        <Term id="backbone">{words.intro}</Term>
      </p>
      <ProblemNote place="backbone" />
      {entries.length === 0 && <p className="dim">{words.none}</p>}
      <Radio.Group value={chosen} onChange={(id) => app.setup.backbone({ from: { source: 'bundled', id } })} aria-label={words.bundled}>
        {entries.map((entry) => (
          <Radio
            key={entry.id}
            value={entry.id}
            label={entry.title}
            description={[
              entry.bytes === undefined ? '' : formatBytes(entry.bytes),
              from.source === 'bundled' && from.id === entry.id ? entry.description : '',
            ]
              .filter((part) => part !== '')
              .join(' · ')}
            mb="xs"
            size="sm"
            data-testid={`backbone-${entry.id}`}
          />
        ))}
      </Radio.Group>
      {from.source !== 'bundled' && (
        <p className="chosen-file">{words.file(from.source === 'file' ? from.name : from.source === 'hub' ? from.id : from.url)}</p>
      )}
      <FileButton multiple accept=".safetensors,.pth,.pt,.bin,.npz,.json" onChange={(files) => void app.files.accept(pickedFiles(files))}>
        {(props) => (
          <Button {...props} size="xs" variant="default" data-testid="pick-backbone">
            {words.pick}
          </Button>
        )}
      </FileButton>
      <p className="dim">{words.pickHint}</p>
      <HubField />
      <UrlField />
      <Summary />
      <NumberField
        label={words.inputSize}
        testId="input-size"
        hint={words.inputSizeHint}
        integer
        optional
        min={1}
        step={16}
        value={backbone.inputSize}
        onChange={(inputSize) => app.setup.backbone(inputSize === undefined ? { inputSize: undefined } : { inputSize })}
      />
    </div>
  );
}

function UrlField() {
  const app = useApp();
  const [url, setUrl] = useState('');
  const usable = /^https?:\/\/\S+\.(safetensors|pth|pt|bin|npz)(\?\S*)?$/.test(url);
  return (
    <details className="more">
      <summary>{words.url}</summary>
      <div className="inline-field">
        <TextInput
          size="xs"
          aria-label={words.url}
          placeholder={words.urlHint}
          value={url}
          error={url === '' || usable ? null : words.urlBad}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Button
          size="xs"
          disabled={!usable}
          onClick={() => {
            app.setup.backbone({ from: { source: 'url', url, configUrl: new URL('config.json', url).href } });
            void app.host.ensureBackbone();
          }}
        >
          {words.useUrl}
        </Button>
      </div>
    </details>
  );
}

function Summary() {
  const backbone = useAppState((state) => state.backbone);
  const loading = useAppState((state) => state.loading);
  if (backbone.state === 'loading') {
    const share = loading?.progress == null || loading.progress.total === 0 ? 0 : loading.progress.done / loading.progress.total;
    return <Progress value={100 * share} animated={share === 0} aria-label={text.shell.transport.loading.backbone} />;
  }
  if (backbone.value === null) return null;
  const { config, parameters, title, assumed, notes } = backbone.value;
  return (
    <div className="summary" data-testid="backbone-summary">
      <strong>{title}</strong>
      <span>{words.parameters(count(parameters))}</span>
      <span>{words.shape(config.depth, config.dim, config.heads)}</span>
      <span>{words.input(config.imageSize, config.patchSize)}</span>
      {notes.map((note) => (
        <span key={note} className="dim">
          {note}
        </span>
      ))}
      {assumed.length > 0 && <AssumedFields assumed={assumed} />}
    </div>
  );
}
