/** My runs: all that this browser keeps, as they came, seeds of one experiment together; and what they look like beside each other. */
import { Button, FileButton, Modal } from '@mantine/core';
import { Fragment, useEffect, useRef } from 'react';
import { meanAndDeviation } from '../../session/text-table';
import { formatBytes } from '../../common/bytes';
import { useApp, useAppState } from '../context';
import { percent } from '../format';
import type { KeptRun } from '../store/kept-run';
import { groupsOf, nameOfRun } from '../store/run-words';
import { type Texts, useText } from '../text';
import CompareView from './compare-view';
import { RunRow } from './run-row';
import '../style/runs.css';
import { methodIn } from '../names';

export default function MyRuns() {
  const text = useText();
  const words = text.runs;
  const { runList } = useApp();
  const comparing = useAppState((state) => state.runs.comparing);
  return (
    <Modal
      opened
      onClose={() => (comparing ? runList.showCompared(false) : runList.open(false))}
      title={comparing ? words.compare.title : words.title}
      size={1080}
      closeButtonProps={{ 'aria-label': comparing ? words.compare.back : text.shell.close }}
      // A header inside a dialog is none of the page.
      attributes={{ header: { role: 'presentation' } }}
    >
      {comparing ? <CompareView /> : <List />}
    </Modal>
  );
}

/** "InfLoRA 71.4 ± 0.8". */
function spreadWords(text: Texts, runs: readonly KeptRun[]): string {
  const complete = runs.filter(({ status }) => status === 'finished');
  const [first] = complete;
  if (first === undefined) return '';
  return first.methods
    .flatMap(({ id }) => {
      const finals = complete.flatMap(({ methods }) => methods.find((method) => method.id === id)?.averages.at(-1) ?? []);
      const spread = meanAndDeviation(finals);
      if (spread === null) return [];
      const deviation = spread.deviation === null ? '' : ` ± ${percent(spread.deviation)}`;
      return `${methodIn(text, first, id).short} ${percent(spread.mean)}${deviation}`;
    })
    .join(' · ');
}

function List() {
  const text = useText();
  const words = text.runs;
  const { runs: list, others, trouble } = useRuns();
  const compared = useAppState((state) => state.runs.compared);
  const { runList } = useApp();
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const groups = groupsOf(list);
  return (
    <div className="my-runs" data-testid="my-runs">
      <div className="run-tools">
        <Button size="compact-sm" disabled={compared.length < 2} onClick={() => runList.showCompared(true)} data-testid="runs-compare">
          {words.compare.button(compared.length)}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={list.length === 0}
          onClick={() => void runList.exportAll()}
          data-testid="runs-export"
        >
          {words.exportAll}
        </Button>
        <FileButton accept=".zip,application/zip" onChange={(file) => file !== null && void runList.importFrom(file.name, file)}>
          {({ onClick }) => (
            <Button size="compact-sm" variant="default" onClick={onClick} data-testid="runs-import">
              {words.importRuns}
            </Button>
          )}
        </FileButton>
      </div>
      {trouble !== null && <p role="alert">{trouble}</p>}
      {list.length === 0 ? <p>{words.none}</p> : <p className="dim">{words.order}</p>}
      <ol className="run-list">
        {groups.map(({ key, runs }, g) => {
          const [first] = runs;
          const above = groups[g - 1]?.runs.at(-1) ?? null;
          const seeds = new Set(runs.map(({ experiment }) => experiment.seed)).size;
          return (
            <Fragment key={key}>
              {seeds > 1 && first !== undefined && (
                <li className="run-group">
                  <strong>{words.group(nameOfRun(text, { ...first, name: '' }), seeds)}</strong> <span>{spreadWords(text, runs)}</span>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    onClick={() => runList.compare([...new Set([...compared, ...runs.map(({ id }) => id)])])}
                  >
                    {words.chooseAll}
                  </Button>
                </li>
              )}
              {runs.map((run, i) => (
                <RunRow
                  key={run.id}
                  run={run}
                  above={i === 0 ? above : (runs[i - 1] ?? null)}
                  among={seeds > 1}
                  seed={seeds > 1 && i > 0}
                />
              ))}
            </Fragment>
          );
        })}
      </ol>
      {others > 0 && <p className="dim">{words.others(others)}</p>}
      <Storage />
      <div ref={end} />
    </div>
  );
}

function useRuns() {
  const { list, others, trouble } = useAppState((state) => state.runs);
  return { runs: list.filter(({ gone }) => !gone), others, trouble };
}

/** How much room there is, and whether the browser may clear it. */
function Storage() {
  const words = useText().runs;
  const room = useAppState((state) => state.runs.room);
  const persisted = useAppState((state) => state.runs.persisted);
  return (
    <p className="dim" data-testid="runs-room">
      {room !== null && `${words.room(formatBytes(room.used), formatBytes(room.of))} `}
      {persisted === true ? words.persisted : words.mayBeCleared}
    </p>
  );
}
