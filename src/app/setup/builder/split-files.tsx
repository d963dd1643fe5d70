/** The split saved as a file, and one opened. */
import { Button, FileButton } from '@mantine/core';
import { applySplit, writeSplit } from '../../../session/split-file';
import type { StreamSummary } from '../../../worker/api';
import { useApp, useAppState } from '../../context';
import { useText } from '../../text';
import { toStream, type Arrangement } from './arrangement';

export function SplitFiles({
  stream,
  arrangement,
  onImported,
}: {
  readonly stream: StreamSummary;
  readonly arrangement: Arrangement;
  readonly onImported: () => void;
}) {
  const words = useText().setup.builder;
  const app = useApp();
  const experiment = useAppState((state) => state.experiment);
  const save = () => {
    const split = { ...experiment, stream: { ...experiment.stream, ...toStream(arrangement) } };
    app.setup.download(`${stream.title} split.json`, writeSplit(split, stream));
  };
  const open = async (file: File | null) => {
    if (file === null) return;
    try {
      const { experiment: next, file: split } = applySplit(experiment, await file.text());
      app.setup.replace(next);
      onImported();
      await app.setup.preview();
      if (split.sha256 !== undefined && split.sha256 !== stream.sha256) app.setup.tell(words.importedOther(split.title));
    } catch (error) {
      app.host.report(error, 'stream');
      onImported();
    }
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={save} data-testid="export-split">
        {words.exportSplit}
      </Button>
      <FileButton accept=".json,application/json" onChange={(file) => void open(file)}>
        {(props) => (
          <Button {...props} size="xs" variant="default" data-testid="import-split">
            {words.importSplit}
          </Button>
        )}
      </FileButton>
    </>
  );
}
