/** Which methods learn side by side, and the options of each, from their definitions. */
import { Button, CloseButton } from '@mantine/core';
import { IconLayoutGrid } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { MethodDefinition } from '../../continual/definition';
import { definitionOf } from '../../continual/registry';
import type { Experiment, MethodSpec } from '../../session/experiment';
import { useApp, useAppState } from '../context';
import { lookOf } from '../looks';
import { optionWords } from '../methods';
import { MethodMark } from '../parts/method-mark';
import { useText } from '../text';
import { Keeps } from './gallery/keeps';
import { Papers } from './gallery/papers';
import { OptionField } from './option-field';
import { optionFields } from './option-fields';
import { methodNamed } from '../names';

const Gallery = lazy(() => import('./gallery/gallery').then(({ MethodGallery }) => ({ default: MethodGallery })));

export function MethodsSection() {
  const words = useText().setup.methods;
  const experiment = useAppState((state) => state.experiment);
  const [choosing, setChoosing] = useState(false);
  return (
    <div className="fields">
      <p className="setup-intro">{words.intro}</p>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconLayoutGrid size={16} aria-hidden />}
        onClick={() => setChoosing(true)}
        data-testid="choose-methods"
      >
        {words.choose}
      </Button>
      <ul className="method-list" aria-label={words.chips}>
        {experiment.methods.map((spec) => (
          <MethodEntry key={spec.id} spec={spec} experiment={experiment} />
        ))}
      </ul>
      {choosing && (
        <Suspense>
          <Gallery onClose={() => setChoosing(false)} />
        </Suspense>
      )}
    </div>
  );
}

function MethodEntry({ spec, experiment }: { readonly spec: MethodSpec; readonly experiment: Experiment }) {
  const text = useText();
  const words = text.setup.methods;
  const { setup } = useApp();
  const definition = definitionOf(spec.id);
  const { name, short, sentence } = methodNamed(text, spec.id);
  return (
    <li data-testid={`chosen-${spec.id}`}>
      <div className="method-row">
        <span className="method-name" style={{ color: lookOf(experiment, spec.id).colour }}>
          <MethodMark of={experiment} id={spec.id} />
          {name}
        </span>
        <CloseButton
          size="sm"
          aria-label={words.remove(name)}
          disabled={experiment.methods.length === 1}
          onClick={() => setup.toggleMethod(spec.id)}
          data-testid={`remove-${spec.id}`}
        />
      </div>
      <p>
        {sentence} <Papers definition={definition} />
      </p>
      <Keeps id={spec.id} spec={spec} />
      <details className="more">
        <summary>{words.options(short)}</summary>
        <MethodOptions spec={spec} definition={definition} />
      </details>
    </li>
  );
}

function MethodOptions({ spec, definition }: { readonly spec: MethodSpec; readonly definition: MethodDefinition }) {
  const text = useText();
  const words = text.setup.methods;
  const { setup } = useApp();
  const { equations } = definition;
  const values: Readonly<Record<string, unknown>> = spec;
  const [plain, advanced] = [false, true].map((folded) =>
    optionFields(definition)
      .filter((field) => field.advanced === folded)
      .map((field) => (
        <OptionField
          key={field.name}
          field={field}
          words={optionWords(text, spec.id, field.name)}
          testId={`${spec.id}-${field.name}`}
          value={values[field.name]}
          onChange={(value) => setup.method(spec.id, { [field.name]: value })}
        />
      )),
  );
  return (
    <div className="fields">
      {plain}
      {advanced !== undefined && advanced.length > 0 && (
        <details className="more">
          <summary>{text.setup.training.more}</summary>
          <div className="fields">{advanced}</div>
        </details>
      )}
      {equations.length > 0 && (
        <details className="more">
          <summary>{words.equations}</summary>
          <ul className="method-equations">
            {equations.map(({ reference, code }) => (
              <li key={reference}>
                {reference}: <code>{code}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
