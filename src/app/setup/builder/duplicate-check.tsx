/** Looks for images that are there twice: at once in a small set, on request in a large one. */
import { Button } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { DuplicateReport } from '../../../data/duplicates';
import { useApp } from '../../context';
import { useText } from '../../text';

/** So many images are compared without being asked: it takes less than a second. */
const AT_ONCE = 4000;

export function DuplicateCheck({ images }: { readonly images: number }) {
  const words = useText().setup.builder;
  const { host } = useApp();
  const [report, setReport] = useState<DuplicateReport | null>(null);
  const [busy, setBusy] = useState(images <= AT_ONCE);
  const look = useCallback(
    () =>
      host
        .connect()
        .then((worker) => worker.findDuplicates())
        .then(setReport, (error: unknown) => host.report(error, 'stream'))
        .finally(() => setBusy(false)),
    [host],
  );
  useEffect(() => {
    if (images <= AT_ONCE) void look();
  }, [images, look]);
  return (
    <div className="duplicate-check">
      <Button
        size="xs"
        variant="default"
        loading={busy}
        onClick={() => {
          setBusy(true);
          void look();
        }}
        data-testid="find-duplicates"
      >
        {words.duplicates}
      </Button>
      <div role="status" data-testid="duplicates">
        {report !== null && <Report report={report} />}
      </div>
    </div>
  );
}

function Report({ report: { images, leaked, repeated, conflicting, examples } }: { readonly report: DuplicateReport }) {
  const words = useText().setup.builder;
  if (leaked + repeated + conflicting === 0) return <p className="dim">{words.noDuplicates(images)}</p>;
  return (
    <details className="more" open={leaked > 0}>
      <summary>
        {[
          leaked > 0 ? words.leaked(leaked) : '',
          repeated > 0 ? words.repeated(repeated) : '',
          conflicting > 0 ? words.conflicting(conflicting) : '',
        ]
          .filter((sentence) => sentence !== '')
          .join(' ')}
      </summary>
      <ul className="skipped">
        {examples.map(({ first, second }) => (
          <li key={`${first} ${second}`}>{words.pair(first, second)}</li>
        ))}
      </ul>
    </details>
  );
}
