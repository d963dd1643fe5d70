/** 1. Plain fine-tuning on one task after the other: what becomes of the first. */
import { lookOf } from '../../looks';
import { useStory } from '../../text/story';
import { defineScene } from '../define';
import { courseOf, experimentWith, runOf } from '../material';
import { ClassDots, Handle, Plot } from '../plot';
import { said } from '../said';
import type { PictureProps } from '../scene';
import { shortName, TaskPictures } from '../task-pictures';
import type { StreamEntry } from '../../../worker/bundled';

const METHOD = 'full-fine-tuning';
/** Where words of prediction and record would lie on one another. */
const CLOSE = 0.12;
/** A prediction that nobody made yet: where the handle waits. */
const WAITING = 0.5;

interface Facts {
  readonly tasks: readonly string[];
  /** Accuracy on task 1 after each task. */
  readonly course: readonly number[];
  readonly stream: StreamEntry | undefined;
  readonly colour: string;
}

const lost = (from: number, to: number) => String(Math.round(100 * from) - Math.round(100 * to));

export const forgets = defineScene<Facts>({
  id: 'forgets',
  experiment: (material, { story }) => experimentWith(material, story.titles.forgets, METHOD),
  record: (material) => ({
    tasks: material.record.stream.tasks.map(({ name }) => name),
    course: courseOf(runOf(material, METHOD), 0),
    stream: material.stream,
    colour: lookOf(material.record, METHOD).colour,
  }),
  cues: ({ tasks }) => tasks.length - 1,
  predict: { kind: 'bar' },
  ask: ({ tasks, course: [first = 0] }, { story }) => story.forgets.ask(shortName(tasks[0]), said(story, first)),
  reveal({ tasks, course }, stop, { story }) {
    const [first = 0, now = 0] = [course[0], course[stop]];
    if (stop < tasks.length - 1) return story.forgets.step(shortName(tasks[stop]), said(story, now), lost(first, now));
    return story.forgets.reveal(shortName(tasks[0]), said(story, first), said(story, now), lost(first, now));
  },
  check: ({ course }) => ({
    'the first task is learned': (course[0] ?? 0) > 0.7,
    'more than half of it is lost': (course.at(-1) ?? 1) < (course[0] ?? 0) / 2,
  }),
  Picture: Forgets,
});

function Forgets({ facts: { tasks, course, stream, colour }, stop, answer, onAnswer, others }: PictureProps<Facts>) {
  const story = useStory();
  const words = story.forgets;
  const end = tasks.length - 1;
  const predicted = answer?.[0];
  const set = (share: number) => onAnswer([Math.min(1, Math.max(0, share))]);
  const asking = stop === 0;
  return (
    <Plot
      label={words.picture}
      x={[-0.5, end + 0.5]}
      yName={story.accuracy}
      below={4.6}
      colour={colour}
      onDraw={asking ? (_x, y) => set(y) : undefined}
    >
      {(scale) => {
        const { x, y, bottom, em } = scale;
        const half = Math.min(em * 3, (x(1) - x(0)) * 0.32);
        return (
          <>
            {course.slice(0, stop + 1).map((share, task) => (
              <g key={task}>
                <rect className="bar" x={x(task) - half} width={2 * half} y={y(share)} height={bottom - y(share)} />
                <text className="plot-value" data-narrow={half < em * 2} x={x(task)} y={y(share) - em * 0.4} textAnchor="middle">
                  {said(story, share)}
                </text>
              </g>
            ))}
            <TaskPictures stream={stream} tasks={tasks} reached={stop} scale={scale} />
            {stop === end && <ClassDots at={x(end) + half * 0.4} values={others.flatMap(([share]) => share ?? [])} scale={scale} />}
            {(asking || predicted !== undefined) && (
              <g className="prediction">
                <rect x={x(end) - half} width={2 * half} y={y(predicted ?? WAITING)} height={bottom - y(predicted ?? WAITING)} />
                {asking && (
                  <Handle
                    x={x(end)}
                    y={y(predicted ?? WAITING)}
                    em={em}
                    label={words.handle}
                    value={predicted ?? WAITING}
                    onMove={(_across, up) => set((predicted ?? WAITING) + up)}
                  />
                )}
                {asking && (
                  <text x={x(end)} y={y(predicted ?? WAITING) - em} textAnchor="middle">
                    {predicted === undefined ? words.drag : said(story, predicted)}
                  </text>
                )}
                {!asking && predicted !== undefined && (stop < end || Math.abs(predicted - (course[end] ?? 0)) > CLOSE) && (
                  <text x={x(end)} y={y(predicted) - em * 0.5} textAnchor="middle">
                    {said(story, predicted)}
                  </text>
                )}
              </g>
            )}
          </>
        );
      }}
    </Plot>
  );
}
