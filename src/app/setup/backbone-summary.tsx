/** The backbone that is in use: what its file says, what was assumed; or how far it is on its way. */
import { Button, Progress } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useApp, useAppState } from '../context';
import { formatBytes } from '../../common/bytes';
import { clock, small } from '../format';
import { count, useText } from '../text';
import { say } from '../text/say';
import { AssumedFields } from './assumed-fields';

export function BackboneSummary() {
  const text = useText();
  const words = text.setup.backbone;
  const backbone = useAppState((state) => state.backbone);
  if (backbone.state === 'loading') return <Arriving />;
  if (backbone.value === null) return null;
  const { config, parameters, title, assumed, notes } = backbone.value;
  return (
    <div className="summary" data-testid="backbone-summary">
      <strong>{title}</strong>
      <span>{words.parameters(count(text, parameters))}</span>
      <span>{words.shape(config.depth, config.dim, config.heads)}</span>
      <span>{words.input(config.imageSize, config.patchSize)}</span>
      <span className="dim">
        {words.details(
          config.layerNormEps.toExponential(),
          config.pooling,
          config.mean.map(small).join(', '),
          config.std.map(small).join(', '),
        )}
      </span>
      {notes.map((note) => (
        <span key={note.code} className="dim">
          {say(text, note)}
        </span>
      ))}
      <AssumedFields assumed={assumed} />
    </div>
  );
}

/** Bytes, share and time left of a download, why nothing comes, and a way to end it. */
function Arriving() {
  const text = useText();
  const words = text.setup.backbone;
  const app = useApp();
  const loading = useAppState((state) => state.loading);
  const place = useRef<HTMLDivElement>(null);
  // It was asked for further down, in a column that scrolls.
  useEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up.
    void place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const progress = loading?.what === 'backbone' ? loading.progress : null;
  const share = progress === null || progress.total === 0 ? 0 : progress.done / progress.total;
  const rate = loading?.rate ?? 0;
  const known = progress?.stage === 'download' && progress.total > 0;
  return (
    <div ref={place} className="summary" data-testid="backbone-arriving">
      <Progress value={100 * share} animated={share === 0} aria-label={text.shell.transport.loading.backbone} />
      {progress?.waiting ? (
        <span role="status">{words.waiting(say(text, progress.waiting.reason), progress.waiting.seconds)}</span>
      ) : (
        <span className="dim">
          {known
            ? words.arriving(
                formatBytes(progress.done),
                formatBytes(progress.total),
                Math.floor(100 * share),
                rate > 0 ? clock((progress.total - progress.done) / rate) : null,
              )
            : progress?.stage === 'read'
              ? words.reading
              : words.asking}
        </span>
      )}
      <div className="button-row">
        <Button size="xs" variant="default" onClick={() => void app.backbones.cancel()} data-testid="cancel-backbone">
          {words.cancel}
        </Button>
      </div>
    </div>
  );
}
