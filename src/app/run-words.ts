/** What a figure is of, in words: the same at the top of the page, in tables and in what is saved. */
import { nameIn, recordIn } from './bundled-names';
import type { Lineup } from './looks';
import { nameOfSource } from './store/backbones';
import { useAppState } from './context';
import type { AppState } from './store/state';
import { useText, type Texts } from './text';
import { methodIn } from './names';

function methodNames(text: Texts, of: Lineup): string {
  const words = text.shell;
  const names = of.methods.map(({ id }) => methodIn(text, of, id).short);
  return names.length <= 3 ? names.join(words.versus) : words.more(names.length);
}

type Source = AppState['experiment']['stream']['from'] | AppState['experiment']['backbone']['from'];

function sourceWords(text: Texts, from: Source, titles: readonly { readonly id: string; readonly title: string }[] = []): string {
  const name = nameOfSource(from);
  if (from.source === 'bundled') return nameIn(text, titles.find((entry) => entry.id === name)?.title ?? name);
  return from.source === 'url' ? (name.split('/').at(-1) ?? name) : name;
}

/** "Alphabets · Glyph ViT · InfLoRA vs Fine-tuning · seed 0": of the run on the page, else of the set-up. */
export function runningWords(text: Texts, { record, experiment, catalogue }: AppState): string {
  const words = text.shell;
  const of = record ?? experiment;
  const shown = record && recordIn(text, record);
  const stream = shown?.stream.title ?? sourceWords(text, experiment.stream.from, catalogue?.streams);
  const backbone = shown?.backbone.title ?? sourceWords(text, experiment.backbone.from, catalogue?.backbones);
  return [stream, backbone, methodNames(text, of), words.seed((record?.experiment ?? experiment).seed)].join(' · ');
}

export function useRunningWords(): string {
  const text = useText();
  return useAppState((state) => runningWords(text, state));
}
