/** What is running, where, and the few things that concern the whole page. */
import { ActionIcon, Button, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconHelp, IconHistory, IconMenu2, IconMoon, IconPresentation, IconShare2, IconSun, IconSunMoon } from '@tabler/icons-react';
import { replaceHash, useAddress } from '../address';
import { useApp, useAppState } from '../context';
import { part } from '../parts/part';
import { useRunningWords } from '../run-words';
import { useText } from '../text';
import { DeviceBadge } from './device-badge';

/** Its place is kept until its code is there. */
const ShareMenu = part(
  async () => (await import('./share')).ShareMenu,
  <ActionIcon variant="subtle" color="gray" size="lg" disabled>
    <IconShare2 size={20} />
  </ActionIcon>,
);

const LanguageMenu = part(async () => (await import('./language-menu')).LanguageMenu, <span className="language-waiting" />);
const LanguageItems = part(async () => (await import('./language-menu')).LanguageItems);

export function TopBar() {
  const text = useText();
  const words = text.shell;
  // Where there is no room for another button, languages stand below the colour schemes.
  const phone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  const running = useRunningWords();
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
      <div className="top-running" title={running}>
        {/* Who sees a recording has chosen nothing yet: what this page is comes before whose results these are. */}
        {origin === 'recorded' && <div className="top-subtitle">{words.subtitle}</div>}
        <div data-testid="running">{running}</div>
      </div>
      <div className="top-actions">
        <Button component="a" href="#scene=0" size="compact-sm" variant="light" data-testid="open-lesson">
          {words.lesson}
        </Button>
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
        <PresentToggle />
        <ThemeMenu phone={phone} />
        {!phone && <LanguageMenu />}
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

/** Larger type, no set-up, any panel on the whole screen. */
function PresentToggle() {
  const words = useText().shell;
  const { present } = useAddress();
  const label = present ? words.presentEnd : words.present;
  return (
    <Tooltip label={label}>
      <ActionIcon
        className="not-phone"
        variant={present ? 'light' : 'subtle'}
        color="gray"
        size="lg"
        aria-label={label}
        onClick={() => replaceHash(present ? location.hash.replace(/&?present(=[^&]*)?/, '') : `${location.hash || '#'}&present`)}
        data-testid="present"
      >
        <IconPresentation size={20} />
      </ActionIcon>
    </Tooltip>
  );
}

const SCHEMES = [
  { value: 'auto', label: 'themeAuto', icon: IconSunMoon },
  { value: 'light', label: 'themeLight', icon: IconSun },
  { value: 'dark', label: 'themeDark', icon: IconMoon },
] as const;

function ThemeMenu({ phone }: { readonly phone: boolean }) {
  const words = useText().shell;
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
          <Menu.RadioItem
            key={scheme.value}
            value={scheme.value}
            checked={scheme.value === colorScheme}
            closeMenuOnClick
            rightSection={<scheme.icon size={16} />}
            onChange={() => setColorScheme(scheme.value)}
            data-testid={`theme-${scheme.value}`}
          >
            {words[scheme.label]}
          </Menu.RadioItem>
        ))}
        {phone && (
          <>
            <Menu.Divider />
            <LanguageItems />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
