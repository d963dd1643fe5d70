/** The one screen. */
import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { AccuracyPanel } from '../charts/accuracy-panel';
import { HeadlinesPanel } from '../charts/headlines-panel';
import { MatrixPanel } from '../charts/matrix-panel';
import { TaskStrip } from '../charts/task-strip';
import { BUILD, buildWords } from '../../common/build';
import { useApp, useAppState } from '../context';
import { Catch } from '../parts/catch';
import { HoodPanel } from '../hood/hood-panel';
import { SetupColumn, SetupRail } from '../setup/setup-column';
import type { ProblemPlace } from '../store/problem';
import { text } from '../text';
import { ClaimNote } from './claim-note';
import { ChangedNote } from './changed-note';
import { DropZone } from './drop-zone';
import { GoOnNote } from './go-on-note';
import { Help } from './help';
import { useKeyboard } from './keyboard';
import { ProblemNote } from './problem-note';
import { TopBar } from './top-bar';
import { Transport } from './transport';

const words = text.shell;
/** Problems that belong to the run as a whole; those of the set-up stand in their section too. */
const RESULT_PROBLEMS: readonly ProblemPlace[] = ['run', 'device', 'memory', 'record', 'experiment', 'storage', 'backbone', 'stream'];

export function AppPage() {
  useKeyboard();
  const phone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768);
  const setupOpen = useAppState((state) => state.view.setupOpen);
  const drawerOpen = useAppState((state) => state.view.drawerOpen);
  const { view } = useApp();
  return (
    <>
      <a className="skip-link" href="#results" onClick={(event) => (event.preventDefault(), document.getElementById('results')?.focus())}>
        {words.skipLink}
      </a>
      <div className="page">
        <TopBar />
        {!phone && (setupOpen ? <SetupColumn /> : <SetupRail />)}
        <main className="results" id="results" tabIndex={-1} aria-label={words.mainRegion}>
          <Notes setupHidden={phone ? !drawerOpen : !setupOpen} />
          <Catch>
            <TaskStrip />
          </Catch>
          <Catch>
            <HeadlinesPanel />
          </Catch>
          <Catch>
            <AccuracyPanel />
          </Catch>
          <div className="lower">
            <Catch>
              <MatrixPanel />
            </Catch>
            <Catch>
              <HoodPanel />
            </Catch>
          </div>
          <footer className="build">{words.build(buildWords(BUILD))}</footer>
        </main>
        <Transport />
      </div>
      {phone && (
        <Drawer
          opened={drawerOpen}
          onClose={() => view.set({ drawerOpen: false })}
          title={words.setup}
          closeButtonProps={{ 'aria-label': words.close }}
          padding={0}
        >
          <SetupColumn />
        </Drawer>
      )}
      <Help />
      <Runs />
      <DropZone />
      <LiveRegion />
    </>
  );
}

const MyRuns = lazy(() => import('../runs/my-runs'));

function Runs() {
  const open = useAppState((state) => state.runs.open);
  return (
    open && (
      <Catch>
        <Suspense fallback={null}>
          <MyRuns />
        </Suspense>
      </Catch>
    )
  );
}

function Notes({ setupHidden }: { readonly setupHidden: boolean }) {
  const shown = RESULT_PROBLEMS.filter((place) => setupHidden || (place !== 'backbone' && place !== 'stream'));
  return (
    <div className="results-notes">
      <GoOnNote />
      <ClaimNote />
      <ChangedNote />
      {shown.map((place) => (
        <ProblemNote key={place} place={place} />
      ))}
    </div>
  );
}

function LiveRegion() {
  const announcement = useAppState((state) => state.announcement);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
      {announcement}
    </div>
  );
}
