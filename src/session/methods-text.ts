/** A paragraph for a paper's methods section, with every hyper-parameter of the run, and the papers it rests on. */
import { RIEMANNIAN_WALK, VIT, type Paper } from '../continual/papers';
import { findDefinition } from '../continual/registry';
import { finished, writing } from './latex-text';
import type { PaperWords } from './paper-words';
import type { RunRecord } from './record';

/** What a method rests on; nothing for one that this build does not know. */
const papersOf = (id: string): readonly Paper[] => findDefinition(id)?.papers ?? [];

/** What is cited, in order, each once. */
function cited(record: RunRecord): Paper[] {
  const papers = [VIT, ...record.methods.flatMap(({ id }) => papersOf(id)), RIEMANNIAN_WALK];
  return [...new Map(papers.map((paper) => [paper.key, paper])).values()];
}

const cite = (keys: readonly string[]): string => (keys.length === 0 ? '' : `~\\cite{${keys.join(',')}}`);

/** One paragraph of LaTeX text with every setting of the run. */
export function methodsParagraph(record: RunRecord, words: PaperWords): string {
  const { experiment, backbone, stream, device, software } = record;
  const { trainPerClass, testPerClass } = experiment.stream;
  const { mean, std } = experiment.backbone;
  const { paragraph } = words;
  const { escaped } = writing(words);
  const quoted = (title: string): string => words.quoted(escaped(title));
  const methods = experiment.methods.map((spec) => {
    const title = record.methods.find((method) => method.id === spec.id)?.title ?? spec.id;
    const keys = papersOf(spec.id).map(({ key }) => key);
    return paragraph.method(escaped(words.method(spec.id, title)), cite(keys), escaped(words.and(words.details(spec))));
  });
  const limits = [
    ...(trainPerClass === undefined ? [] : [paragraph.trainLimit(trainPerClass)]),
    ...(testPerClass === undefined ? [] : [paragraph.testLimit(testPerClass)]),
  ];
  const train = stream.tasks.reduce((sum, task) => sum + task.train, 0);
  const test = stream.tasks.reduce((sum, task) => sum + task.test, 0);
  const sentences = [
    paragraph.backbone(cite([VIT.key]), quoted(backbone.title), backbone, mean && std ? paragraph.normalised(mean, std) : ''),
    paragraph.stream(quoted(stream.title), record, train, test, limits),
    paragraph.methods(methods),
    paragraph.training(escaped(words.and(words.training(experiment.training))), experiment.seed),
    paragraph.measures(cite([RIEMANNIAN_WALK.key])),
    paragraph.software(escaped(software.version), escaped(device.name), device.kind),
  ];
  return finished(words, [words.sentences(sentences)]);
}

/** The entries that the paragraph cites. */
export function bibtex(record: RunRecord): string {
  return cited(record)
    .map((paper) => paper.bibtex)
    .join('\n\n')
    .concat('\n');
}
