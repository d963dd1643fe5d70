import { describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { testApp } from './testing/test-app';
import { en } from './text/en';
import { watchTab } from './watch-tab';

/** A tab in the test's hand, and how many locks are held. */
function tab(app: ReturnType<typeof testApp>['app'], refuse = false) {
  let change: () => void = () => undefined;
  let locks = 0;
  const document = {
    visibilityState: 'visible' as DocumentVisibilityState,
    title: '',
    addEventListener: (_: string, listener: unknown) => (change = listener as () => void),
  };
  const request = () => {
    if (refuse) return Promise.reject(new Error('low battery'));
    locks++;
    return Promise.resolve({ release: async () => void locks-- } as unknown as WakeLockSentinel);
  };
  watchTab(
    app,
    { document, wakeLock: { request } },
    createStore(() => en),
  );
  const show = (state: DocumentVisibilityState) => {
    document.visibilityState = state;
    change();
  };
  return { document, show, locks: () => locks };
}

describe('a tab with a run', () => {
  it('keeps the screen awake exactly while it is seen and computes', async () => {
    const { app } = testApp({ delayMs: 1 });
    const { show, locks, document } = tab(app);
    expect(locks()).toBe(0);
    const running = app.run.start();
    await vi.waitFor(() => expect(locks()).toBe(1));
    show('hidden');
    await vi.waitFor(() => expect(locks()).toBe(0));
    expect([app.store.getState().status, document.title]).toEqual(['running', 'Running · InfLoRA Playground']);
    show('visible');
    await vi.waitFor(() => expect(locks()).toBe(1));
    expect(document.title).toBe('InfLoRA Playground');
    app.run.pause();
    await running;
    await vi.waitFor(() => expect(locks()).toBe(0));
  });

  it('goes on where the lock is refused', async () => {
    const { app } = testApp();
    tab(app, true);
    await app.run.start();
    expect(app.store.getState().status).toBe('finished');
  });

  it('pauses while it is hidden where that was chosen, says so in its title, and goes on when it is seen again', async () => {
    const { app } = testApp({ delayMs: 1 });
    const { show, document } = tab(app);
    app.view.set({ whenHidden: 'pause' });
    const running = app.run.start();
    await vi.waitFor(() => expect(app.store.getState().status).toBe('running'));
    show('hidden');
    await running;
    expect([app.store.getState().status, document.title]).toEqual(['paused', 'Paused while hidden · InfLoRA Playground']);
    show('visible');
    expect([app.store.getState().status, document.title]).toEqual(['running', 'InfLoRA Playground']);
    app.run.pause();
  });

  it('leaves a run paused that somebody paused', async () => {
    const { app } = testApp();
    const { show } = tab(app);
    app.view.set({ whenHidden: 'pause' });
    await app.run.step();
    show('hidden');
    show('visible');
    expect(app.store.getState().status).toBe('paused');
  });
});
