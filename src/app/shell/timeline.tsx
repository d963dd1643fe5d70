/** The run as a line that one can move along: tasks and their phases marked. */
import { useMemo, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { momentAt, phasesOf, tasksBegun } from '../../session/moments';
import type { RunRecord } from '../../session/record';
import { useApp, useAppState } from '../context';
import { recordIn } from '../bundled-names';
import { wholeRecord } from '../store/playback';
import { useText } from '../text';
import { momentWords } from './use-transport';

export function Timeline() {
  const full = useAppState(wholeRecord);
  const position = useAppState((state) => state.playback?.position ?? 1);
  return full === null ? null : <Line full={full} position={position} />;
}

function Line({ full, position }: { readonly full: RunRecord; readonly position: number }) {
  const text = useText();
  const words = text.shell.timeline;
  const { playback: along } = useApp();
  const line = useRef<HTMLDivElement>(null);
  const marks = useMemo(() => <Marks full={full} />, [full]);
  const seek = (event: PointerEvent) => {
    const box = line.current?.getBoundingClientRect();
    if (box !== undefined && box.width > 0) along.seek((event.clientX - box.left) / box.width);
  };
  const press = (event: KeyboardEvent) => {
    const act = {
      ArrowRight: () => along.step(1),
      ArrowUp: () => along.step(1),
      ArrowLeft: () => along.step(-1),
      ArrowDown: () => along.step(-1),
      PageUp: () => along.step(1, 'task'),
      PageDown: () => along.step(-1, 'task'),
      Home: () => along.seek(0),
      End: () => along.seek(1),
      ' ': () => along.toggle(),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <div
      className="timeline"
      role="slider"
      tabIndex={0}
      aria-label={words.aria}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * position)}
      aria-valuetext={momentWords(text, full, momentAt(full, position))}
      aria-keyshortcuts="Space ArrowLeft ArrowRight"
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(event);
      }}
      data-testid="timeline"
    >
      <div className="timeline-line" ref={line}>
        {marks}
        <div className="timeline-done" style={{ clipPath: `inset(0 ${100 * (1 - position)}% 0 0)` }}>
          {marks}
        </div>
        <i className="timeline-thumb" style={{ left: `${100 * position}%` }} />
      </div>
    </div>
  );
}

function Marks({ full }: { readonly full: RunRecord }) {
  const text = useText();
  const words = text.shell.timeline;
  return (
    <div className="timeline-tasks">
      {recordIn(text, full)
        .stream.tasks.slice(0, tasksBegun(full))
        .map(({ name }, task) => (
          <span key={task} title={words.task(task + 1, name)}>
            {phasesOf(full, task).map(({ phase, from, to }) => (
              <i key={phase} data-phase={phase} style={{ flexGrow: to - from }} />
            ))}
          </span>
        ))}
    </div>
  );
}
