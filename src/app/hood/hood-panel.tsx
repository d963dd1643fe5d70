/** The tabs beside the matrix. */
import { Tabs } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useApp, useAppState } from '../context';
import { part } from '../parts/part';
import type { HoodTab } from '../store/state';
import { useText, type Texts } from '../text';
import { ForgettingTab } from './forgetting-tab';

const LogTab = part(async () => (await import('./log-tab')).LogTab);
const LossTab = part(async () => (await import('./loss-tab')).LossTab);
const PlaneTab = part(async () => (await import('./plane-tab')).PlaneTab);
const SpeedTab = part(async () => (await import('./speed-tab')).SpeedTab);
const MemoryTab = part(async () => (await import('./memory-tab')).MemoryTab);
const InterferenceTab = part(async () => (await import('./interference-tab')).InterferenceTab);
const InsideTab = part(async () => (await import('./inside-tab')).InsideTab);
const MixerTab = part(async () => (await import('./mixer-tab')).MixerTab);
const RememberedTab = part(async () => (await import('../tryit/remembered-tab')).RememberedTab);
const TryTab = part(async () => (await import('../tryit/try-tab')).TryTab);
const TABS: readonly { readonly value: HoodTab; readonly label: (words: Texts['charts']) => string; readonly panel: () => ReactNode }[] = [
  { value: 'forgetting', label: ({ forgetting }) => forgetting.title, panel: () => <ForgettingTab /> },
  { value: 'plane', label: ({ plane }) => plane.tab, panel: () => <PlaneTab /> },
  { value: 'try', label: ({ tryIt }) => tryIt.tab, panel: () => <TryTab /> },
  { value: 'remembered', label: ({ remembered }) => remembered.tab, panel: () => <RememberedTab /> },
  { value: 'memory', label: ({ memory }) => memory.tab, panel: () => <MemoryTab /> },
  { value: 'interference', label: ({ interference }) => interference.tab, panel: () => <InterferenceTab /> },
  { value: 'inside', label: ({ inside }) => inside.tab, panel: () => <InsideTab /> },
  { value: 'mixer', label: ({ mixer }) => mixer.tab, panel: () => <MixerTab /> },
  { value: 'loss', label: ({ loss }) => loss.tab, panel: () => <LossTab /> },
  { value: 'speed', label: ({ speed }) => speed.tab, panel: () => <SpeedTab /> },
  { value: 'log', label: ({ log }) => log.tab, panel: () => <LogTab /> },
];

export const isTab = (name: string): name is HoodTab => TABS.some(({ value }) => value === name);

export function HoodPanel() {
  const text = useText();
  const tab = useAppState((state) => state.view.tab);
  const { view } = useApp();
  const panel = useRef<HTMLDivElement>(null);
  const shown = useRef(tab);
  useEffect(() => {
    // Some tabs are taller than the one before.
    if (shown.current !== tab) panel.current?.scrollIntoView({ block: 'nearest' });
    shown.current = tab;
  }, [tab]);
  return (
    <div className="panel hood" data-testid="hood" ref={panel}>
      <Tabs
        className="hood-tabs"
        value={tab}
        onChange={(value) => view.set({ tab: TABS.find((item) => item.value === value)?.value ?? 'forgetting' })}
        keepMounted={false}
      >
        <Tabs.List aria-label={text.shell.hood}>
          {TABS.map((item) => (
            <Tabs.Tab key={item.value} value={item.value} data-testid={`tab-${item.value}`}>
              {item.label(text.charts)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((item) => (
          <Tabs.Panel key={item.value} value={item.value}>
            {item.panel()}
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}
