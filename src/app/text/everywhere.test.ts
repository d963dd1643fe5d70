/** Words of the page are in the catalogue, and reach what shows them by context or by hand: this reads the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const APP = 'src/app';
const files = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/(^|\/)(text|testing)\/|\.test\./.test(name))
  .map((name) => {
    const path = join(APP, name);
    return { path, source: ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true) };
  });

const walk = (node: ts.Node, see: (node: ts.Node) => void): void => {
  see(node);
  node.forEachChild((child) => walk(child, see));
};

/** Every place where `found` says something, as "file:line what". */
function places(found: (node: ts.Node, path: string) => string | null): string[] {
  return files.flatMap(({ path, source }) => {
    const here: string[] = [];
    walk(source, (node) => {
      const what = found(node, path);
      if (what !== null) here.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`);
    });
    return here;
  });
}

const inFunction = (node: ts.Node): boolean => ts.findAncestor(node.parent, ts.isFunctionLike) !== undefined;

test('no module holds the words of one language', () => {
  const held = places((node, path) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const from = join(dirname(path), node.moduleSpecifier.text);
      const named = node.importClause?.namedBindings;
      const values =
        node.importClause?.isTypeOnly !== true &&
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.some((each) => !each.isTypeOnly);
      return values && /^src\/app\/text\/(en|zh)(\/|$)/.test(from) ? `imports ${from}` : null;
    }
    const hook = ts.isCallExpression(node) && ts.isIdentifier(node.expression) && /^use(Text|Story)$/.test(node.expression.text);
    return hook && !inFunction(node) ? 'asks for words once for all' : null;
  });
  // The language that the page begins with.
  expect(held.map((place) => place.replace(/:\d+/, ''))).toEqual([`${APP}/language.ts imports ${APP}/text/en`]);
});

const SPOKEN = new Set(['aria-label', 'aria-description', 'title', 'label', 'placeholder', 'alt', 'description']);
/** The name of a model on a hub is a word of no language. */
const isWord = (text: string) => /\p{L}{2}/u.test(text) && !/^[\w.-]+\/[\w.-]+$/.test(text);

test('no word stands in a component', () => {
  const words = places((node) => {
    if (ts.isJsxText(node) && isWord(node.text)) return node.text.trim();
    if (!ts.isJsxAttribute(node) || !SPOKEN.has(node.name.getText()) || node.initializer === undefined) return null;
    const value = ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
    return value !== undefined && ts.isStringLiteralLike(value) && isWord(value.text) ? `${node.name.getText()}="${value.text}"` : null;
  });
  expect(words).toEqual([]);
});
