/** Which device computes, and why a better one does not. */
import { Button, Menu, Text } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import type { DeviceInfo, DeviceKind } from '../../compute/backbone';
import { useApp, useAppState } from '../context';
import { type Texts, useText } from '../text';
import { recall } from '../text/recall';
import { say } from '../text/say';

const CHOICES: readonly (DeviceKind | 'auto')[] = ['auto', 'webgpu', 'wasm', 'cpu'];

/** "WebGPU · Apple M3", "WebAssembly · 2 threads, SIMD". */
export function deviceWords(text: Texts, info: Pick<DeviceInfo, 'kind' | 'name' | 'software'>): string {
  const words = text.shell.device;
  const soft = info.kind === 'webgpu' && info.software && !info.name.includes(words.software) ? ` (${words.software})` : '';
  return `${words[info.kind]} · ${recall(text, info.name)}${soft}`;
}

/** What tells devices apart from afar; the menu says the rest. */
const shortWords = (long: string): string => long.split(/[,，]/, 1)[0] ?? long;

export function DeviceBadge() {
  const text = useText();
  const words = text.shell.device;
  const device = useAppState((state) => state.device);
  const preference = useAppState((state) => state.devicePreference);
  const checking = useAppState((state) => state.loading?.what === 'device');
  const busy = useAppState((state) => state.status === 'running' || state.status === 'paused' || state.status === 'loading');
  const whenHidden = useAppState((state) => state.view.whenHidden);
  const { host, view } = useApp();
  const label = device !== null ? deviceWords(text, device.chosen) : checking ? words.checking : words.unknown;
  return (
    <Menu position="bottom-end" width={320} onOpen={() => void host.ensureDevice().catch((error: unknown) => host.report(error, 'device'))}>
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconCpu size={16} aria-hidden />}
          aria-label={`${words.menu}: ${label}`}
          className="device-badge"
          data-testid="device"
        >
          <span className="device-label">{shortWords(label)}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {device !== null && (
          <Text size="sm" px="sm" py={4} data-testid="device-reason">
            <strong>{label}</strong>
            <br />
            {device.unavailable.length === 0 ? words.best : `${words.whyNot}:`}
          </Text>
        )}
        {device?.unavailable.map((other) => (
          <Text size="sm" px="sm" py={4} key={`${other.kind} ${say(text, other.reason)}`}>
            <strong>{words[other.kind]}</strong>: {say(text, other.reason)}
          </Text>
        ))}
        {device?.chosen.notes?.map((note) => (
          <Text size="sm" px="sm" py={4} key={note.code} data-testid="device-note">
            {say(text, note)}
          </Text>
        ))}
        <div role="group" aria-label={words.menu}>
          <Menu.Label>{busy ? words.lockedWhileRunning : words.menu}</Menu.Label>
          {CHOICES.map((kind) => (
            <Menu.RadioItem
              key={kind}
              value={kind}
              checked={kind === preference}
              disabled={busy}
              closeMenuOnClick
              onChange={() => void host.prefer(kind)}
              data-testid={`device-${kind}`}
            >
              {words[kind]}
            </Menu.RadioItem>
          ))}
        </div>
        <div role="group" aria-label={text.shell.hidden.menu}>
          <Menu.Label>{text.shell.hidden.menu}</Menu.Label>
          {(['go-on', 'pause'] as const).map((choice) => (
            <Menu.RadioItem
              key={choice}
              value={choice}
              checked={choice === whenHidden}
              onChange={() => view.set({ whenHidden: choice })}
              data-testid={`hidden-${choice}`}
            >
              {text.shell.hidden.choices[choice]}
            </Menu.RadioItem>
          ))}
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}
