import { expect, test } from 'vitest';
import { textWidth, wrapped } from './text-width';

test('square letters and full-width signs take a square each, with the margin of every text', () => {
  expect(textWidth('遗忘，（）。', 10)).toBeCloseTo(6 * 10 * 1.1, 9);
});

test('words break at spaces, square letters between each other, and no sign that closes begins a line', () => {
  expect(wrapped('one two three', textWidth('one two', 10) + 0.1, 10)).toEqual(['one two', 'three']);
  expect(wrapped('平均准确率，所有任务', textWidth('平均准确率', 10), 10)).toEqual(['平均准确', '率，所有任', '务']);
  expect(wrapped('方法（InfLoRA）', textWidth('方法（', 10) + 0.1, 10)).toEqual(['方法', '（InfLoRA）']);
});

test('what is broken is all there', () => {
  for (const words of ['用 DualGPM 记住：“旧任务”的输入（95 %）。', 'a “quoted” word, and don’t…', ''])
    expect(wrapped(words, 30, 10).join('').replaceAll(' ', '')).toBe(words.replaceAll(' ', ''));
});
