/** Children that are on the page only while they can be seen: thousands of tasks with fields of their own would freeze it. */
import { useEffect, useRef, useState, type ReactNode } from 'react';

export interface WhenSeenProps {
  /** On the page wherever it is: what is selected must take the keyboard. */
  readonly always: boolean;
  /** What it is called meanwhile. */
  readonly label: string;
  readonly children: ReactNode;
}

/** Height before it was ever seen, pixels: a head and a row of classes. */
const GUESS = 96;

export function WhenSeen({ always, label, children }: WhenSeenProps) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState({ seen: false, height: GUESS });
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry === undefined) return;
      // Gone from sight with the keyboard inside, it stays.
      if (!entry.isIntersecting && element.contains(document.activeElement)) return;
      const { height } = entry.boundingClientRect;
      setState((before) => ({ seen: entry.isIntersecting, height: before.seen ? Math.max(GUESS, height) : before.height }));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const shown = always || state.seen;
  return (
    <div ref={place} className="when-seen" style={shown ? undefined : { minHeight: state.height }}>
      {shown ? children : <span className="dim">{label}</span>}
    </div>
  );
}
