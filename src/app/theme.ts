/** One type family, four sizes, quiet surfaces; both colour schemes come from the same tokens (see `style/base.css`). */
import { createTheme, Menu, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import { slotVariables } from './looks';

const blue: MantineColorsTuple = [
  '#e8f4fc',
  '#cfe6f5',
  '#a0cdea',
  '#6db2de',
  '#449bd3',
  '#2b8dcb',
  '#1483c6',
  '#0068a8',
  '#005a93',
  '#004a7a',
];

export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.8125rem', sm: '0.875rem', md: '1rem', lg: '1.25rem', xl: '2.5rem' },
  colors: { blue },
  primaryColor: 'blue',
  primaryShade: 7,
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Menu: Menu.extend({
      defaultProps: {
        // Its placeholder is no menu item: a screen reader would count it among them. The first item takes the focus.
        withInitialFocusPlaceholder: false,
        // No larger than the room there is, whatever the fonts: then it scrolls, and Tab reaches what it scrolls to.
        middlewares: { size: { padding: 8 } },
        menuItemTabIndex: 0,
      },
    }),
  },
});

/** The methods' colours, written into the page beside Mantine's own variables. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: slotVariables('light'), dark: slotVariables('dark') });
