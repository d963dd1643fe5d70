/** All methods by what guards the past in each; as many may race as there are looks to tell them apart. */
import { Anchor, Checkbox, Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { APPROACHES, type MethodDefinition } from '../../../continual/definition';
import { METHODS } from '../../../continual/registry';
import { experimentToHash } from '../../../session/link';
import type { Experiment, MethodId } from '../../../session/experiment';
import { useApp, useAppState } from '../../context';
import { lookOf, SLOTS } from '../../looks';
import { useText } from '../../text';
import { against } from './against';
import { Keeps } from './keeps';
import { Papers } from './papers';
import { methodNamed } from '../../names';

/** Steps in steps of full fine-tuning, by method. */
type Costs = ReadonlyMap<string, number>;

export function MethodGallery({ onClose }: { readonly onClose: () => void }) {
  const { gallery } = useText().setup.methods;
  const experiment = useAppState((state) => state.experiment);
  const { host } = useApp();
  const [costs, setCosts] = useState<Costs | null>(null);
  useEffect(() => {
    // Options change what a step costs; a foretaste by the options at hand is enough.
    void host.stepCosts().then(setCosts);
  }, [host]);
  const { length } = experiment.methods;
  return (
    <Modal
      opened
      onClose={onClose}
      title={gallery.title}
      size="min(1180px, 96vw)"
      closeButtonProps={{ 'aria-label': gallery.close }}
      data-testid="method-gallery"
    >
      <p className="gallery-intro" role="status">
        {gallery.intro(length, SLOTS.length)}
      </p>
      {APPROACHES.map((approach) => {
        const here = METHODS.filter((definition) => definition.approach === approach);
        return (
          here.length > 0 && (
            <section key={approach} className="gallery-group" aria-labelledby={`approach-${approach}`}>
              <h3 id={`approach-${approach}`}>{gallery.approaches[approach].name}</h3>
              <p className="dim">{gallery.approaches[approach].sentence}</p>
              <ul>
                {here.map(({ id }) => (
                  <MethodCard key={id} id={id} experiment={experiment} cost={costs?.get(id)} full={length >= SLOTS.length} />
                ))}
              </ul>
            </section>
          )
        );
      })}
    </Modal>
  );
}

interface CardProps {
  readonly id: MethodId;
  readonly experiment: Experiment;
  readonly cost: number | undefined;
  /** No look is left for another method. */
  readonly full: boolean;
}

function MethodCard({ id, experiment, cost, full }: CardProps) {
  const text = useText();
  const { gallery } = text.setup.methods;
  const { setup } = useApp();
  const definition = METHODS.find((method) => method.id === id) as unknown as MethodDefinition;
  const spec = experiment.methods.find((method) => method.id === id);
  const { name, sentence } = methodNamed(text, id);
  const last = spec !== undefined && experiment.methods.length === 1;
  return (
    <li data-chosen={spec !== undefined}>
      <Checkbox
        checked={spec !== undefined}
        disabled={last || (full && spec === undefined)}
        onChange={() => setup.toggleMethod(id)}
        label={name}
        color={lookOf(experiment, id).colour}
        data-testid={`method-${id}`}
      />
      <p>
        {sentence} <Papers definition={definition} />
      </p>
      <p className="gallery-facts">
        <Keeps id={id} spec={spec} />
        <span className="dim">{definition.trainsOn === 'none' ? gallery.untrained : cost !== undefined && gallery.cost(cost)}</span>
        {id !== 'inflora' && (
          <Anchor size="sm" href={experimentToHash(against(experiment, id))} target="_blank" rel="noreferrer">
            {gallery.against}
          </Anchor>
        )}
      </p>
    </li>
  );
}
