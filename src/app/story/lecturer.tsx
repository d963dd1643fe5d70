/** A second window for whoever lectures: what the class may think, what to answer, and the time, none of which is on the screen. */
import './story.css';
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { clock } from '../format';
import { useStory } from '../text/story';
import { LINE, type FromLesson, type ToLesson } from './line';
import type { SceneId } from './scene';
import { SCENES } from './scenes';

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export default function Lecturer() {
  const story = useStory();
  const words = story.notes;
  const [place, setPlace] = useState<FromLesson | null>(null);
  const line = useRef<BroadcastChannel>(null);
  const [start, setStart] = useState(() => Date.now());
  const now = useNow();
  useEffect(() => {
    const channel = new BroadcastChannel(LINE);
    channel.onmessage = ({ data }: MessageEvent<FromLesson | ToLesson>) => {
      if ('scene' in data) setPlace(data);
    };
    channel.postMessage({ act: 'where' } satisfies ToLesson);
    line.current = channel;
    return () => channel.close();
  }, []);
  const send = (act: ToLesson['act']) => line.current?.postMessage({ act } satisfies ToLesson);
  const id: SceneId | undefined = place === null ? undefined : SCENES[place.scene - 1]?.id;
  const following = place === null ? undefined : SCENES[place.scene]?.id;
  return (
    <main className="story lecturer" data-testid="lecturer">
      <header>
        <h1>{words.title}</h1>
        <b role="timer" aria-label={words.time} data-testid="lesson-time">
          {clock(Math.max(0, now - start) / 1000)}
        </b>
        <Button variant="default" onClick={() => setStart(Date.now())}>
          {words.restart}
        </Button>
      </header>
      {id === undefined ? (
        <p role="status">{words.waiting}</p>
      ) : (
        <section aria-live="polite">
          <h2>
            {place?.scene}. {story.titles[id]} <small>{words.minutes(words.scenes[id].minutes)}</small>
          </h2>
          <h3>{words.wrong}</h3>
          <p>{words.scenes[id].wrong}</p>
          <h3>{words.answer}</h3>
          <p>{words.scenes[id].answer}</p>
          {following !== undefined && (
            <p className="story-source">
              {words.next}: {story.titles[following]}
            </p>
          )}
        </section>
      )}
      <footer>
        <Button variant="default" onClick={() => send('back')}>
          {story.back}
        </Button>
        <Button onClick={() => send('next')} data-testid="lecturer-next">
          {story.next}
        </Button>
      </footer>
    </main>
  );
}
