import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecordText } from '../session/record-text';
import { recordIn, runNamed } from './names';
import { en } from './text/en';
import { zh } from './text/zh';

const record = parseRecordText(readFileSync('public/runs/default.json', 'utf8'));

describe('a record in the language of the page', () => {
  it('is itself in English', () => {
    expect(recordIn(en, record)).toBe(record);
  });

  it('differs in names alone, and is made once', () => {
    const shown = recordIn(zh, record);
    expect(shown.stream.tasks.map(({ name }) => name)[0]).toBe('数字 · 釉面');
    expect(shown.stream.title).toBe('材质');
    const { title, tasks, classNames } = record.stream;
    const names = record.stream.tasks.map(({ name }, i) => ({ ...shown.stream.tasks[i], name }));
    expect({ ...shown, stream: { ...shown.stream, title, tasks: names, classNames } }).toEqual({ ...record, stream: { ...record.stream, tasks } });
    expect(recordIn(zh, record)).toBe(shown);
    expect(runNamed(zh, record)).toBe('材质 · InfLoRA, 微调, 顺序LoRA, 冻结 · 种子0');
  });
});
