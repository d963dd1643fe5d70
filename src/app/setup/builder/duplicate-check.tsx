/** Looks for images that are there twice, on request: it takes a while on large sets. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { DuplicateReport } from '../../../data/duplicates';
import { useApp } from '../../context';
import { text } from '../../text';

const words = text.setup.builder;

export function DuplicateCheck() {
  const { host } = useApp();
  const [report, setReport] = useState<DuplicateReport | null>(null);
  const [busy, setBusy] = useState(false);
  const look = async () => {
    setBusy(true);
    try {
      setReport(await (await host.connect()).findDuplicates());
    } catch (error) {
      host.report(error, 'stream');
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="duplicate-check">
      <Button size="xs" variant="default" loading={busy} onClick={() => void look()} data-testid="find-duplicates">
        {words.duplicates}
      </Button>
      <div role="status" data-testid="duplicates">
        {report !== null && <Report report={report} />}
      </div>
    </div>
  );
}

function Report({ report: { images, leaked, repeated, conflicting, examples } }: { readonly report: DuplicateReport }) {
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
