/** A problem, next to where it happened: what happened, what is safe, what to do. */
import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useApp, useAppState } from '../context';
import type { ProblemPlace } from '../store/problem';
import { part } from '../parts/part';
import { useText } from '../text';

const Question = part(async () => (await import('../setup/understood')).Question);

export function ProblemNote({ place }: { readonly place: ProblemPlace }) {
  const words = useText().problems;
  const problem = useAppState((state) => state.problems[place]);
  const app = useApp();
  if (problem === undefined) return null;
  const { remedy } = problem;
  return (
    <Alert
      role="alert"
      color="red"
      variant="outline"
      p="xs"
      icon={<IconAlertTriangle size={20} />}
      withCloseButton
      closeButtonLabel={words.dismiss}
      onClose={() => app.view.clearProblem(place)}
      data-testid={`problem-${place}`}
      data-error={problem.name}
      className="problem"
    >
      <div>
        <strong>{problem.happened}</strong>
      </div>
      <div>{problem.safe}</div>
      <div>{problem.todo}</div>
      {remedy?.kind === 'batch-size' && (
        <Group mt={4}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              app.setup.training({ batchSize: remedy.value });
              app.view.clearProblem(place);
            }}
          >
            {words.useBatch(remedy.value)}
          </Button>
        </Group>
      )}
      {remedy?.kind === 'backbone' && (
        <Group mt={4}>
          <Button size="compact-sm" variant="default" onClick={() => void app.backbones.choose(remedy.value)} data-testid="retry-backbone">
            {words.retry}
          </Button>
        </Group>
      )}
      {remedy?.kind === 'answer' && <Question choice={remedy.choice} />}
      {remedy?.kind === 'use-refused' && (
        <Group mt={4}>
          <Button size="compact-sm" variant="default" onClick={() => void app.files.useRefused()} data-testid="use-refused">
            {words.useRefused(remedy.name)}
          </Button>
        </Group>
      )}
      {remedy?.kind === 'retry' && (place === 'backbone' || place === 'stream') && (
        <Group mt={4}>
          <Button size="compact-sm" variant="default" onClick={() => void app.setup.preview()}>
            {words.retry}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
