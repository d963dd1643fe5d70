/** Starts the page: state from the link, the recorded run, then the quiet preparation of the device. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './style/base.css';
import './style/layout.css';
import './style/charts.css';
import './style/setup.css';
import './style/shell.css';
import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { startApp } from './boot';
import { AppContext } from './context';
import { startOffline } from './offline/start';
import { addressOf, useAddress } from './address';
import { startLanguage, useSpoken } from './language';
import { TextContext } from './text';
import { AppPage } from './shell/app-page';
import { part } from './parts/part';
import { cssVariables, theme } from './theme';

const Messages = part(async () => (await import('./notify')).Messages);

const Story = part(async () => (await import('./story/story')).default);

const Embedded = part(async () => (await import('./shell/embedded')).default);
const Lecturer = part(async () => (await import('./story/lecturer')).default);

function Page() {
  const { scene, notes, embed, chart } = useAddress();
  if (notes) return <Lecturer />;
  if (scene !== null) return <Story />;
  return embed && chart !== null ? <Embedded chart={chart} /> : <AppPage />;
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');

// Programs wait until it is there.
void import('../worker/automation').then(({ installAutomation }) => installAutomation());

function InLanguage({ children }: { readonly children: ReactNode }) {
  return <TextContext value={useSpoken()}>{children}</TextContext>;
}

/** Words come first: what starts may have something to say. */
async function open(into: HTMLElement): Promise<void> {
  await startLanguage();
  const app = startApp();
  // A frame neither keeps files nor reloads itself for threads.
  if (!addressOf(location.hash).embed) void startOffline(app);
  createRoot(into).render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <InLanguage>
        <Messages />
        <AppContext value={app}>
          <Page />
        </AppContext>
      </InLanguage>
    </MantineProvider>,
  );
}

void open(root);
