/** Draw or bring a picture; every trained method answers. */
import { Button, FileButton, SegmentedControl } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useApp, useAppState } from '../context';
import { ChartPanel } from '../parts/chart-panel';
import { ProblemNote } from '../shell/problem-note';
import type { Answers, TryImage } from '../store/host';
import { text } from '../text';
import { AnswerList } from './answers';
import { filePixels, type INKS, type Stroke } from './drawing';
import { DrawingPad } from './drawing-pad';
import { pictureOf, useSample } from './sample';

const words = text.charts.tryIt;
const TOP = 3;

export function TryTab() {
  const record = useAppState((state) => state.results);
  const opened = useAppState((state) => state.opened !== null && state.status !== 'failed' && state.status !== 'loading');
  const recorded = useAppState((state) => state.origin === 'recorded');
  const ready = opened && record !== null && record.methods.some((method) => method.results.length > 0);
  return (
    <ChartPanel
      bare
      testId="try-panel"
      title={words.title}
      how={words.how}
      description=""
      table={ready ? { columns: [], rows: [] } : null}
      tableless
      empty={recorded ? words.recordedHint : words.notReady}
    >
      {ready && <Trial />}
    </ChartPanel>
  );
}

function Trial() {
  const record = useAppState((state) => state.results);
  const app = useApp();
  const { sample } = useSample(record, true);
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [ink, setInk] = useState<keyof typeof INKS>('light');
  const [picture, setPicture] = useState<TryImage | null>(null);
  const [truth, setTruth] = useState<string | null>(null);
  const [answers, setAnswers] = useState<Answers | null>(null);
  const next = useRef(0);
  const asked = useRef(0);

  const ask = (image: TryImage) => {
    asked.current += 1;
    const mine = asked.current;
    // A slow answer to an earlier drawing must not replace a newer one.
    void app.host.predict(image, TOP).then((rows) => {
      if (mine === asked.current && rows !== null) setAnswers(rows);
    });
  };
  const show = (image: TryImage, name: string | null) => {
    setStrokes([]);
    setPicture(image);
    setTruth(name);
    ask(image);
  };
  const takeFile = (file: Blob | null | undefined) => {
    if (file == null) return;
    filePixels(file).then(
      (image) => show(image, null),
      (error: unknown) => app.host.report(error, 'predict'),
    );
  };
  const clear = () => {
    asked.current += 1;
    setStrokes([]);
    setPicture(null);
    setTruth(null);
    setAnswers(null);
  };
  const newest = useRef(takeFile);
  useEffect(() => {
    newest.current = takeFile;
  });
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const image = Array.from(event.clipboardData?.files ?? []).find((file) => file.type.startsWith('image/'));
      newest.current(image);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, []);

  const nextTest = () => {
    if (sample === null || record === null) return;
    // A step that shares no factor with the sample's size visits every picture, neighbours of different classes.
    const i = next.current % sample.labels.length;
    next.current += 7;
    show(
      { pixels: pictureOf(sample, i).slice(), width: sample.side, height: sample.side },
      record.stream.classNames[sample.labels[i] ?? -1] ?? null,
    );
  };

  return (
    <div
      className="trial panel-scroll"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const image = Array.from(event.dataTransfer.files).find((file) => file.type.startsWith('image/'));
        if (image === undefined) return;
        event.preventDefault();
        takeFile(image);
      }}
    >
      <div className="trial-pad">
        <DrawingPad
          strokes={strokes}
          ink={ink}
          picture={picture}
          onStrokes={(all) => {
            setPicture(null);
            setTruth(null);
            setStrokes(all);
          }}
          onImage={ask}
        />
        <div className="trial-tools">
          <SegmentedControl
            size="xs"
            aria-label={words.ink}
            value={ink}
            onChange={(value) => setInk(value === 'dark' ? 'dark' : 'light')}
            data={[
              { value: 'light', label: words.inkLight },
              { value: 'dark', label: words.inkDark },
            ]}
          />
          <Button size="compact-xs" variant="default" onClick={clear} data-testid="clear-drawing">
            {words.clear}
          </Button>
          <Button size="compact-xs" variant="default" onClick={nextTest} disabled={sample === null} data-testid="test-picture">
            {truth === null ? words.pickTest : words.nextPicture}
          </Button>
          <FileButton accept="image/*" onChange={takeFile}>
            {(props) => (
              <Button {...props} size="compact-xs" variant="default">
                {words.pickFile}
              </Button>
            )}
          </FileButton>
          <span className="dim">{words.dropHint}</span>
        </div>
      </div>
      <div>
        <ProblemNote place="predict" />
        {answers === null || record === null ? (
          <div className="panel-empty">{words.drawFirst}</div>
        ) : (
          <AnswerList answers={answers} record={record} truth={truth} />
        )}
      </div>
    </div>
  );
}
