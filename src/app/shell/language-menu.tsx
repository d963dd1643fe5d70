/** Which language the page speaks: each by its own name, since who looks for one may read no other. */
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import { useApp } from '../context';
import { chooseLanguage } from '../language';
import { useText } from '../text';
import type { Locale } from '../text/en';
import { LANGUAGES, LOCALES } from '../text/languages';

const NAMES = LOCALES.map((locale) => LANGUAGES[locale].name).join(' / ');

export function LanguageItems() {
  const { locale } = useText();
  const { setup } = useApp();
  const choose = (chosen: Locale) =>
    // Its words could not be fetched: the page stays as it was.
    void chooseLanguage(chosen).catch((error: unknown) => setup.tell(error instanceof Error ? error.message : String(error)));
  return LOCALES.map((each) => (
    <Menu.RadioItem
      key={each}
      value={each}
      checked={each === locale}
      closeMenuOnClick
      lang={each}
      onChange={() => choose(each)}
      data-testid={`language-${each}`}
    >
      {LANGUAGES[each].name}
    </Menu.RadioItem>
  ));
}

export function LanguageMenu() {
  return (
    <Menu position="bottom-end">
      <Tooltip label={NAMES}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={NAMES} data-testid="language">
            <IconLanguage size={20} />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <LanguageItems />
      </Menu.Dropdown>
    </Menu>
  );
}
