/** The task mixer: a slider on each task's increment, and what every task's accuracy is with these shares. */
import { Button, Slider } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { MixAnswer } from '../../worker/mixer';
import { useChart } from '../charts/use-chart';
import { useApp, useAppState } from '../context';
import { mixedTasks, mixerChart } from '../figures/mixer';
import { percent } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import { ProblemNote } from '../shell/problem-note';
import { currentReading } from '../store/state';
import { useText } from '../text';
import { HoodMethodSelect, useHoodMethod } from './hood-method';

/** Milliseconds without a move of a slider before the worker is asked. */
const PAUSE = 120;

interface Mixable {
  readonly method: string;
  /** 0-based, those whose models are in memory. */
  readonly tasks: readonly number[];
}

/** Methods of the open run whose increments can be mixed; asked again when another task was learned. */
function useMixable(open: boolean): readonly Mixable[] {
  const { host } = useApp();
  const results = useAppState((state) => state.results);
  const learned = results?.methods.map((run) => run.results.length).join() ?? '';
  const [found, setFound] = useState<readonly Mixable[]>([]);
  useEffect(() => {
    if (!open) return;
    let stale = false;
    void host.mixable().then((next) => {
      if (!stale && next !== null) setFound(next);
    });
    return () => {
      stale = true;
    };
  }, [host, open, learned]);
  return open ? found : [];
}

export function MixerTab() {
  const texts = useText();
  const words = texts.charts.mixer;
  const open = useAppState((state) => state.opened !== null && state.status !== 'failed' && state.status !== 'loading');
  const reading = useAppState(currentReading);
  const { host } = useApp();
  const mixable = useMixable(open);
  const ids = mixable.map(({ method }) => method);
  const method = useHoodMethod(ids);
  const tasks = mixable.find((each) => each.method === method)?.tasks ?? [];
  const [moved, setMoved] = useState<readonly number[]>([]);
  const alphas = tasks.map((_, i) => moved[i] ?? 1);
  const [answer, setAnswer] = useState<MixAnswer | null>(null);
  const [asking, setAsking] = useState(false);
  const question = method === null ? '' : JSON.stringify({ method, alphas, reading });
  useEffect(() => {
    if (question === '') return;
    let stale = false;
    const timer = setTimeout(() => {
      setAsking(true);
      void host.mix(JSON.parse(question) as Parameters<typeof host.mix>[0]).then((next) => {
        if (stale) return;
        setAsking(false);
        if (next !== null) setAnswer(next);
      });
    }, PAUSE);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [host, question]);
  const of = useChart({ mix: answer?.method === method && answer?.reading === reading ? answer : null });
  const rows = of === null ? [] : mixedTasks(of);
  const names = of?.record.stream.tasks.map(({ name }) => name) ?? [];
  return (
    <ChartPanel
      bare
      className="mixer-panel tall"
      testId="mixer-panel"
      title={words.title}
      how={words.how}
      description={rows
        .map(({ name, now, whole }) => `${name}: ${words.value(percent(now), whole === null ? null : percent(whole))}`)
        .join(', ')}
      table={
        method === null
          ? null
          : () => ({
              columns: [words.columns.task, words.columns.now, words.columns.whole],
              rows: rows.map(({ name, now, whole }) => [name, percent(now), whole === null ? texts.charts.noValue : percent(whole)]),
            })
      }
      drawing={of && rows.length > 0 ? { chart: mixerChart, of } : null}
      empty={open ? words.notReady : words.recordAlone}
      tools={<HoodMethodSelect of={of?.record ?? null} ids={ids} />}
    >
      <div>
        <ProblemNote place="mix" />
        <fieldset className="mixer" aria-busy={asking}>
          <legend className="visually-hidden">{words.sliders}</legend>
          {tasks.map((task, i) => (
            <div className="mixer-slider" key={task}>
              <span>{words.share(names[task] ?? '', i > 0 || task === 0)}</span>
              <Slider
                size="sm"
                min={0}
                max={1}
                step={0.05}
                value={alphas[i] ?? 1}
                label={(value) => value.toFixed(2)}
                thumbLabel={words.share(names[task] ?? '', i > 0 || task === 0)}
                onChange={(value) => setMoved(alphas.map((alpha, at) => (at === i ? value : alpha)))}
                data-testid={`mixer-${task}`}
              />
              <output>{(alphas[i] ?? 1).toFixed(2)}</output>
            </div>
          ))}
          <div className="mixer-all">
            <Button size="compact-xs" variant="default" onClick={() => setMoved(tasks.map(() => 1))} data-testid="mixer-all">
              {words.all}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => setMoved(tasks.map(() => 0))} data-testid="mixer-none">
              {words.none}
            </Button>
            <span role="status">{asking ? words.asking : ''}</span>
          </div>
        </fieldset>
      </div>
    </ChartPanel>
  );
}
