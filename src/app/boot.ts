/** Puts the app into this browser: worker, link, clock, downloads. */
import { reasonOf } from '../common/said';
import { experimentFromHash, experimentToHash } from '../session/link';
import { claimFromHash, claimToLink } from '../session/result-claim';
import { defaultExperiment } from '../session/defaults';
import type { RunHost } from '../worker/api';
import { spoken } from './language';
import { addressOf, lastingKeys, replaceHash } from './address';
import { saveText } from './parts/offer';
import type { Shelf } from './store/shelf';
import { forward, type Call } from '../worker/forward';
import { createApp, type App } from './store/app';
import type { Surroundings } from './store/surroundings';
import { fetchFromSite } from './store/catalogue';
import { problemFrom } from './store/problem';
import { say } from './text/say';
import { watchTab } from './watch-tab';

/** The first paint and the recorded run come first; then the device is looked at, so that the badge can say what will compute. */
const DEVICE_DELAY_MS = 1200;

/** `?fake` on the development server: made-up numbers instead of a worker. Not part of the built site. */
const fake = import.meta.env.DEV && new URLSearchParams(location.search).has('fake');

async function fetchJson(path: string): Promise<unknown> {
  if (!fake) return fetchFromSite(path);
  const { fakeFetch } = await import('./testing/fake-site');
  return fakeFetch(path, fetchFromSite);
}

async function connect(): Promise<RunHost> {
  if (fake) {
    const { fakeHost } = await import('./testing/fake-host');
    return fakeHost({ delayMs: Number(new URLSearchParams(location.search).get('delay') ?? 60) });
  }
  const { connectRunHost } = await import('../worker/client');
  return connectRunHost();
}

/** The shelf is not waited for by the first paint. */
function arriving(bring: () => Promise<Shelf>): Shelf {
  let shelf: Promise<Shelf> | null = null;
  return forward(async (name, values) => ((await (shelf ??= bring()))[name] as Call)(...values));
}

const surroundings: Surroundings = {
  connect,
  fetchJson,
  shelf: arriving(async () => (await import('./runs/browser-shelf')).browserShelf(spoken.getState)),
  later(callback, ms) {
    const id = setTimeout(callback, ms);
    return () => clearTimeout(id);
  },
  now: () => performance.now(),
  reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
  notify: (message) => void import('./notify').then(({ notify }) => notify(message)),
  words: spoken.getState,
  download: saveText,
};

function readLink(app: App, hash: string): void {
  try {
    const experiment = experimentFromHash(hash);
    if (experiment === null) return;
    const result = claimFromHash(hash);
    // First, so that the address keeps it.
    app.store.setState({ claim: result && { experiment, result } });
    app.setup.replace(experiment);
  } catch (error) {
    const words = spoken.getState();
    const happened = words.problems.linkFailed(say(words, reasonOf(error)));
    app.host.show({ ...problemFrom(words, new Error(happened), 'experiment'), name: 'LinkError', remedy: null });
  }
}

export function startApp(): App {
  const app = createApp(defaultExperiment, surroundings);
  readLink(app, location.hash);
  let written = location.hash;
  app.store.subscribe((state, before) => {
    if (state.experiment === before.experiment) return;
    const { claim, experiment } = state;
    const said = claim?.experiment === experiment ? claimToLink(claim.result) : '';
    written = experimentToHash(experiment) + said + lastingKeys(location.hash);
    if (addressOf(location.hash).scene === null) replaceHash(written);
  });
  window.addEventListener('hashchange', () => {
    // A scene of the lesson is no experiment: the playground stays as it was.
    if (location.hash === written || addressOf(location.hash).scene !== null) return;
    readLink(app, location.hash);
    // A run of one's own stays: what differs from it stands above it.
    if (['none', 'recorded'].includes(app.store.getState().origin)) void app.records.showRecorded();
  });
  watchTab(app, { document, wakeLock: (navigator as Partial<Navigator>).wakeLock }, spoken);
  const { embed, chart, notes } = addressOf(location.hash);
  // A scene in a frame, and the lecturer's window, show nothing of the playground.
  if (!notes && (!embed || chart !== null)) void app.runs.welcome().then(() => app.records.welcome());
  if (!notes && !embed)
    setTimeout(() => void app.host.ensureDevice().catch((error: unknown) => app.host.report(error, 'device')), DEVICE_DELAY_MS);
  return app;
}
