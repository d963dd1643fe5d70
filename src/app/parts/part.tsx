/** Parts of the page whose code arrives beside the first paint, or when they are opened. */
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';

/** `load` runs when the part is first drawn; give it a promise that was begun earlier to have the code on its way by then. */
export function part<P extends object>(load: () => Promise<ComponentType<P>>, waiting: ReactNode = null): ComponentType<P> {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function Part(props: P) {
    return (
      <Suspense fallback={waiting}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
