/** What words mean training, validation and test: in names of folders, files, columns, arrays, archives and shards alike. */

/** `unlabelled`: pictures that a task's makers keep the answers of (`seg_pred`, `unlabeled`). */
export type SplitWord = 'train' | 'validation' | 'test' | 'unlabelled';

const WORDS: Readonly<Record<SplitWord, string>> = {
  train:
    'train training trainings trn trainval 训练 訓練 学習 훈련 학습 обучение обучающая entrenamiento treino treinamento apprentissage entrainement addestramento allenamento egitim',
  validation:
    'val valid validation eval evaluation dev 验证 驗證 検証 검증 валидация валидационная validierung validierungs validacion validacao validazione validatie dogrulama',
  test: 'test testing tst t10k holdout 测试 測試 テスト 시험 테스트 тест тестовая prueba pruebas teste testes',
  unlabelled: 'pred predict prediction predictions unlabeled unlabelled unlabel submission',
};

/** Words beside them that say nothing more: `test_set`, `seg_train`, `TrainData`, `train_images`. */
const FILLERS = new Set(
  'set sets seg data dataset datasets split splits part image images img imgs file files folder final public private daten datensatz bilder datos imagenes dados imagens donnees dati immagini veri выборка данные 集 集合 数据 图片 图像 セット データ 画像 세트 데이터 이미지'.split(
    ' ',
  ),
);

const meanings = new Map<string, SplitWord>(
  Object.entries(WORDS).flatMap(([split, words]) => words.split(' ').map((word) => [word, split as SplitWord] as const)),
);

/** A word with digits behind it (`train2017`, `test1`), or run together with a filler (`trainset`, `testdata`). */
function pieces(word: string): string[] {
  if (meanings.has(word)) return [word];
  const bare = word.replace(/\d+$/, '');
  if (bare !== word) return bare === '' ? [] : pieces(bare);
  for (const meaning of meanings.keys()) {
    if (word.startsWith(meaning) && FILLERS.has(word.slice(meaning.length))) return [meaning];
    if (word.endsWith(meaning) && FILLERS.has(word.slice(0, -meaning.length))) return [meaning];
  }
  return [word];
}

/** "TrainingSet_v2" → training, set, v. */
const wordsOf = (name: string): string[] =>
  name
    .normalize('NFKD')
    .replace(/(?<=\p{Script=Latin})\p{Mn}+/gu, '')
    .normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})|(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1$3 $2$4')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((word) => (word === '' ? [] : pieces(word)));

export interface NamedSplit {
  readonly split: SplitWord;
  /** The name's other words, fillers and numbers left out: what is left of `asl_alphabet_train`. */
  readonly rest: string;
}

/** The split that a name speaks of; null where it names none, or two that exclude each other. */
export function splitIn(name: string): NamedSplit | null {
  const words = wordsOf(name);
  const found = new Set(words.flatMap((word) => meanings.get(word) ?? []));
  // COCO's and VOC's "train_val" is trained on.
  if (found.size === 2 && found.has('train')) found.delete('validation');
  const [split] = found;
  if (split === undefined || found.size > 1) return null;
  return { split, rest: words.filter((word) => !meanings.has(word) && !FILLERS.has(word)).join(' ') };
}

/** The other words of a name, fillers among them: "train_images" → images. */
export const withoutSplit = (name: string): string[] => wordsOf(name).filter((word) => !meanings.has(word));

/** The split that a name speaks of and nothing else: a cell, a folder on its own. */
export function splitNamed(name: string): SplitWord | null {
  const found = splitIn(name);
  return found?.rest === '' ? found.split : null;
}

/** Names beside each other that speak of splits. A name with other words counts where another split has the same words beside it. */
export function splitsAmong(names: Iterable<string>): ReadonlyMap<string, NamedSplit> {
  const found = new Map<string, NamedSplit>();
  const kinds = new Map<string, Set<SplitWord>>();
  for (const name of names) {
    const one = splitIn(name);
    if (one === null) continue;
    found.set(name, one);
    kinds.set(one.rest, (kinds.get(one.rest) ?? new Set()).add(one.split));
  }
  for (const [name, { rest }] of found) if (rest !== '' && (kinds.get(rest)?.size ?? 0) < 2) found.delete(name);
  return found;
}
