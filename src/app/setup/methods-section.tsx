/** Which methods learn side by side, and the options of each, from their definitions. */
import { Anchor, Chip } from '@mantine/core';
import { Fragment } from 'react';
import type { MethodDefinition } from '../../continual/definition';
import { definitionOf } from '../../continual/registry';
import { METHOD_IDS, type Experiment, type MethodSpec } from '../../session/experiment';
import { useApp, useAppState } from '../context';
import { lookOf } from '../looks';
import { keptBy, methodWords, optionWords } from '../methods';
import { MethodMark } from '../parts/method-mark';
import { text } from '../text';
import { OptionField } from './option-field';
import { optionFields } from './option-fields';

const words = text.setup.methods;

export function MethodsSection() {
  const experiment = useAppState((state) => state.experiment);
  return (
    <div className="fields">
      <p className="setup-intro">{words.intro}</p>
      <ul className="method-list" aria-label={words.chips}>
        {METHOD_IDS.map((id) => (
          <MethodEntry key={id} definition={definitionOf(id)} experiment={experiment} />
        ))}
      </ul>
    </div>
  );
}

function MethodEntry({ definition, experiment }: { readonly definition: MethodDefinition; readonly experiment: Experiment }) {
  const { setup } = useApp();
  const { id } = definition;
  const spec = experiment.methods.find((method) => method.id === id);
  const { name, short, sentence } = methodWords(id);
  // Only the chosen ones have a place in the run, and a look.
  const colour = spec === undefined ? undefined : lookOf(experiment, id).colour;
  return (
    <li data-chosen={spec !== undefined}>
      <div className="method-row">
        <Chip
          checked={spec !== undefined}
          onChange={() => setup.toggleMethod(id)}
          variant="outline"
          size="sm"
          data-testid={`method-${id}`}
          styles={{ label: { color: colour, borderColor: colour, fontWeight: 600 } }}
        >
          {name}
        </Chip>
        {spec !== undefined && <MethodMark of={experiment} id={id} />}
        <span className="dim" data-testid={`keeps-${id}`}>
          {definition.trainsOn === 'all' ? words.seesAll : words.keeps(keptBy(id, spec).map((what) => words.kept[what]))}
        </span>
      </div>
      <p>
        {sentence} <Papers definition={definition} />
      </p>
      {spec !== undefined && (
        <details className="more">
          <summary>{words.options(short)}</summary>
          <MethodOptions spec={spec} definition={definition} />
        </details>
      )}
    </li>
  );
}

function Papers({ definition: { papers, role } }: { readonly definition: MethodDefinition }) {
  if (papers.length === 0) return <span className="dim">{words.noPaper[role]}</span>;
  return papers.map(({ key, url, citation }, i) => (
    <Fragment key={key}>
      {i > 0 && '; '}
      <Anchor size="sm" href={url} target="_blank" rel="noreferrer" underline="always">
        {citation}
      </Anchor>
    </Fragment>
  ));
}

function MethodOptions({ spec, definition }: { readonly spec: MethodSpec; readonly definition: MethodDefinition }) {
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
          words={optionWords(spec.id, field.name)}
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
