/** What the cards of exported models and adapters say of their run, in Markdown. */
import { buildWords } from '../common/build';
import { runnable } from '../session/experiment';
import { experimentToHash } from '../session/link';
import type { RunRecord } from '../session/record';
import { claimOf } from '../session/result-claim';

/** Where a model comes from: backbone and images by their digests, a digest of all that its run found, and the link that sets the run up again. */
export function runCard(record: RunRecord): string {
  const { backbone, stream, experiment, software, startedAt } = record;
  const { experiment: again } = runnable(experiment);
  return [
    `- backbone ${backbone.title}, SHA-256 ${backbone.sha256}`,
    `- images ${stream.title}, SHA-256 ${stream.sha256}`,
    `- run of ${startedAt}, InfLoRA Playground ${buildWords(software)}, seed ${experiment.seed}`,
    `- digest of the run ${claimOf(record).digest} (of every prediction and accuracy up to here)`,
    ...(again ? [`- set-up: \`${experimentToHash(again)}\``] : []),
  ].join('\n');
}
