/** Draw or bring a picture; every trained method answers. */
import { Button, FileButton, Select } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { namesFrom } from '../bundled-names';
import { useApp, useAppState, useResults } from '../context';
import { ChartPanel } from '../parts/chart-panel';
import { UnreadNote } from '../charts/reading-switch';
import { readTitle } from '../charts/readings';
import type { RunRecord } from '../../session/record';
import { ProblemNote } from '../shell/problem-note';
import type { TryImage } from '../store/host';
import { currentReading } from '../store/state';
import { useText } from '../text';
import { AnswerList } from './answers';
import { filePixels, type BrushId, type Stroke } from './drawing';
import { DrawingPad } from './drawing-pad';
import { MATERIAL_IDS, usesMaterials } from './materials';
import { pictureOf, useSample } from './sample';
import { useAnswers } from './use-answers';

const INK_IDS = ['light', 'dark'] as const;

export function TryTab() {
  const text = useText();
  const words = text.charts.tryIt;
  const record = useResults();
  const opened = useAppState((state) => state.opened !== null && state.status !== 'failed' && state.status !== 'loading');
  const recorded = useAppState((state) => state.origin === 'recorded');
  const waiting = useAppState((state) => state.dropped?.name ?? null);
  const reading = useAppState(currentReading);
  const ready = opened && record !== null && record.methods.some((method) => method.results.length > 0);
  return (
    <ChartPanel
      bare
      testId="try-panel"
      title={readTitle(text, words.title, record, reading)}
      how={words.how}
      description=""
      table={ready ? () => ({ columns: [], rows: [] }) : null}
      tableless
      empty={
        <>
          {waiting !== null && <strong>{words.waiting(waiting)}</strong>}
          {recorded ? words.recordedHint : words.notReady}
        </>
      }
    >
      {ready && <Trial />}
    </ChartPanel>
  );
}

function Trial() {
  const text = useText();
  const words = text.charts.tryIt;
  const record = useResults();
  const app = useApp();
  const { samples } = useSample(record, true);
  const dropped = useAppState((state) => state.dropped);
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const brushes = record !== null && usesMaterials(record.experiment) ? [...MATERIAL_IDS, ...INK_IDS] : INK_IDS;
  const [chosen, setBrush] = useState<BrushId | null>(null);
  const brush = brushes.find((id) => id === chosen) ?? brushes[0];
  /** A picture that was brought, not drawn. */
  const [picture, setPicture] = useState<TryImage | null>(null);
  /** What the methods are asked about: the picture, or the drawing after its last stroke. */
  const [question, setQuestion] = useState<TryImage | null>(null);
  const [truth, setTruth] = useState<string | null>(null);
  const next = useRef(0);
  const learned = learnedTasks(record);
  const reading = useAppState(currentReading);
  const whole = useAppState((state) => state.playback?.full ?? null);
  const back = whole !== null && learnedTasks(whole).length > learned.length;
  const from = useAppState((state) => (state.results?.experiment ?? state.experiment).stream.from);
  const asked = useAnswers(question, learned, reading, { back, say: namesFrom(text, from) });

  const show = (image: TryImage, name: string | null) => {
    setStrokes([]);
    setPicture(image);
    setTruth(name);
    setQuestion(image);
  };
  const takeFile = (file: Blob | null | undefined) => {
    if (file == null) return;
    filePixels(file).then(
      (image) => show(image, null),
      (error: unknown) => app.host.report(error, 'predict'),
    );
  };
  const clear = () => {
    setStrokes([]);
    setPicture(null);
    setTruth(null);
    setQuestion(null);
  };
  const newest = useRef(takeFile);
  useEffect(() => {
    newest.current = takeFile;
  });
  useEffect(() => {
    if (dropped === null) return;
    newest.current(dropped.file);
    app.store.setState({ dropped: null });
  }, [dropped, app]);
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const image = Array.from(event.clipboardData?.files ?? []).find((file) => file.type.startsWith('image/'));
      newest.current(image);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, []);

  const nextTest = () => {
    // From task to task, and within each from picture to picture.
    const among = samples.filter((_, task) => learned.includes(task));
    const sample = among[next.current % Math.max(1, among.length)];
    if (sample === undefined || record === null) return;
    const i = Math.floor(next.current / among.length) % sample.labels.length;
    next.current += 1;
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
          brush={brush}
          picture={picture}
          onStrokes={(all) => {
            if (picture !== null) setTruth(null);
            setPicture(null);
            setStrokes(all);
          }}
          onImage={setQuestion}
        />
        <div className="trial-tools">
          <Select
            size="xs"
            aria-label={words.brush}
            value={brush}
            allowDeselect={false}
            onChange={(value) => {
              setBrush(brushes.find((id) => id === value) ?? brush);
            }}
            data={brushes.map((value) => ({ value, label: words.brushes[value] }))}
            comboboxProps={{ width: 160, position: 'top-start' }}
            data-testid="brush"
          />
          <Button size="compact-xs" variant="default" onClick={clear} data-testid="clear-drawing">
            {words.clear}
          </Button>
          <Button size="compact-xs" variant="default" onClick={nextTest} disabled={samples.length === 0} data-testid="test-picture">
            {picture === null || truth === null ? words.pickTest : words.nextPicture}
          </Button>
          <FileButton accept="image/*" onChange={takeFile}>
            {(props) => (
              <Button {...props} size="compact-xs" variant="default">
                {words.pickFile}
              </Button>
            )}
          </FileButton>
          <Select
            size="xs"
            searchable
            clearable
            aria-label={words.truthAsk}
            placeholder={words.truthAsk}
            data={record === null ? [] : namesLearned(record, learned)}
            value={truth}
            onChange={setTruth}
            comboboxProps={{ width: 200, position: 'top-start' }}
            data-testid="truth"
          />
        </div>
      </div>
      <div>
        <ProblemNote place="predict" />
        {asked.now === null || record === null ? (
          <div className="panel-empty">{question === null ? words.drawFirst : words.asking}</div>
        ) : (
          <>
            <AnswerList asked={asked} record={record} truth={truth} />
            <UnreadNote record={record} />
          </>
        )}
      </div>
    </div>
  );
}

/** Tasks (0-based) that at least one method has learned. */
const learnedTasks = (record: RunRecord | null): readonly number[] =>
  record === null ? [] : [...new Set(record.methods.flatMap(({ results }) => results.map(({ task }) => task)))].sort((a, b) => a - b);

/** Names of the classes of those tasks, each once. */
function namesLearned({ stream }: RunRecord, learned: readonly number[]): string[] {
  const columns = learned.flatMap((task) => stream.classNames.slice(stream.tasks[task]?.from, stream.tasks[task]?.to));
  return [...new Set(columns)];
}
