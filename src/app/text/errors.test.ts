/** Catalogues of what the layers below say, against the sentences in their sources. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { said, SaidError, worded, type Fact } from '../../common/said';
import { recall } from './recall';
import { say } from './say';
import { errors } from './zh/errors';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\/(testing|fixtures)\//.test(path))
  .map((path) => ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));

function every(visit: (node: ts.Node, path: string) => void): void {
  for (const source of sources) {
    const walk = (node: ts.Node): void => {
      visit(node, source.fileName);
      ts.forEachChild(node, walk);
    };
    walk(source);
  }
}

function codeOf({ template }: ts.TaggedTemplateExpression): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return template.templateSpans.reduce((code, span, i) => `${code}{${i}}${span.literal.text}`, template.head.text);
}

const codes = new Set<string>();
every((node) => {
  if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'said') codes.add(codeOf(node));
});

const places = (template: string) => (template.match(/\{\d+\}/g) ?? []).sort().join(' ');

describe('sentences', () => {
  it('are all in the Chinese catalogue, and nothing else is', () => {
    expect(codes.size).toBeGreaterThan(400);
    expect([...codes].filter((code) => !Object.hasOwn(errors, code))).toEqual([]);
    expect(Object.keys(errors).filter((code) => !codes.has(code))).toEqual([]);
  });

  it('say every fact once in each language', () => {
    expect(Object.entries(errors).filter(([code, template]) => places(code) !== places(template))).toEqual([]);
  });

  it('are in Chinese where they hold words, with its punctuation and no blanks between scripts', () => {
    const plain = (code: string) => code.replace(/\{\d+\}/g, '').replace(/“[^”]*”|"[^"]*"/g, '');
    const worthy = Object.entries(errors).filter(([code]) => /[a-z]{2,} [a-z]{2,}/.test(plain(code)));
    expect(worthy.filter(([, template]) => !/\p{Script=Han}/u.test(template))).toEqual([]);
    expect(
      Object.values(errors).filter((template) => /\p{Script=Han}[ ,;:!?"]|[ ,;:!?"]\p{Script=Han}/u.test(template.replace(/ x /g, ''))),
    ).toEqual([]);
  });

  it('figures in them are the same', () => {
    const figures = (template: string) => (template.replace(/\{\d+\}/g, ' ').match(/\d+(?:\.\d+)?/g) ?? []).sort().join(' ');
    expect(Object.entries(errors).filter(([code, template]) => figures(code) !== figures(template))).toEqual([]);
  });

  it('are what is thrown: by their type, but for words of the page and of a schema', () => {
    const asItIs = new Set<string>();
    every((node, path) => {
      if (ts.isCallExpression(node) && node.expression.getText() === 'asIs') asItIs.add(path);
    });
    expect([...asItIs].sort()).toEqual(['src/app/runs/browser-shelf.ts', 'src/app/store/run.ts', 'src/common/issue.ts']);
    // @ts-expect-error A string that no catalogue could word.
    expect(() => worded(new SaidError('English').said)).not.toThrow();
  });

  it('but for what only programmers and `lab` can bring about, in these files', () => {
    const plain: string[] = [];
    every((node, path) => {
      if (!ts.isNewExpression(node) || !/^(Error|TypeError|RangeError)$/.test(node.expression.getText())) return;
      if (/^src\/(data|vit|session|worker)\//.test(path)) plain.push(path);
    });
    expect([...new Set(plain)].sort()).toEqual([
      'src/data/image-store.ts',
      'src/data/tasks.ts',
      'src/session/look-images.ts',
      'src/session/migrations.ts',
      'src/session/run.ts',
      'src/session/state-file.ts',
      'src/worker/automation.ts',
      'src/worker/layer-pool.ts',
      'src/worker/loaded-stream.ts',
      'src/worker/predict.ts',
    ]);
  });
});

describe('in a language', () => {
  const chinese = { errors };
  const english = { errors: {} };
  const refusal = said`A stream needs two or more classes, but there is ${said`only the class "${'cat'}"`}${''}.${''}${''} Sort the images into one folder per class, or put a table of file names and labels beside them.`;

  it('facts take the places that the language gives them, sentences among them in its words', () => {
    expect(say(chinese, refusal)).toBe(
      '任务流需要两个或更多类别，但只有类别“cat”。请把图像分到每个类别一个文件夹中，或在旁边放一个文件名与标签的表格。',
    );
    expect(say(english, refusal)).toMatch(/^A stream needs two or more classes, but there is only the class "cat"\. Sort/);
    expect(say(chinese, said`${1} of ${3} files are missing.`)).toBe('3个文件中缺少1个。');
  });

  it('a place in a fact is no place, and what no catalogue has is English', () => {
    const name = '{1} $& {0}';
    expect(say(chinese, said`There is no file "${name}".`)).toBe(`没有文件“${name}”。`);
    expect(say(chinese, said`Nobody translated ${2} of these.`)).toBe('Nobody translated 2 of these.');
  });

  it('records, which are English, are known again by their templates', () => {
    const told: readonly Fact[] = [refusal, said`class ${'cat'}`, said`its ${'JPEG'} data cannot be decoded${''}`];
    expect(recall(chinese, 'it is not an image')).toBe('它不是图像');
    expect(recall(chinese, worded(said`it could be "${'a/0.png'}" or "${'b/0.png'}"`))).toBe('它可能是“a/0.png”或“b/0.png”');
    expect(recall(chinese, worded(said`${'inflora'}: ${said`The GPU was lost (${'unknown'}): ${'reset'}`}`))).toBe(
      'inflora：失去了GPU（unknown）：reset',
    );
    for (const each of told) expect(recall(english, worded(each))).toBe(worded(each));
    expect(recall(chinese, 'Nobody knows this')).toBe('Nobody knows this');
  });
});
