/** The one screen. */
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { HeadlinesPanel } from '../charts/headlines-panel';
import { TaskStrip } from '../charts/task-strip';
import { BUILD, buildWords } from '../../common/build';
import { useAddress } from '../address';
import { useAppState } from '../context';
import { Catch } from '../parts/catch';
import { part } from '../parts/part';
import { useRunningWords } from '../run-words';
import { useText } from '../text';
import { DropZone } from './drop-zone';
import { useKeyboard } from './keyboard';
import { LeftOut } from './page-keys';
import { TopBar } from './top-bar';
import { Transport } from './transport';

// Asked for at once: they arrive beside the first paint, whose places they keep.
const charts = import('./results-charts');
const setup = import('../setup/setup-column');
const ResultsCharts = part(
  () => charts.then((code) => code.ResultsCharts),
  <>
    <div className="panel accuracy-panel" />
    <div className="lower">
      <div className="panel" />
      <div className="panel" />
    </div>
  </>,
);
const SetupColumn = part(() => setup.then((code) => code.SetupColumn), <aside className="setup" />);
const SetupRail = part(() => setup.then((code) => code.SetupRail), <aside className="setup-rail" />);
const Notes = part(async () => (await import('./notes')).Notes);
const PhoneSetup = part(async () => (await import('./phone-setup')).PhoneSetup);
const Exercise = part(async () => (await import('../story/exercise')).default);
const Presentation = part(async () => (await import('./presentation')).default);
const Help = part(async () => (await import('./help')).Help);
const MyRuns = part(async () => (await import('../runs/my-runs')).default);

/** What was opened once stays, so that it closes as it opened. */
function useOnceTrue(open: boolean): boolean {
  const [used, setUsed] = useState(open);
  if (open && !used) setUsed(true);
  return used || open;
}

export function AppPage() {
  const words = useText().shell;
  useKeyboard();
  const runsOpen = useAppState((state) => state.runs.open);
  const phone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  const { present, lesson } = useAddress();
  const setupOpen = useAppState((state) => state.view.setupOpen) && !present;
  const drawerOpen = useAppState((state) => state.view.drawerOpen);
  const drawerUsed = useOnceTrue(drawerOpen);
  const helpUsed = useOnceTrue(useAppState((state) => state.view.helpOpen));
  return (
    <>
      <a className="skip-link" href="#results" onClick={(event) => (event.preventDefault(), document.getElementById('results')?.focus())}>
        {words.skipLink}
      </a>
      <LeftOut />
      {present && <Presentation />}
      <div className="page" data-present={present || undefined}>
        <TopBar />
        {/* What everything starts with comes early for those who go by Tab; on the page it stands below. */}
        <Transport />
        {!phone && !present && (setupOpen ? <SetupColumn /> : <SetupRail />)}
        <main className="results" id="results" tabIndex={-1} aria-label={words.mainRegion}>
          <RunLine />
          {lesson !== null && <Exercise />}
          <Notes setupHidden={phone ? !drawerOpen : !setupOpen} />
          <Catch>
            <TaskStrip />
          </Catch>
          <Catch>
            <HeadlinesPanel />
          </Catch>
          <Catch>
            <ResultsCharts />
          </Catch>
          <footer className="build">{words.build(buildWords(BUILD))}</footer>
        </main>
      </div>
      {phone && drawerUsed && <PhoneSetup />}
      {helpUsed && <Help />}
      {runsOpen && (
        <Catch>
          <MyRuns />
        </Catch>
      )}
      <DropZone />
      <LiveRegion />
    </>
  );
}

/** Which run the results are of, where the bar at the top has no room to say it. */
function RunLine() {
  return <p className="run-line">{useRunningWords()}</p>;
}

function LiveRegion() {
  const announcement = useAppState((state) => state.announcement);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
      {announcement}
    </div>
  );
}
