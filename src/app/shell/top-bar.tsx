/** What is running, where, and the few things that concern the whole page. */
import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconHelp, IconHistory, IconMenu2, IconMoon, IconSun, IconSunMoon } from '@tabler/icons-react';
import { useApp, useAppState } from '../context';
import { wordsOf } from '../methods';
import type { AppState } from '../store/state';
import { text } from '../text';
import { DeviceBadge } from './device-badge';
import { ShareMenu } from './share';

const words = text.shell;

function sourceWords(
  from: AppState['experiment']['stream']['from'] | AppState['experiment']['backbone']['from'],
  titles: readonly { readonly id: string; readonly title: string }[],
): string {
  if (from.source === 'hub') return from.id;
  if (from.source === 'bundled') return titles.find((entry) => entry.id === from.id)?.title ?? from.id;
  return from.source === 'url' ? (from.url.split('/').at(-1) ?? from.url) : from.name;
}

/** "Alphabets · ViT-32 · InfLoRA vs Fine-tuning". */
export function runningWords(state: AppState): string {
  const { record, experiment, catalogue } = state;
  const of = record ?? experiment;
  const names = of.methods.map(({ id }) => wordsOf(of, id).short);
  const methods = names.length <= 3 ? names.join(words.versus) : words.more(names.length);
  const stream = record?.stream.title ?? sourceWords(experiment.stream.from, catalogue?.streams ?? []);
  const backbone = record?.backbone.title ?? sourceWords(experiment.backbone.from, catalogue?.backbones ?? []);
  return [stream, backbone, methods].join(' · ');
}

export function TopBar() {
  const running = useAppState(runningWords);
  const origin = useAppState((state) => state.origin);
  const recordedTitle = useAppState((state) => state.playback?.title);
  const { view, runList } = useApp();
  const badge = { none: null, live: null, recorded: words.recordedBadge, loaded: words.loadedBadge, kept: words.keptBadge }[origin];
  return (
    <header className="top-bar">
      <ActionIcon
        className="phone-only"
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={words.openSetup}
        onClick={() => view.set({ drawerOpen: true })}
        data-testid="open-drawer"
      >
        <IconMenu2 size={20} />
      </ActionIcon>
      <h1>{words.title}</h1>
      {badge !== null && (
        <Tooltip label={words.recordedLong(recordedTitle ?? running)} disabled={origin !== 'recorded'} multiline maw={320}>
          <span className="origin-badge" data-testid="origin-badge">
            {badge}
          </span>
        </Tooltip>
      )}
      <div className="top-running" title={running} data-testid="running">
        {/* Who sees a recording has chosen nothing yet: what this page is comes before what is set up. */}
        {origin === 'recorded' ? words.subtitle : running}
      </div>
      <div className="top-actions">
        <DeviceBadge />
        <Tooltip label={text.runs.title}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={text.runs.title}
            onClick={() => runList.open(true)}
            data-testid="open-runs"
          >
            <IconHistory size={20} />
          </ActionIcon>
        </Tooltip>
        <ShareMenu />
        <ThemeMenu />
        <Tooltip label={`${words.help} (?)`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={words.help}
            onClick={() => view.set({ helpOpen: true })}
            data-testid="help"
            aria-keyshortcuts="?"
          >
            <IconHelp size={20} />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}

const SCHEMES = [
  { value: 'auto', label: words.themeAuto, icon: IconSunMoon },
  { value: 'light', label: words.themeLight, icon: IconSun },
  { value: 'dark', label: words.themeDark, icon: IconMoon },
] as const;

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = SCHEMES.find((scheme) => scheme.value === colorScheme)?.icon ?? IconSunMoon;
  return (
    <Menu position="bottom-end">
      <Tooltip label={words.theme}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.theme} data-testid="theme">
            <Icon size={20} />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme.value}
            role="menuitemradio"
            aria-checked={scheme.value === colorScheme}
            leftSection={<scheme.icon size={16} />}
            onClick={() => setColorScheme(scheme.value)}
            data-testid={`theme-${scheme.value}`}
          >
            {scheme.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
