/** "Keep for offline use (19 MB)", in the menu. */
import { Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { formatBytes } from '../../common/bytes';
import { useText } from '../text';
import { keepAll, offlineState } from './keep';

export function OfflineItem() {
  const words = useText().offline;
  const [state, setState] = useState<Awaited<ReturnType<typeof offlineState>>>(null);
  const [share, setShare] = useState<number | null>(null);
  useEffect(() => {
    offlineState().then(setState, () => setState(null));
  }, []);
  if (state === null) return null;
  async function keep() {
    setShare(0);
    try {
      await keepAll(setShare);
      notifications.show({ message: words.done });
    } catch {
      notifications.show({ message: words.failed });
    }
    setShare(null);
    setState(await offlineState().catch(() => null));
  }
  const label =
    share !== null ? words.keeping(Math.floor(100 * share)) : state.left === 0 ? words.kept : words.keep(formatBytes(state.left));
  return (
    <>
      <Menu.Label>{words.label}</Menu.Label>
      <Menu.Item
        closeMenuOnClick={false}
        disabled={share !== null || state.left === 0}
        onClick={() => void keep()}
        data-testid="keep-offline"
      >
        {label}
      </Menu.Item>
    </>
  );
}
