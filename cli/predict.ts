/** `lab predict`: what a backbone, or the methods of a recorded run, take images for. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { parseExperiment, type Experiment } from '../src/session/experiment';
import type { RunRecord } from '../src/session/record';
import type { ImageAnswer } from '../src/worker/automation';
import { UsageError, type Command } from './arguments';
import { checkpointFiles, localFiles, type LocalFile } from './experiments';
import type { ProgressWriter } from './progress';
import { chooseDevice } from './device';
import { readRecord } from './read-record';
import { runOnce } from './run-once';
import type { Site } from './site';

type PredictCommand = Extract<Command, { kind: 'predict' }>;

const IMAGES = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.bmp']);

function existing(path: string, option: string): string {
  if (!statSync(path, { throwIfNoEntry: false })) throw new UsageError(`--${option}: there is no "${path}".`);
  return resolve(path);
}

function imagesOf(path: string): LocalFile[] {
  const files = localFiles(basename(path), existing(path, 'images')).filter((file) => IMAGES.has(extname(file.path).toLowerCase()));
  if (files.length === 0) throw new UsageError(`--images: "${path}" holds no image (${[...IMAGES].join(', ')}).`);
  return files;
}

/** The recorded experiment on the backbone that was given; its stream's files are found beside the record. */
function experimentOf(
  record: RunRecord,
  backbone: string,
  size: number | null,
  folder: string,
): { experiment: Experiment; files: LocalFile[] } {
  const { experiment } = record;
  const { from } = experiment.stream;
  const name = from.source === 'file' ? from.name : null;
  const path = name === null ? null : resolve(folder, name);
  if (path !== null && !statSync(path, { throwIfNoEntry: false })) {
    throw new UsageError(`--adapter-run: the run's images "${name ?? ''}" are not beside the record (looked for ${path}).`);
  }
  return {
    experiment: parseExperiment({
      ...experiment,
      backbone: { ...experiment.backbone, from: { source: 'file', name: backbone }, ...(size !== null && { inputSize: size }) },
    }),
    files: path === null || name === null ? [] : localFiles(name, path),
  };
}

function bareExperiment(backbone: string, size: number | null): Experiment {
  return parseExperiment({
    schema: 1,
    backbone: { from: { source: 'file', name: backbone }, ...(size !== null && { inputSize: size }) },
    stream: { from: { source: 'file', name: 'none' } },
    methods: [{ id: 'nearest-mean' }],
  });
}

function answerText(image: string, answers: readonly ImageAnswer[]): string {
  const rows = answers.flatMap(({ method, rows: list }) => [
    ...(answers.length > 1 || method !== 'backbone' ? [`  ${method}`] : []),
    ...list.map(({ label, probability }) => `  ${(100 * probability).toFixed(1).padStart(6)} %  ${label}`),
  ]);
  return [image, ...rows].join('\n');
}

/** Exit code 0. Throws UsageError and RunFailure. */
export async function predict(
  command: PredictCommand,
  open: () => Promise<Site>,
  writer: ProgressWriter,
  print: (text: string) => void,
): Promise<number> {
  const weights = existing(command.backbone, 'backbone');
  const name = basename(weights);
  const images = imagesOf(command.images);
  const labels = command.labels === null ? null : readFileSync(existing(command.labels, 'labels'), 'utf8').trimEnd().split(/\r?\n/);
  const record = command.adapterRun === null ? null : readRecord(command.adapterRun, '--adapter-run');
  const adapted = record && experimentOf(record, name, command.size, dirname(resolve(command.adapterRun ?? '.')));
  const bare = adapted ? null : bareExperiment(name, command.size);
  const site = await open();
  try {
    await chooseDevice(site, writer, command);
    const backboneFiles = checkpointFiles(name, weights);
    await site.call('provide', site.publish(backboneFiles));
    if (adapted && record) {
      writer.keep(`training the recorded run again: ${record.stream.title}, seed ${adapted.experiment.seed}`);
      const again = await runOnce(site, writer, {
        label: name,
        bundled: false,
        experiment: adapted.experiment,
        files: [...backboneFiles, ...adapted.files],
      });
      if (again.backbone.sha256 !== record.backbone.sha256) writer.keep('warning: the record was made with another backbone file');
      if (again.stream.sha256 !== record.stream.sha256) writer.keep('warning: the record was made with other images');
    }
    const results: { image: string; answers: ImageAnswer[] }[] = [];
    for (const file of images) {
      const [remote] = site.publish([file]);
      if (!remote) continue;
      const found = await site.call('predict', remote, command.top, bare);
      const answers = found.map(({ method, rows }) => ({
        method,
        rows: rows.map((row) => ({ ...row, label: bare ? (labels?.[Number(row.label)] ?? row.label) : row.label })),
      }));
      results.push({ image: file.name, answers });
      if (!command.json) print(answerText(file.name, answers));
    }
    if (command.json) print(JSON.stringify(results, null, 2));
    return 0;
  } finally {
    await site.close();
  }
}
