/** The set-up in a drawer, where there is no room beside the results. */
import { Drawer } from '@mantine/core';
import { useApp, useAppState } from '../context';
import { SetupColumn } from '../setup/setup-column';
import { useText } from '../text';

export function PhoneSetup() {
  const text = useText();
  const opened = useAppState((state) => state.view.drawerOpen);
  const { view } = useApp();
  return (
    <Drawer
      opened={opened}
      onClose={() => view.set({ drawerOpen: false })}
      title={text.shell.setup}
      // A header inside a dialog is none of the page.
      attributes={{ header: { role: 'presentation' } }}
      closeButtonProps={{ 'aria-label': text.shell.close }}
      padding={0}
    >
      <SetupColumn />
    </Drawer>
  );
}
