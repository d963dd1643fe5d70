/** Taking results and models away, in the forms that papers and other libraries want. */
import type { RunRecord } from '../../session/record';
import type { StreamSummary } from '../../worker/api';
import type { ModelLayout } from '../../worker/take-away';
import { LANGUAGES } from '../text/languages';
import type { Store, Surroundings } from './surroundings';
import type { HostActions } from './host';
import { wholeRecord } from './playback';
import { fileName, readExtension } from './records';
import { currentReading } from './state';

export interface ModelChoice {
  readonly method: string;
  /** 0-based. */
  readonly tasks: readonly number[];
  readonly increments: boolean;
}

export interface TakeAwayActions {
  saveLatex(): Promise<void>;
  saveMethodsText(): Promise<void>;
  saveBibtex(): Promise<void>;
  /** With the true classes and the files where the run's images are loaded. */
  savePredictions(): Promise<void>;
  /** Models in memory that can be taken; none for a record from elsewhere. */
  models(): Promise<readonly ModelChoice[]>;
  /** Downloads a zip; false where it failed (the problem is on the page). */
  saveModel(method: string, task: number, layout: ModelLayout): Promise<boolean>;
}

/** What decides which test image stands where. */
const cut = (stream: Pick<StreamSummary, 'sha256' | 'classNames' | 'tasks'> | null | undefined) =>
  JSON.stringify([stream?.sha256, stream?.classNames, stream?.tasks]);

export function createTakeAwayActions(store: Store, around: Surroundings, host: HostActions): TakeAwayActions {
  const current = (): RunRecord | null => wholeRecord(store.getState());
  const paperWords = () => LANGUAGES[around.words().locale].paper();
  const save = (extension: string, type: string, make: (record: RunRecord) => string) => {
    const record = current();
    if (record !== null) around.download(fileName(record, extension), type, make(record));
  };
  return {
    async saveLatex() {
      const reading = currentReading(store.getState());
      const [{ runLatex }, words] = await Promise.all([import('../../session/latex'), paperWords()]);
      save(readExtension('tex', reading), 'application/x-tex', (record) => runLatex(record, words, reading));
    },
    async saveMethodsText() {
      const [{ methodsParagraph }, words] = await Promise.all([import('../../session/methods-text'), paperWords()]);
      save('methods.tex', 'application/x-tex', (record) => methodsParagraph(record, words));
    },
    saveBibtex: async () => save('bib', 'application/x-bibtex', (await import('../../session/methods-text')).bibtex),
    async savePredictions() {
      // Truth and files belong to the images that are loaded: those of the run, or of another one.
      const { origin, stream, results } = store.getState();
      const known = origin === 'live' && cut(stream.value) === cut(results?.stream) ? await host.connect() : null;
      const [truth, files] = known === null ? [[], []] : await Promise.all([known.testLabels(), known.testFiles()]);
      const reading = currentReading(store.getState());
      const { predictionsCsv } = await import('../../session/csv');
      save(readExtension('predictions.csv', reading), 'text/csv', (record) => predictionsCsv(record, truth, reading, files));
    },
    async models() {
      if (store.getState().origin !== 'live') return [];
      try {
        return await (await host.connect()).models();
      } catch (error) {
        host.report(error, 'record');
        return [];
      }
    },
    async saveModel(method, task, layout) {
      const record = current();
      if (record === null) return false;
      try {
        const file = await (await host.connect()).takeModel({ method, task, layout });
        around.download(
          fileName({ ...record, methods: record.methods.filter(({ id }) => id === method) }, `task-${task + 1}.${layout}.zip`),
          'application/zip',
          file,
        );
        return true;
      } catch (error) {
        host.report(error, 'record');
        return false;
      }
    },
  };
}
