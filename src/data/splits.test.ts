import { describe, expect, it } from 'vitest';
import { splitIn, splitNamed, splitsAmong, withoutSplit } from './splits';

describe('splits by name', () => {
  it.each([
    [
      'train',
      [
        'train',
        'Training',
        'train_set',
        'trainset',
        'TrainData',
        'seg_train',
        'train2017',
        'Final_Training',
        'train-images',
        'trainval',
        'train_val',
      ],
    ],
    ['validation', ['val', 'valid', 'Validation', 'val_set', 'dev', 'eval', 'val2017']],
    ['test', ['test', 'TEST', 'testing', 'test_set', 'seg_test', 'test1', 'PublicTest', 'Private Test', 't10k', 'holdout']],
    ['unlabelled', ['seg_pred', 'unlabeled', 'unlabelled', 'submission']],
    // Chinese, Japanese, Korean, Russian, Spanish, Portuguese, French, German, Italian, Turkish.
    [
      'train',
      ['训练集', '学習データ', '훈련 세트', 'entrenamiento', 'treino', 'Entraînement', 'Trainingsdaten', 'addestramento', 'Eğitim'],
    ],
    ['test', ['测试集', 'テストデータ', '테스트', 'тест', 'prueba', 'Testdaten', 'Testbilder']],
    ['validation', ['验证集', '検証データ', '검증', 'Validierung', 'validação']],
  ] as const)('%s: %j', (split, names) => {
    expect(names.map((name) => [name, splitNamed(name)])).toEqual(names.map((name) => [name, split]));
  });

  it.each([
    ['cifar10_train', 'train', 'cifar'],
    ['asl_alphabet_test', 'test', 'asl alphabet'],
    ['val_annotations', 'validation', 'annotations'],
    ['GT-final_test', 'test', 'gt'],
    ['sample_submission', 'unlabelled', 'sample'],
    ['train_station', 'train', 'station'],
  ])('%s speaks of %s and says %s besides', (name, split, rest) => {
    expect(splitIn(name)).toEqual({ split, rest });
    expect(splitNamed(name)).toBeNull();
  });

  it.each(['testudo', 'trainer', 'valley', 'devices', 'cat', '', 'latest', 'contest', 'n01443537', 'train_test', 'retrieval'])(
    '%j names none',
    (name) => {
      expect(splitIn(name)).toBeNull();
    },
  );

  it('beside each other, names with other words count where another split has the same words', () => {
    const found = (names: string[]) => [...splitsAmong(names).keys()];
    expect(found(['asl_train', 'asl_test'])).toEqual(['asl_train', 'asl_test']);
    expect(found(['train_station', 'bus_stop', 'test_tube'])).toEqual([]);
    expect(found(['train', 'test_tube'])).toEqual(['train']);
  });

  it('keeps the other words of arrays', () => {
    expect(['x_train', 'test_images', 'val-labels', 'images'].map((name) => withoutSplit(name).join('_'))).toEqual([
      'x',
      'images',
      'labels',
      'images',
    ]);
  });
});
