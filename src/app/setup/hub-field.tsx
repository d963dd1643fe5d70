/** A backbone by its Hugging Face id: first choices, what the hub says of a model, and what is kept in this browser. */
import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { HUB_HOSTS, type HubHost } from '../../session/experiment';
import { keptId, keptName } from '../../worker/hub/hosts';
import type { ModelFacts } from '../../worker/hub/model-facts';
import { useApp, useAppState } from '../context';
import { formatBytes } from '../../common/bytes';
import { formatMilliseconds } from '../format';
import { useText } from '../text';
import { bytesOf, configOf, FIRST_CHOICES, parametersOf } from './first-choices';
import { hostPart, HostField } from './elsewhere';
import { HubCard } from './hub-card';
import { HubKept } from './hub-kept';

const ID = /^[\w.-]{1,96}(\/[\w.-]{1,96})?$/;

/** A model that was asked about; `facts` are null until the hub answers. */
interface Asked {
  readonly id: string;
  readonly facts: ModelFacts | null;
}

export function HubField() {
  const words = useText().setup.hub;
  const app = useApp();
  const [id, setId] = useState('');
  const [asked, setAsked] = useState<Asked | null>(null);
  const [host, setHost] = useState<HubHost>(HUB_HOSTS[0]);
  const usable = ID.test(id);
  const [open, setOpen] = useState(false);
  const stepTimes = useStepTimes(open);
  const stepOf = (i: number) => {
    const step = stepTimes?.[i];
    return step === undefined ? null : formatMilliseconds(step);
  };
  const fetchModel = (kept: string) => {
    setAsked(null);
    const { id: wanted, ...from } = keptId(kept);
    const inputSize = FIRST_CHOICES.find((choice) => choice.id === wanted)?.inputSize;
    void app.backbones.choose({ from: { source: 'hub', id: wanted, ...from }, ...(inputSize === undefined ? {} : { inputSize }) });
  };
  const look = async (wanted: string) => {
    setAsked({ id: wanted, facts: null });
    const name = keptName(wanted, host);
    // What is here needs no network.
    if ((await app.backbones.kept()).some((model) => model.id === name && model.complete)) return fetchModel(name);
    const facts = await app.backbones.lookUp(wanted, hostPart(host).host);
    setAsked((now) => (now?.id !== wanted ? now : facts && { id: wanted, facts }));
  };
  return (
    <details className="more" data-testid="hub" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.title}</summary>
      <p className="dim">{words.intro}</p>
      <form
        className="inline-field"
        onSubmit={(event) => {
          event.preventDefault();
          if (usable) void look(id);
        }}
      >
        <TextInput
          size="xs"
          aria-label={words.id}
          placeholder="google/vit-base-patch16-224"
          value={id}
          error={id === '' || usable ? null : words.bad}
          onChange={(event) => setId(event.currentTarget.value.trim())}
          data-testid="hub-id"
        />
        <Button type="submit" size="xs" disabled={!usable} data-testid="hub-look">
          {words.look}
        </Button>
      </form>
      <HostField host={host} onChange={setHost} testId="hub-host" />
      {asked?.facts === null && (
        <p className="dim" role="status">
          {words.looking(asked.id, host)}
        </p>
      )}
      {asked?.facts && <HubCard facts={asked.facts} onFetch={() => fetchModel(keptName(asked.id, host))} onClose={() => setAsked(null)} />}
      <p className="hub-heading">{words.first}</p>
      <ul className="hub-choices" aria-label={words.first} data-testid="hub-first">
        {FIRST_CHOICES.map((choice, i) => (
          <li key={choice.id}>
            <Button size="compact-xs" variant="subtle" title={choice.id} onClick={() => void look(choice.id)}>
              {choice.title}
            </Button>
            <span className="dim">{words.facts(parametersOf(choice), formatBytes(bytesOf(choice)), choice.licence, stepOf(i))}</span>
          </li>
        ))}
      </ul>
      <HubKept onUse={fetchModel} />
    </details>
  );
}

/** Milliseconds of a training step of every first choice on this device, once the list is open. */
function useStepTimes(open: boolean): readonly number[] | null {
  const app = useApp();
  const experiment = useAppState((state) => state.experiment);
  const device = useAppState((state) => state.device);
  const [times, setTimes] = useState<readonly number[] | null>(null);
  useEffect(() => {
    if (!open) return;
    let shown = true;
    void app.host.stepTimes(experiment, FIRST_CHOICES.map(configOf)).then((found) => {
      if (shown) setTimes(found);
    });
    return () => {
      shown = false;
    };
  }, [app, open, experiment, device]);
  return times;
}
