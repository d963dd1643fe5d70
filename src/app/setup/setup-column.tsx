/** The set-up: four sections that unfold; a rail of icons while a run goes. */
import { Accordion, ActionIcon, Tooltip } from '@mantine/core';
import { IconAdjustments, IconChevronLeft, IconChevronRight, IconCpu2, IconRoute, IconStack2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { nameIn } from '../bundled-names';
import { useApp, useAppState } from '../context';
import { part } from '../parts/part';
import type { AppState, SetupSection } from '../store/state';
import { type Texts, useText } from '../text';
import { BackboneSection } from './backbone-section';
import { MemoryLine } from './memory-line';
import { MethodsSection } from './methods-section';
import { TrainingSection } from './training-section';
import { methodNamed } from '../names';

const TasksSection = part(async () => (await import('./tasks-section')).TasksSection);
const ICON = { size: 18, 'aria-hidden': true } as const;

const SECTIONS: readonly { readonly id: SetupSection; readonly icon: ReactNode; readonly body: () => ReactNode }[] = [
  { id: 'backbone', icon: <IconCpu2 {...ICON} />, body: () => <BackboneSection /> },
  { id: 'tasks', icon: <IconStack2 {...ICON} />, body: () => <TasksSection /> },
  { id: 'methods', icon: <IconRoute {...ICON} />, body: () => <MethodsSection /> },
  { id: 'training', icon: <IconAdjustments {...ICON} />, body: () => <TrainingSection /> },
];

type Source = AppState['experiment']['stream']['from'] | AppState['experiment']['backbone']['from'];

const sourceName = (from: Source) =>
  from.source === 'bundled' || from.source === 'hub' ? from.id : from.source === 'url' ? (from.url.split('/').at(-1) ?? '') : from.name;

/** One line under each heading: what is chosen now. */
function summary(text: Texts, state: AppState, section: SetupSection): string {
  const { experiment, catalogue } = state;
  const title = (list: readonly { readonly id: string; readonly title: string }[] | undefined, from: Source) =>
    from.source === 'bundled' ? nameIn(text, list?.find((entry) => entry.id === from.id)?.title ?? from.id) : sourceName(from);
  switch (section) {
    case 'backbone':
      return title(catalogue?.backbones, experiment.backbone.from);
    case 'tasks':
      return title(catalogue?.streams, experiment.stream.from);
    case 'methods':
      return experiment.methods.map((method) => methodNamed(text, method.id).short).join(', ');
    case 'training':
      return `${experiment.training.epochs} × ${experiment.training.batchSize}, η ${experiment.training.learningRate}`;
  }
}

function Heading({ section }: { readonly section: SetupSection }) {
  const text = useText();
  const words = text.setup;
  const line = useAppState((state) => summary(text, state, section));
  return (
    <span className="setup-heading">
      <span>{words.sections[section]}</span>
      <span className="setup-summary">{line}</span>
    </span>
  );
}

export function SetupColumn() {
  const text = useText();
  const words = text.setup;
  const sections = useAppState((state) => state.view.sections);
  const { view } = useApp();
  return (
    <aside className="setup" aria-label={words.title} data-testid="setup">
      <div className="setup-fold">
        <span>{words.title}</span>
        <Tooltip label={text.shell.closeSetup}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={text.shell.closeSetup}
            onClick={() => view.set({ setupOpen: false })}
            data-testid="fold-setup"
          >
            <IconChevronLeft {...ICON} />
          </ActionIcon>
        </Tooltip>
      </div>
      <Accordion
        multiple
        value={[...sections]}
        onChange={(values) => view.set({ sections: SECTIONS.map((item) => item.id).filter((id) => values.includes(id)) })}
        chevronPosition="right"
        order={2}
      >
        {SECTIONS.map((item) => (
          <Accordion.Item key={item.id} value={item.id}>
            <Accordion.Control icon={item.icon} data-testid={`section-${item.id}`}>
              <Heading section={item.id} />
            </Accordion.Control>
            <Accordion.Panel>{sections.includes(item.id) && item.body()}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      <MemoryLine />
    </aside>
  );
}

export function SetupRail() {
  const text = useText();
  const words = text.setup;
  const { view } = useApp();
  return (
    <aside className="setup-rail" aria-label={words.title} data-testid="setup-rail">
      <Tooltip label={text.shell.openSetup} position="right">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={text.shell.openSetup}
          onClick={() => view.set({ setupOpen: true })}
          data-testid="unfold-setup"
        >
          <IconChevronRight {...ICON} />
        </ActionIcon>
      </Tooltip>
      {SECTIONS.map((item) => (
        <Tooltip key={item.id} label={words.sections[item.id]} position="right">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={words.sections[item.id]}
            onClick={() => view.set({ setupOpen: true, sections: [item.id] })}
          >
            {item.icon}
          </ActionIcon>
        </Tooltip>
      ))}
    </aside>
  );
}
