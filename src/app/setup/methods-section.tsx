/** Which methods learn side by side, and the options of each. */
import { Anchor, Chip } from '@mantine/core';
import type { MethodSpec } from '../../session/experiment';
import { useApp, useAppState } from '../context';
import { CHOOSABLE_METHODS, methodColour } from '../methods';
import { MethodMark } from '../parts/method-mark';
import { text } from '../text';
import { ChoiceField, NumberField } from './fields';

const words = text.setup.methods;

export function MethodsSection() {
  const methods = useAppState((state) => state.experiment.methods);
  const { setup } = useApp();
  return (
    <div className="fields">
      <p className="setup-intro">{words.intro}</p>
      <ul className="method-list" aria-label={words.chips}>
        {CHOOSABLE_METHODS.map((id) => {
          const spec = methods.find((method) => method.id === id);
          const about = text.methods[id];
          return (
            <li key={id} data-chosen={spec !== undefined}>
              <div className="method-row">
                <Chip
                  checked={spec !== undefined}
                  onChange={() => setup.toggleMethod(id)}
                  variant="outline"
                  size="sm"
                  data-testid={`method-${id}`}
                  styles={{
                    label: {
                      color: spec === undefined ? undefined : methodColour(id),
                      borderColor: spec === undefined ? undefined : methodColour(id),
                      fontWeight: 600,
                    },
                  }}
                >
                  {about.name}
                </Chip>
                <MethodMark id={id} />
              </div>
              <p>
                {about.sentence}{' '}
                {about.paper === null ? (
                  <span className="dim">{words.noPaper}</span>
                ) : (
                  <Anchor size="sm" href={about.paper.url} target="_blank" rel="noreferrer" underline="always">
                    {about.paper.citation}
                  </Anchor>
                )}
              </p>
              {spec !== undefined && (
                <details className="more">
                  <summary>{words.options(about.short)}</summary>
                  <MethodOptions spec={spec} />
                </details>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function MethodOptions({ spec }: { readonly spec: MethodSpec }) {
  const { setup } = useApp();
  const set = (part: Readonly<Record<string, unknown>>) => setup.method(spec.id, part);
  const required = (key: string) => (value: number | undefined) => {
    if (value !== undefined) set({ [key]: value });
  };
  return (
    <div className="fields">
      {'rank' in spec && (
        <NumberField
          label={words.rank}
          term="rank"
          testId={`${spec.id}-rank`}
          integer
          min={1}
          value={spec.rank}
          onChange={required('rank')}
        />
      )}
      {'preset' in spec && (
        <>
          <ChoiceField
            label={words.preset}
            term="preset"
            testId={`${spec.id}-preset`}
            value={spec.preset}
            choices={words.presets}
            onChange={(preset) => set({ preset })}
          />
          <NumberField
            label={words.lamb}
            term="threshold"
            testId={`${spec.id}-lamb`}
            max={1}
            step={0.01}
            value={spec.lamb}
            onChange={required('lamb')}
          />
          <NumberField
            label={words.lame}
            term="threshold"
            testId={`${spec.id}-lame`}
            max={1}
            step={0.01}
            value={spec.lame}
            onChange={required('lame')}
          />
          <ChoiceField
            label={words.memory}
            term="dualGpm"
            testId={`${spec.id}-memory`}
            value={spec.memory ?? 'dualgpm'}
            choices={words.memories}
            onChange={(memory) => set({ memory })}
          />
        </>
      )}
      {spec.id === 'sequential-lora' && (
        <ChoiceField
          label={words.factors}
          testId="sequential-lora-factors"
          value={spec.factors}
          choices={words.factorChoices}
          onChange={(factors) => set({ factors })}
        />
      )}
      {spec.id === 'joint' && (
        <ChoiceField
          label={words.adapt}
          testId="joint-adapt"
          value={spec.adapt}
          choices={words.adapts}
          onChange={(adapt) => set({ adapt })}
        />
      )}
      {spec.id === 'nearest-mean' ? (
        <ChoiceField
          label={words.metric}
          testId="nearest-mean-metric"
          value={spec.metric}
          choices={words.metrics}
          onChange={(metric) => set({ metric })}
        />
      ) : (
        <NumberField
          label={words.ownRate}
          term="learningRate"
          testId={`${spec.id}-rate`}
          hint={words.ownRateHint}
          optional
          min={1e-9}
          step={0.001}
          value={spec.learningRate}
          onChange={(learningRate) => set({ learningRate })}
        />
      )}
    </div>
  );
}
