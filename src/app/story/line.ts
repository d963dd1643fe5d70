/** Where the lesson is and where it should go: between its window and the lecturer's, and between a frame and the page around it. */
import { useEffect } from 'react';
import type { Walk } from './use-walk';

export const LINE = 'lesson';

export interface FromLesson {
  readonly type: 'lesson';
  readonly scene: number;
  readonly stop: number;
  /** Stops of this scene, and scenes. */
  readonly stops: number;
  readonly scenes: number;
}

export interface ToLesson {
  readonly act: 'next' | 'back' | 'where';
}

const actOf = (data: unknown): ToLesson['act'] | null => {
  const act = typeof data === 'object' && data !== null && 'act' in data ? data.act : null;
  return act === 'next' || act === 'back' || act === 'where' ? act : null;
};

/** Of a frame only the page around it is heard; it is told of every step, which holds nothing that it could not see. */
export function useLine(walk: Walk, stops: number, scenes: number): void {
  const { scene, stop, next, back } = walk;
  useEffect(() => {
    const place: FromLesson = { type: 'lesson', scene, stop, stops, scenes };
    const channel = new BroadcastChannel(LINE);
    const framed = window.parent !== window;
    const tell = () => {
      channel.postMessage(place);
      if (framed) window.parent.postMessage(place, '*');
    };
    const hear = (data: unknown) => {
      const act = actOf(data);
      if (act === 'where') tell();
      else if (act !== null) (act === 'next' ? next : back)();
    };
    const fromParent = (event: MessageEvent) => {
      if (framed && event.source === window.parent) hear(event.data);
    };
    // A frame among others of this site is not the lecture.
    if (!framed) channel.onmessage = ({ data }) => hear(data);
    window.addEventListener('message', fromParent);
    tell();
    return () => {
      channel.close();
      window.removeEventListener('message', fromParent);
    };
  }, [scene, stop, stops, scenes, next, back]);
}
