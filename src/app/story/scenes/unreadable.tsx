/** 4. The features of the first task after the last one, read in three ways; and what is lost in them all the same. */
import { OWN } from '../../../session/read-by';
import type { MethodRun } from '../../../session/record';
import { lookOf } from '../../looks';
import { useStory } from '../../text/story';
import { defineScene } from '../define';
import { courseOf, experimentWith, matrixOf, runOf, type Material } from '../material';
import { Plot } from '../plot';
import { said } from '../said';
import type { PictureProps } from '../scene';
import { shortName } from '../task-pictures';
import { TestPicture } from '../test-picture';

const METHOD = 'full-fine-tuning';
/** Read as the method may read; the order of the options. */
const READINGS = [OWN, 'class-means', 'ridge'] as const;
type ReadBy = (typeof READINGS)[number];
/** Read with old images again, which no method may. */
const AGAIN = 'again-ridge';

/** A test image of the first task that was read when it was new, and is not by its own heads any more. */
export interface Failed {
  /** Column of its class, and its place among the class's test images. */
  readonly column: number;
  readonly place: number;
  readonly answers: Readonly<Record<ReadBy, number>>;
}

interface Facts {
  readonly task: string;
  readonly learned: number;
  readonly now: Readonly<Record<ReadBy, number>>;
  readonly again: number;
  readonly failed: Failed;
  readonly ordered: boolean;
  readonly names: readonly string[];
  readonly material: Material;
}

const lastOf = (run: MethodRun, reading: string) => run.results.at(-1)?.readings[reading];

/** Test images stand class by class, as many of each: the record's own accuracies tell whether that is so. */
function failedImage(run: MethodRun, { to, test }: Material['record']['stream']['tasks'][number]): { failed: Failed; ordered: boolean } {
  const each = test / to;
  const truth = Array.from({ length: test }, (_, i) => Math.floor(i / each));
  const answers = (reading: string, task = run.results.length - 1) => run.results[task]?.readings[reading]?.predicted[0] ?? [];
  const [before, own, means, ridge] = [answers(OWN, 0), answers(OWN), answers('class-means'), answers('ridge')];
  const right = truth.filter((column, i) => own[i] === column).length / test;
  const at = truth.findIndex((column, i) => before[i] === column && own[i] !== column && means[i] === column && ridge[i] === column);
  return {
    failed: {
      column: truth[at] ?? -1,
      place: at % each,
      answers: { [OWN]: own[at] ?? -1, 'class-means': means[at] ?? -1, ridge: ridge[at] ?? -1 },
    },
    ordered: at >= 0 && Math.abs(right - (lastOf(run, OWN)?.classIncremental[0] ?? -1)) < 1e-9,
  };
}

export const unreadable = defineScene<Facts>({
  id: 'unreadable',
  experiment: (material, { story }) => experimentWith(material, story.titles.unreadable, METHOD),
  record(material) {
    const run = runOf(material, METHOD);
    const { tasks, classNames } = material.record.stream;
    const first = tasks[0] ?? { name: '', from: 0, to: 1, train: 0, test: 0 };
    const now = (reading: string) => matrixOf(run, reading).at(-1)?.[0] ?? Number.NaN;
    return {
      task: shortName(first.name),
      learned: courseOf(run, 0, 'class-means')[0] ?? Number.NaN,
      now: { [OWN]: now(OWN), 'class-means': now('class-means'), ridge: now('ridge') },
      again: now(AGAIN),
      ...failedImage(run, first),
      names: classNames,
      material,
    };
  },
  cues: () => 2,
  predict: { kind: 'choice', options: READINGS.length },
  options: ({ story }) => story.unreadable.options,
  ask: ({ task }, { story }) => story.unreadable.ask(task.toLowerCase()),
  reveal: ({ now, learned, again }, stop, { story }) =>
    stop === 1
      ? story.unreadable.reveal(said(story, now.own), said(story, now['class-means']), said(story, now.ridge))
      : story.unreadable.still(said(story, learned), said(story, now['class-means']), said(story, again)),
  right: ({ now }) => READINGS.indexOf(READINGS.toSorted((a, b) => now[b] - now[a])[0] ?? OWN),
  check: ({ now, learned, again, ordered }) => ({
    'much of what own heads miss another reading finds': Math.max(now['class-means'], now.ridge) > now.own + 0.15,
    'yet something is lost in the features': now['class-means'] < learned - 0.1,
    'old images would find more than any method may': again > Math.max(now['class-means'], now.ridge),
    'the picture that is shown is the one that was judged': ordered,
  }),
  Picture: Unreadable,
});

function Unreadable({ facts: { now, learned, again, failed, names, material }, stop }: PictureProps<Facts>) {
  const story = useStory();
  const words = story.unreadable;
  const bars = [...READINGS.map((id) => ({ id, share: now[id] })), ...(stop > 1 ? [{ id: AGAIN, share: again } as const] : [])];
  return (
    <div className="beside">
      <figure className="failed">
        <TestPicture material={material} column={failed.column} place={failed.place} name={names[failed.column] ?? ''} />
        <figcaption>{words.failed(names[failed.column] ?? '')}</figcaption>
        <ul>
          {READINGS.map((id) => (
            <li key={id} data-right={stop === 0 ? undefined : failed.answers[id] === failed.column}>
              <span>{words.options[READINGS.indexOf(id)]}</span>
              <b>{stop === 0 && id !== OWN ? '?' : words.answer(names[failed.answers[id]] ?? '', failed.answers[id] === failed.column)}</b>
            </li>
          ))}
        </ul>
      </figure>
      <Plot
        label={words.picture}
        colour={lookOf(material.record, METHOD).colour}
        x={[-0.5, bars.length - 0.5]}
        yName={story.accuracy}
        xTicks={bars.map(({ id }, at) => ({ at, label: words.short[id], short: words.shortest[id] }))}
      >
        {({ x, y, left, right, bottom, em }) => {
          const half = Math.min(em * 3, (x(1) - x(0)) * 0.32);
          return (
            <>
              {stop > 0 &&
                bars.map(({ id, share }, at) => (
                  <g key={id}>
                    <rect
                      className="bar"
                      data-look={id === AGAIN ? 'again' : undefined}
                      x={x(at) - half}
                      width={2 * half}
                      y={y(share)}
                      height={bottom - y(share)}
                    />
                    <text className="plot-value" data-narrow={half < em * 2} x={x(at)} y={y(share) - em * 0.4} textAnchor="middle">
                      {said(story, share)}
                    </text>
                  </g>
                ))}
              {stop > 1 && (
                <>
                  <line className="mean-line" x1={left} x2={right} y1={y(learned)} y2={y(learned)} />
                  <text x={left + em * 0.3} y={y(learned) - em * 0.4}>
                    {words.whenLearned(said(story, learned))}
                  </text>
                </>
              )}
            </>
          );
        }}
      </Plot>
    </div>
  );
}
