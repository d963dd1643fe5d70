/** Tables and figures compiled by real engines, with names as strangers' files have them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../../app/testing/synthetic-record';
import { definitionOf, METHODS } from '../../continual/registry';
import { paper } from '../../app/text/en/paper';
import { runLatex } from '../latex';

const NAMES = [
  ...['[0, 50] cm', '[50, 100] cm', '*starred*', '<b>dogs</b>', 'a|b "c" --d', "''quoted'' ``twice``", '50% of $x_1^2$ & #~\\'],
  ...[
    '{unbalanced',
    '猫と犬',
    '한국어',
    '🐈‍⬛ cats ❤️',
    'Żółć ąęį Đđ',
    'ﬁn ß ñ « »',
    'שלום',
    'naïve—café…',
    '\u202eevil',
    '',
    ']',
    '\\\\',
    '=',
  ],
];

/** The log of a document that inputs the file, with the packages that it asks for. Throws where the engine stops. */
function compile(engine: string, tex: string): { log: string; text: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'latex-'));
  try {
    writeFileSync(path.join(folder, 'run.tex'), tex);
    const packages = '\\usepackage{booktabs}\\usepackage{pgfplots}\\pgfplotsset{compat=1.18}';
    const document = `\\documentclass{article}${packages}\\begin{document}\\small\\listoftables\\input{run}\\end{document}`;
    writeFileSync(path.join(folder, 'paper.tex'), document);
    // Twice: captions pass through the list of tables.
    for (const _ of [1, 2]) {
      const { stdout, status } = spawnSync(engine, ['-interaction=nonstopmode', '-halt-on-error', 'paper.tex'], {
        cwd: folder,
        timeout: 120_000,
      });
      expect(status, stdout.toString().slice(-1500)).toBe(0);
    }
    const hasText = spawnSync('pdftotext', ['-v']).status === 0;
    if (hasText) execFileSync('pdftotext', ['-layout', 'paper.pdf'], { cwd: folder });
    const read = (name: string) => (existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), 'utf8') : '');
    return { log: read('paper.log'), text: read('paper.txt') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Those of the engines that are not installed are skipped. */
export function describeEngines(engines: readonly string[]): void {
  describe.each(engines)('LaTeX of a run, %s', (engine) => {
    it.skipIf(spawnSync(engine, ['--version']).status !== 0)(
      'compiles, every name in its place',
      () => {
        for (let from = 0; from < NAMES.length; from += 5) {
          const some = NAMES.slice(from, from + 5);
          const plain = syntheticRecord({ methods: ['inflora'], tasks: some.length });
          const stream = {
            ...plain.stream,
            title: some.join(' '),
            tasks: plain.stream.tasks.map((task, i) => ({ ...task, name: some[i] ?? '' })),
          };
          const methods = plain.methods.map((method) => ({ ...method, title: `${method.title} ${some[0] ?? ''}` }));
          const { log, text } = compile(engine, runLatex({ ...plain, stream, methods }, paper));
          expect(log).not.toMatch(/^! /m);
          if (text !== '' && from === 0)
            for (const name of ['[0, 50] cm', '[50, 100] cm', '*starred*', '<b>dogs</b>']) expect(text).toContain(name);
        }
      },
      300_000,
    );

    it.skipIf(spawnSync(engine, ['--version']).status !== 0)(
      'compiles with every method of this build, up to eight a run',
      () => {
        const ids = METHODS.map(({ id }) => id);
        for (let from = 0; from < ids.length; from += 8) {
          const methods = ids.slice(from, from + 8);
          const { log, text } = compile(engine, runLatex(syntheticRecord({ methods, tasks: 3 }), paper));
          expect(log).not.toMatch(/^! /m);
          if (text === '') continue;
          // A dash of LaTeX is another character.
          for (const id of methods) expect(text.replace(/[‐–]/g, '-'), id).toContain(definitionOf(id).title);
        }
      },
      300_000,
    );
  });
}
