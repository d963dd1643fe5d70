/** Messages in the corner; those that can be taken back carry an Undo. */
import { Button, Group } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import type { Surroundings } from './store/surroundings';
import { useText } from './text';

/** Where they appear. */
export const Messages = () => <Notifications position="bottom-left" />;

const Undo = () => useText().shell.undo;

const UNDO_MS = 10_000;

export const notify: Surroundings['notify'] = ({ text: message, undo }) => {
  if (undo === undefined) {
    notifications.show({ message });
    return;
  }
  const id = notifications.show({
    autoClose: UNDO_MS,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Button
          size="compact-sm"
          variant="default"
          data-testid="undo"
          onClick={() => {
            undo();
            notifications.hide(id);
          }}
        >
          <Undo />
        </Button>
      </Group>
    ),
  });
};
