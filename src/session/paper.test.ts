import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../app/testing/synthetic-record';
import { paper } from '../app/text/en/paper';
import { paper as chinese } from '../app/text/zh/paper';
import { predictionsCsv } from './csv';
import { runLatex } from './latex';
import { escapeLatex } from './latex-text';
import { bibtex, methodsParagraph } from './methods-text';

describe('LaTeX', () => {
  it('escapes what TeX would obey, and drops what nobody sees', () => {
    expect(escapeLatex('50% of \\input{/etc/passwd} $x_1^2$ ~#&')).toBe(
      '50\\% of \\textbackslash{}input\\{/etc/passwd\\} \\$x\\_1\\textasciicircum{}2\\$ \\textasciitilde{}\\#\\&',
    );
    expect(escapeLatex('a\u202eb\u0000c')).toBe('a b c');
    expect(escapeLatex('[0, 5] *<a|b>* "c" --d')).toBe('[0, 5] *\\textless{}a\\textbar{}b\\textgreater{}* {\\string"}c{\\string"} -{}-d');
    expect(escapeLatex('Żółw Đ 中')).toBe('Żółw \\otherchar{272}{Đ}{U+0110} \\otherchar{20013}{中}{U+4E2D}');
    expect(escapeLatex('ą')).toBe('\\otherchar{261}{ą}{a}');
  });

  it('has a row for every method and task, and balanced environments', () => {
    const record = syntheticRecord({ methods: ['inflora', 'full-fine-tuning'], tasks: 3 });
    const tex = runLatex(record, paper);
    expect(tex).toContain('    {InfLoRA} & ');
    expect(tex.match(/\\toprule/g)).toHaveLength(3);
    expect(tex.match(/\\addplot/g)).toHaveLength(2);
    for (const name of ['table', 'tabular', 'figure', 'axis', 'tikzpicture']) {
      expect(tex.split(`\\begin{${name}}`).length, name).toBe(tex.split(`\\end{${name}}`).length);
    }
    const first = record.methods[0]?.results[2]?.readings.own?.classIncremental[0] ?? NaN;
    expect(tex).toContain((100 * first).toFixed(1));
  });

  it('keeps hostile names harmless', () => {
    const plain = syntheticRecord({ tasks: 2 });
    const stream = { ...plain.stream, title: '\\write18{rm}', tasks: plain.stream.tasks.map((task) => ({ ...task, name: 'a & b_c' })) };
    const tex = runLatex({ ...plain, stream }, paper);
    expect(tex).not.toContain('\\write18{');
    expect(tex).toContain('a \\& b\\_c');
  });
});

describe('methods paragraph', () => {
  it('names every hyper-parameter of the run and cites entries that the bibliography has', () => {
    const record = syntheticRecord({ methods: ['inflora', 'inflora-ca', 'sequential-lora', 'full-fine-tuning', 'joint', 'nearest-mean'] });
    const paragraph = methodsParagraph(record, paper);
    const { training, seed } = record.experiment;
    for (const value of [training.epochs, training.batchSize, training.learningRate, training.weightDecay, seed]) {
      expect(paragraph).toContain(String(value));
    }
    expect(paragraph).toMatch(/rank \d+, threshold from 0\.\d+ towards/);
    const cited = [...paragraph.matchAll(/\\cite\{([^}]+)\}/g)].flatMap(([, keys]) => keys?.split(',') ?? []);
    const entries = [...bibtex(record).matchAll(/@\w+\{([^,]+),/g)].map(([, key]) => key);
    expect([...new Set(cited)].sort()).toEqual(entries.toSorted());
    expect(bibtex(record).split('{').length).toBe(bibtex(record).split('}').length);
  });
});

describe('papers in Chinese', () => {
  const record = syntheticRecord({ methods: ['inflora', 'full-fine-tuning'], tasks: 3 });

  it('say that they need ctex, and set Chinese names as they are', () => {
    const stream = { ...record.stream, title: '手写数字' };
    const tex = runLatex({ ...record, stream }, chinese);
    expect(tex).toContain('\\usepackage{ctex}');
    expect(tex).toContain('{手写数字}');
    expect(runLatex({ ...record, stream }, paper)).toContain('\\otherchar{25163}{手}');
  });

  it('have the numbers, citations and environments of the English ones', () => {
    const figures = (tex: string) => tex.match(/^ {4}\{.*\d+\.\d.*$|coordinates.*$/gm)?.map((line) => line.replace(/^ {4}\{[^}]*\}/, ''));
    expect(figures(runLatex(record, chinese))).toEqual(figures(runLatex(record, paper)));
    const cited = (tex: string) => tex.match(/\\cite\{[^}]+\}/g);
    expect(cited(methodsParagraph(record, chinese))).toEqual(cited(methodsParagraph(record, paper)));
    const { training, seed } = record.experiment;
    for (const value of [training.epochs, training.batchSize, training.learningRate, training.weightDecay, seed])
      expect(methodsParagraph(record, chinese)).toContain(String(value));
  });
});

describe('predictions', () => {
  it('has a line for every image after every task, with the truth where it is known', () => {
    const record = syntheticRecord({ methods: ['inflora'], tasks: 2 });
    const csv = predictionsCsv(record, [[0, 1]], 'own', [['cats/Bär, 1.png']]);
    expect(csv.startsWith('\ufeffseed,method,')).toBe(true);
    const lines = csv.trim().split('\r\n');
    const images = record.methods[0]?.results.flatMap(({ readings }) => readings.own?.predicted.flat() ?? []).length ?? 0;
    expect(lines).toHaveLength(1 + images);
    const predicted = record.methods[0]?.results[0]?.readings.own?.predicted[0]?.[0] ?? NaN;
    const className = record.stream.classNames;
    expect(lines[1]).toBe(
      `${record.experiment.seed},inflora,1,1,1,"cats/Bär, 1.png",${predicted},${className[predicted]},0,${className[0]},${predicted === 0 ? 1 : 0}`,
    );
    expect(lines.at(-1)).toMatch(/,,,$/);
  });
});
