/** Taking the experiment and its results away. */
import { ActionIcon, FileButton, Menu, Tooltip } from '@mantine/core';
import { IconShare2 } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { runnable } from '../../session/experiment';
import { experimentToHash } from '../../session/link';
import type { RunRecord } from '../../session/record';
import { claimOf, claimToLink } from '../../session/result-claim';
import { useApp, useAppState } from '../context';
import { part } from '../parts/part';
import type { App } from '../store/app';
import { wholeRecord } from '../store/playback';
import { type Texts, useText } from '../text';
import { OfflineItem } from '../offline/offline-item';

const ModelDialog = part(async () => (await import('./model-dialog')).ModelDialog);

async function copy(text: Texts, { setup }: App, address: string, done: string): Promise<void> {
  const words = text.shell;
  try {
    await navigator.clipboard.writeText(address);
    setup.tell(done);
  } catch {
    setup.tell(words.linkNotCopied);
  }
}

/** A link to the run's own set-up that says what it comes to; null where that is not known, or not to be had here. */
export function claimLink(record: RunRecord | null): string | null {
  const experiment = record?.status === 'finished' ? runnable(record.experiment).experiment : null;
  if (record === null || experiment === null || experiment.methods.length !== record.methods.length) return null;
  return location.href.replace(/#.*$/, '') + experimentToHash(experiment) + claimToLink(claimOf(record));
}

/** The address bar always holds the experiment; where the clipboard is out of reach it is still there. */
export const copyLink = (text: Texts, app: App): Promise<void> => {
  const words = text.shell;
  return copy(text, app, location.href, words.linkCopied);
};

export function ShareMenu() {
  const text = useText();
  const words = text.shell;
  const app = useApp();
  const { records, takeAway } = app;
  const [models, setModels] = useState(false);
  const live = useAppState((state) => state.origin === 'live' && state.record !== null);
  const hasRecord = useAppState((state) => state.record !== null);
  const complete = useAppState((state) => wholeRecord(state)?.status === 'finished');
  const runs = useAppState((state) => state.catalogue?.runs) ?? [];
  const busy = useAppState((state) => state.status === 'running' || state.status === 'paused' || state.status === 'loading');
  const pick = useRef<() => void>(null);
  return (
    <>
      <FileButton
        resetRef={pick}
        accept=".json,application/json"
        onChange={(file) => {
          if (file !== null) void file.text().then((content) => records.open(file.name, content));
        }}
      >
        {({ onClick }) => (
          <Menu position="bottom-end">
            {/* Inside of the tooltip, which would keep to itself that the button opens a menu. */}
            <Tooltip label={words.share}>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.share} data-testid="share">
                  <IconShare2 size={20} />
                </ActionIcon>
              </Menu.Target>
            </Tooltip>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void copyLink(text, app)} data-testid="copy-link">
                {words.copyLink}
              </Menu.Item>
              <Menu.Item
                disabled={!complete}
                onClick={() => {
                  const link = claimLink(wholeRecord(app.store.getState()));
                  if (link !== null) void copy(text, app, link, words.claimCopied);
                }}
                data-testid="copy-claim"
              >
                {words.copyClaim}
              </Menu.Item>
              <Menu.Item disabled={!hasRecord} onClick={() => records.saveJson()} data-testid="save-record">
                {words.saveRecord}
              </Menu.Item>
              <Menu.Item disabled={!hasRecord} onClick={() => void records.saveCsv()} data-testid="save-csv">
                {words.saveCsv}
              </Menu.Item>
              <Menu.Item disabled={!hasRecord} onClick={() => void takeAway.savePredictions()} data-testid="save-predictions">
                {words.savePredictions}
              </Menu.Item>
              <Menu.Label>{words.forPaper}</Menu.Label>
              <Menu.Item disabled={!hasRecord} onClick={() => void takeAway.saveLatex()} data-testid="save-latex">
                {words.saveLatex}
              </Menu.Item>
              <Menu.Item disabled={!hasRecord} onClick={() => void takeAway.saveMethodsText()} data-testid="save-methods">
                {words.saveMethods}
              </Menu.Item>
              <Menu.Item disabled={!hasRecord} onClick={() => void takeAway.saveBibtex()} data-testid="save-bibtex">
                {words.saveBibtex}
              </Menu.Item>
              <Menu.Label>{words.models}</Menu.Label>
              <Menu.Item disabled={!live} onClick={() => setModels(true)} data-testid="save-model">
                {words.saveModel}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item onClick={onClick} data-testid="open-record">
                {words.openRecord}
              </Menu.Item>
              <Menu.Item component="a" href="#scene=0" data-testid="menu-lesson">
                {words.lesson}
              </Menu.Item>
              {runs.length > 0 && <Menu.Label>{words.playRecorded}</Menu.Label>}
              {runs.map((entry) => (
                <Menu.Item key={entry.id} disabled={busy} onClick={() => void records.playRecorded(entry)}>
                  {text.bundled.runs[entry.id] ?? entry.title}
                </Menu.Item>
              ))}
              <OfflineItem />
            </Menu.Dropdown>
          </Menu>
        )}
      </FileButton>
      {models && <ModelDialog onClose={() => setModels(false)} />}
    </>
  );
}
