/** How the page works, its keys and its words. */
import { Drawer, Kbd } from '@mantine/core';
import { BUILD, buildWords } from '../../common/build';
import { useApp, useAppState } from '../context';
import { useText } from '../text';
import type { GlossaryEntry } from '../text/en/glossary';

const KEYS = ['space', 'arrows', 'step', 'reset', 'help'] as const;

export function Help() {
  const text = useText();
  const words = text.shell;
  const opened = useAppState((state) => state.view.helpOpen);
  const { view } = useApp();
  const entries: readonly GlossaryEntry[] = Object.values(text.glossary);
  return (
    // Beside the charts, which it explains, not over them.
    <Drawer
      opened={opened}
      onClose={() => view.set({ helpOpen: false })}
      title={words.helpTitle}
      size="min(100vw, 400px)"
      overlayProps={{ backgroundOpacity: 0 }}
      // A header inside a dialog is none of the page.
      attributes={{ header: { role: 'presentation' } }}
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <div className="help">
        {words.helpText.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <p className="dim">{words.build(buildWords(BUILD))}</p>
        <h3>{words.keys.title}</h3>
        <dl className="keys">
          {KEYS.map((key) => (
            <div key={key}>
              <dt>
                <Kbd>{words.keys.names[key]}</Kbd>
              </dt>
              <dd>{words.keys[key]}</dd>
            </div>
          ))}
        </dl>
        <h3>{words.glossaryTitle}</h3>
        <dl className="glossary">
          {entries.map((entry) => (
            <div key={entry.word}>
              <dt>
                {entry.word} {entry.symbol !== undefined && <span className="term-symbol">{entry.symbol}</span>}
              </dt>
              <dd>{entry.sentence}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Drawer>
  );
}
