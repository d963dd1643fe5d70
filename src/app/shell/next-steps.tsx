/** After a finished run: the three next steps, and more tasks where the stream has them. */
import { Button } from '@mantine/core';
import { useApp, useAppState } from '../context';
import { useText } from '../text';
import { copyLink } from './share';

export function NextSteps() {
  const text = useText();
  const words = text.shell.next;
  const status = useAppState((state) => state.status);
  const opened = useAppState((state) => state.opened);
  const done = useAppState((state) => state.results?.stream.tasks.length ?? 0);
  const complete = useAppState((state) => (state.playback?.full ?? state.results)?.status === 'finished');
  const app = useApp();
  if (status !== 'finished') return null;
  const more = complete && opened?.stream.maxTasks !== undefined;
  return (
    <nav className="next-steps" aria-label={words.aria}>
      <Button size="compact-sm" variant="light" onClick={() => app.view.set({ tab: 'try' })} data-testid="next-try">
        {words.tryIt}
      </Button>
      <Button
        size="compact-sm"
        variant="light"
        onClick={() => app.view.set({ setupOpen: true, drawerOpen: window.innerWidth < 768 })}
        data-testid="next-change"
      >
        {words.change}
      </Button>
      <Button size="compact-sm" variant="light" onClick={() => void copyLink(text, app)} data-testid="next-share">
        {words.share}
      </Button>
      {more && (
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            app.setup.stream({ maxTasks: done + 1 });
            void app.run.append();
          }}
          data-testid="append"
        >
          {words.more}
        </Button>
      )}
    </nav>
  );
}
