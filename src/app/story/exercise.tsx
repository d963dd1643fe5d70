/** A task for students above the results: its words, what it needs of the set-up, and what came out, as a code. */
import './exercise.css';
import { Button } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { accuracyMatrix, averageAccuracy, forgetting } from '../../continual/metrics';
import { bundledExperiments, defaultExperiment } from '../../session/defaults';
import { parseExperiment, type Experiment } from '../../session/experiment';
import { experimentToHash } from '../../session/link';
import { readBy } from '../../session/read-by';
import type { RunRecord } from '../../session/record';
import { useAddress } from '../address';
import { readingOn } from '../charts/readings';
import { useApp, useAppState } from '../context';
import { useHeldRecording } from '../shell/held';
import { percent, points } from '../format';
import { type StoryTexts, useStory } from '../text/story';
import { EXERCISES, writeCode, type ExerciseId, type ExerciseResult } from './code';
import { keepResult, progress } from './progress';
import { Ranking } from './ranking';
import { SCENES } from './scenes';
import { useText } from '../text';
import { methodIn } from '../names';

interface Exercise {
  readonly experiment: Experiment;
  /** Controls that would lead away from the task. */
  readonly hide: readonly string[];
}

const only = (experiment: Experiment, title: string, ...ids: readonly string[]): Experiment => ({
  ...experiment,
  title,
  methods: experiment.methods.filter(({ id }) => ids.includes(id)),
});

const ready = (words: StoryTexts['exercises']): Readonly<Record<ExerciseId, Exercise>> => ({
  order: {
    experiment: only(defaultExperiment, words.order.title, 'sequential-lora'),
    hide: ['setup', 'open-lesson', 'share', 'open-runs', 'present'],
  },
  known: {
    experiment: bundledExperiments['ten-best-rates'] ?? defaultExperiment,
    hide: ['setup', 'open-lesson', 'share', 'open-runs', 'present'],
  },
  own: {
    experiment: parseExperiment({
      ...only(defaultExperiment, words.own.title, 'inflora', 'sequential-lora'),
      stream: { from: { source: 'file', name: words.own.folder } },
    }),
    hide: ['section-backbone', 'section-methods', 'section-training', 'open-lesson', 'share', 'open-runs', 'present'],
  },
});

const exerciseOf = (lesson: string | null): ExerciseId | null => EXERCISES.find((id) => id === lesson) ?? null;

/** The address of a ready exercise, with its experiment and what it leaves out. */
function linkTo(words: StoryTexts['exercises'], id: ExerciseId): string {
  const { experiment, hide } = ready(words)[id];
  return `${experimentToHash(experiment)}&lesson=${id}&hide=${hide.join(',')}`;
}

/** What a finished record comes to, by the reading that the page shows first. `names`: of the stream's tasks, as it lists them. */
function resultOf(id: ExerciseId, record: RunRecord, names: readonly string[]): ExerciseResult | null {
  const [method] = record.methods;
  if (method === undefined || record.status !== 'finished') return null;
  const results = readBy(method, readingOn(record, record.experiment.readBy ?? 'own'));
  const matrix = accuracyMatrix(results, 'classIncremental');
  const [average, lost] = [averageAccuracy(matrix), forgetting(matrix, 'chaudhry') ?? 0];
  const known = averageAccuracy(accuracyMatrix(results, 'taskAware'));
  if (average === null || known === null) return null;
  if (id === 'known') return { values: [average, known] };
  if (id === 'own') return { values: [average, lost] };
  const order = record.stream.tasks.map(({ name }) => names.indexOf(name));
  return { values: [lost, average], order: order.every((task) => task >= 0) ? order : undefined };
}

export default function ExerciseNote() {
  const words = useStory().exercises;
  const { lesson } = useAddress();
  const id = exerciseOf(lesson);
  const { view } = useApp();
  useHeldRecording();
  useEffect(() => {
    if (id === 'own') view.set({ sections: ['tasks'] });
  }, [id, view]);
  // A lecturer writes `#lesson=order` alone; the experiment is the exercise's own.
  useEffect(() => {
    if (id !== null && !new URLSearchParams(location.hash.slice(1)).has('v')) location.replace(linkTo(words, id));
  }, [id, words]);
  return (
    <section className="exercise" aria-label={words.label} data-testid="exercise">
      <h2>{id === null ? words.label : words[id].title}</h2>
      <p>{id === null ? lesson : words[id].task}</p>
      {id === 'order' && <Order />}
      {id !== null && <Result id={id} />}
    </section>
  );
}

/** The tasks of the bundled stream, in an order of the student's own. */
function Order() {
  const words = useStory().exercises;
  const stream = useAppState((state) => state.experiment.stream);
  const listed = useAppState((state) =>
    state.catalogue?.streams.find(({ id }) => stream.from.source === 'bundled' && id === stream.from.id),
  );
  const busy = useAppState(({ status }) => status === 'running' || status === 'loading');
  const { setup } = useApp();
  if (listed === undefined) return null;
  const tasks = listed.tasks.map(({ name, classes }) => ({ name, classes: classes.map((c) => listed.classes[c] ?? String(c)) }));
  const { split } = stream;
  const order = orderOf(tasks, split);
  return (
    <fieldset className="exercise-order" disabled={busy}>
      <Ranking
        label={words.order.list}
        names={tasks.map(({ name }) => name)}
        order={order}
        onOrder={(next) => setup.stream({ split: { kind: 'explicit', tasks: next.flatMap((task) => tasks[task] ?? []) } })}
      />
    </fieldset>
  );
}

function orderOf(tasks: readonly { readonly name: string }[], split: Experiment['stream']['split']): number[] {
  if (split.kind !== 'explicit') return tasks.map((_, i) => i);
  return split.tasks.map(({ name }) => tasks.findIndex((task) => task.name === name));
}

function Result({ id }: { readonly id: ExerciseId }) {
  const story = useStory();
  const words = story.exercises;
  const text = useText();
  const record = useAppState((state) => state.results);
  const streams = useAppState((state) => state.catalogue?.streams);
  const { setup } = useApp();
  const result = useMemo(() => {
    if (record === null) return null;
    const { from } = record.experiment.stream;
    const listed = from.source === 'bundled' ? streams?.find((entry) => entry.id === from.id)?.tasks : undefined;
    return resultOf(id, record, listed?.map(({ name }) => name) ?? []);
  }, [id, record, streams]);
  useEffect(() => {
    if (result !== null) keepResult(id, result);
  }, [id, result]);
  if (record === null || result === null) return <p className="exercise-result">{words.waiting}</p>;
  const [first, second] = result.values;
  const method = methodIn(text, record, record.methods[0]?.id ?? '').name;
  const said =
    id === 'order'
      ? words.order.result(points(first).replace('+', ''), percent(second))
      : id === 'known'
        ? words.known.result(method, percent(first), percent(second))
        : words.own.result(method, percent(first), points(second).replace('+', ''));
  const copy = async () => {
    const { mark, answers, results } = progress.getState();
    const code = writeCode({ mark, answers, results }, SCENES);
    await navigator.clipboard.writeText(code).then(
      () => setup.tell(words.copied),
      () => setup.tell(words.notCopied(code)),
    );
  };
  return (
    <p className="exercise-result" role="status" data-testid="exercise-result">
      {said}{' '}
      <Button size="compact-sm" onClick={() => void copy()} data-testid="exercise-code">
        {story.class.copy}
      </Button>
    </p>
  );
}
