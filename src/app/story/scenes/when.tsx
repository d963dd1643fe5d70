/** 2. While the second task is learned: when what was known of the first is lost. */
import { lookOf } from '../../looks';
import { useStory } from '../../text/story';
import { defineScene } from '../define';
import { courseOf, experimentWith, runOf } from '../material';
import { Handle, Plot, type Scale } from '../plot';
import { halfLostAt, lostAfter, probeOf, type Probe } from '../probe';
import { said } from '../said';
import type { Answer, PictureProps } from '../scene';
import { Scrub } from '../scrub';
import { shortName } from '../task-pictures';
import { useState } from 'react';

const METHOD = 'full-fine-tuning';
export const PLACES = 12;

export interface Facts {
  readonly old: string;
  readonly fresh: string;
  /** Training steps of the second task. */
  readonly steps: number;
  /** Accuracy on the first task before and after it. */
  readonly from: number;
  readonly to: number;
  /** In between, where the record has it. */
  readonly probe: Probe | null;
  readonly colour: string;
}

export const when = defineScene<Facts>({
  id: 'when',
  experiment: (material, { story }) => experimentWith(material, story.titles.when, METHOD),
  record(material) {
    const run = runOf(material, METHOD);
    const [from = 0, to = 0] = courseOf(run, 0);
    const steps = 1 + Math.max(...run.losses.filter(({ task }) => task === 1).map(({ step }) => step));
    const [old, fresh] = material.record.stream.tasks.map(({ name }) => shortName(name));
    return { old: old ?? '', fresh: fresh ?? '', steps, from, to, probe: probeOf(run, 1), colour: lookOf(material.record, METHOD).colour };
  },
  cues: () => 1,
  predict: { kind: 'curve', places: PLACES },
  ask: ({ old, fresh, from, steps }, { story }) => story.when.ask(old, fresh, said(story, from), steps),
  reveal(facts, _stop, { story }) {
    const half = facts.probe && halfLostAt(facts.probe);
    const lost = String(Math.round(100 * (facts.from - facts.to)));
    if (half === null) return story.when.ends(facts.old, said(story, facts.from), said(story, facts.to), facts.steps);
    return story.when.reveal(facts.old, lost, half, facts.steps, said(story, half / facts.steps));
  },
  check(facts) {
    const { probe, steps } = facts;
    return {
      'a fifth of the first task and more is lost while the second is learned': facts.from - facts.to > 0.2,
      'where the record has a probe, half of it before half of the steps': probe === null || halfLostAt(probe) < steps / 2,
      'and less than a third of it in the last third': probe === null || lostAfter(probe, (2 / 3) * steps) < 1 / 3,
    };
  },
  Picture: When,
});

/** The curve so far with its value at one place; what lies between a stroke's points is filled in by the drawing itself. */
const withPlace = (curve: Answer, place: number, value: number): Answer =>
  curve.map((before, i) => (i === place ? Math.min(1, Math.max(0, value)) : before));

const line = (points: readonly (readonly [number, number])[]) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`;

function When({ facts, stop, answer, onAnswer, others }: PictureProps<Facts>) {
  const story = useStory();
  const words = story.when;
  const { from, to, steps, probe } = facts;
  const asking = stop === 0;
  const curve = answer ?? Array.from({ length: PLACES }, () => from);
  const stepOf = (place: number) => ((place + 1) / PLACES) * steps;
  const [step, setStep] = useState(steps);
  const points = (scale: Scale, shares: Answer): (readonly [number, number])[] => [
    [scale.x(0), scale.y(from)],
    ...shares.map((share, i) => [scale.x(stepOf(i)), scale.y(share)] as const),
  ];
  const drawn = (at: number, share: number) =>
    onAnswer(withPlace(curve, Math.min(PLACES - 1, Math.max(0, Math.round((at / steps) * PLACES) - 1)), share));
  const seen = probe?.filter((point) => point.step <= step) ?? [];
  return (
    <>
      <Plot
        label={words.picture(facts.old, facts.fresh)}
        colour={facts.colour}
        x={[0, steps]}
        yName={words.axis(facts.old)}
        xName={words.steps(facts.fresh)}
        xTicks={[0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: share * steps, label: String(Math.round(share * steps)) }))}
        onDraw={asking ? drawn : undefined}
      >
        {(scale) => (
          <>
            {!asking && others.map((each, i) => <path key={i} className="class-line" d={line(points(scale, each))} />)}
            {(asking || answer !== null) && (
              <g className="prediction">
                <path d={line(points(scale, curve))} />
                {asking &&
                  curve.map((share, i) => (
                    <Handle
                      key={i}
                      x={scale.x(stepOf(i))}
                      y={scale.y(share)}
                      em={scale.em * 0.7}
                      label={words.handle(Math.round(stepOf(i)))}
                      value={share}
                      onMove={(_across, up) => onAnswer(withPlace(curve, i, share + up))}
                    />
                  ))}
                {asking && answer === null && (
                  <text x={scale.x(steps / 2)} y={scale.y(from) + scale.em * 2.2} textAnchor="middle">
                    {words.draw}
                  </text>
                )}
              </g>
            )}
            <circle className="bar" cx={scale.x(0)} cy={scale.y(from)} r={scale.em * 0.5} />
            <text className="plot-value" x={scale.x(0) + scale.em} y={scale.y(from) - scale.em * 1.4}>
              {said(story, from)}
            </text>
            {!asking && probe !== null && (
              <path className="curve" d={line(seen.map((point) => [scale.x(point.step), scale.y(point.accuracy)]))} />
            )}
            {!asking && (probe === null || step === steps) && (
              <>
                <circle className="bar" cx={scale.x(steps)} cy={scale.y(to)} r={scale.em * 0.5} />
                <text className="plot-value" x={scale.x(steps) - scale.em} y={scale.y(to) + scale.em * 1.9} textAnchor="end">
                  {said(story, to)}
                </text>
              </>
            )}
          </>
        )}
      </Plot>
      {!asking && probe !== null && (
        <Scrub label={words.scrub} least={0} most={steps} value={step} onChange={setStep} said={words.atStep(step, steps)} />
      )}
    </>
  );
}
