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

/** Milliseconds that a tab may take to arrive: later, the page is not moved under whoever reads it. */
const ARRIVES_WITHIN = 1500;

export const isTab = (name: string): name is HoodTab => TABS.some(({ value }) => value === name);

export function HoodPanel() {
  const text = useText();
  const tab = useAppState((state) => state.view.tab);
  const { view } = useApp();
  const panel = useRef<HTMLDivElement>(null);
  const seen = useAppState((state) => `${state.view.tab} ${state.view.interference}`);
  const shown = useRef(seen);
  useEffect(() => {
    const element = panel.current;
    if (shown.current === seen || element === null) return;
    shown.current = seen;
    // Some tabs are taller than the one before, and what is in them arrives after it was asked for.
    const watching = new ResizeObserver(() => element.scrollIntoView({ block: 'nearest' }));
    watching.observe(element);
    const enough = setTimeout(() => watching.disconnect(), ARRIVES_WITHIN);
    return () => {
      clearTimeout(enough);
      watching.disconnect();
    };
  }, [seen]);
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
