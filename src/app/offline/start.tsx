/** The service worker: registered, its threads taken into use, a new version told. */
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { App } from '../store/app';
import { useText } from '../text';
import { isWanted, keepAll, keepDefault } from './keep';

/** In this tab's memory: the page was loaded anew for its threads, which is tried once a visit. */
const RELOADED = 'isolation-reload';

/** Nothing that a reload would lose: the page is as it opened. */
function untouched(app: App, opened: ReturnType<App['store']['getState']>): boolean {
  const { status, experiment, origin, view } = app.store.getState();
  const quiet = status === 'idle' && (origin === 'recorded' || origin === 'none') && !view.helpOpen;
  return quiet && experiment === opened.experiment && document.activeElement === document.body;
}

/**
 * A host that sends no isolation headers has no threads until the service worker answers: once it does, the page is loaded anew,
 * at most once a visit and only while nobody has touched it. Elsewhere one thread has to do, without a word.
 */
function takeThreads(app: App, opened: ReturnType<App['store']['getState']>): void {
  if (crossOriginIsolated || !untouched(app, opened)) return;
  try {
    if (sessionStorage.getItem(RELOADED) !== null) return;
    sessionStorage.setItem(RELOADED, 'yes');
  } catch {
    return;
  }
  location.reload();
}

/** The service worker answers for this page: on a first visit somewhat after it is ready; never on a page that was loaded past it. */
const answering = (): Promise<unknown> => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller !== null) return Promise.resolve();
  return new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
};

function NewVersion({ waiting }: { readonly waiting: ServiceWorker }) {
  const words = useText().offline;
  return (
    <Group justify="space-between" wrap="nowrap" data-testid="new-version">
      <span>{words.update}</span>
      <Button
        size="compact-sm"
        variant="default"
        data-testid="load-version"
        onClick={() => {
          navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
          waiting.postMessage('activate');
        }}
      >
        {words.load}
      </Button>
    </Group>
  );
}

/** Tells of a version that waits; it takes over when the person says so. */
function tellOfUpdates(registration: ServiceWorkerRegistration): void {
  const tell = () => {
    const { waiting } = registration;
    if (waiting === null || navigator.serviceWorker.controller === null) return;
    notifications.show({
      id: 'new-version',
      autoClose: false,
      message: <NewVersion waiting={waiting} />,
    });
  };
  tell();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', tell);
  });
}

/** Refused service workers (private windows, plain http) leave the page as it is. */
export async function startOffline(app: App): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const opened = app.store.getState();
  try {
    const url = new URL('service-worker.js', document.baseURI);
    const registration = await navigator.serviceWorker.register(url, { updateViaCache: 'none' });
    // Blocked by whoever drives the browser.
    if (!(registration instanceof ServiceWorkerRegistration)) return;
    tellOfUpdates(registration);
    await answering();
    takeThreads(app, opened);
    await (isWanted() ? keepAll(() => undefined) : keepDefault());
  } catch {
    // No service worker, no network: nothing that a person could do about it here.
  }
}
