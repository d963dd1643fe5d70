/** The network everything starts from: bundled, a file or a web address; and what its file left open. */
import { Button, FileButton, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useApp, useAppState } from '../context';
import { Term } from '../parts/term';
import { pickedFiles } from '../shell/dropped-files';
import { ProblemNote } from '../shell/problem-note';
import { useText } from '../text';
import { nameOfSource } from '../store/backbones';
import { BackboneSummary } from './backbone-summary';
import { BundledChoice } from './bundled-choice';
import { NumberField } from './fields';
import { HubField } from './hub-field';

export function BackboneSection() {
  const text = useText();
  const words = text.setup.backbone;
  const backbone = useAppState((state) => state.experiment.backbone);
  const entries = useAppState((state) => state.catalogue?.backbones) ?? [];
  const app = useApp();
  const { from } = backbone;
  return (
    <div className="fields">
      <p className="setup-intro">
        <Term id="backbone">{words.intro}</Term>
      </p>
      <ProblemNote place="backbone" />
      <BackboneSummary />
      <BundledChoice
        entries={entries.map((entry) => ({ ...entry, description: text.bundled.backbones[entry.id] ?? entry.description }))}
        chosen={from.source === 'bundled' ? from.id : null}
        onPick={(id) => app.backbones.pick({ source: 'bundled', id })}
        label={words.bundled}
        none={words.none}
        testId="backbone"
      />
      {from.source !== 'bundled' && <p className="chosen-file">{words.file(nameOfSource(from))}</p>}
      <FileButton
        multiple
        accept=".safetensors,.pth,.pt,.bin,.npz,.ckpt,.tar,.json"
        onChange={(files) => void app.files.accept(pickedFiles(files))}
      >
        {(props) => (
          <Button {...props} size="xs" variant="default" data-testid="pick-backbone">
            {words.pick}
          </Button>
        )}
      </FileButton>
      <p className="dim">{words.pickHint}</p>
      <HubField />
      <UrlField />
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
  const words = useText().setup.backbone;
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
          onClick={() => void app.backbones.choose({ from: { source: 'url', url, configUrl: new URL('config.json', url).href } })}
        >
          {words.useUrl}
        </Button>
      </div>
    </details>
  );
}
