/**
 * The page reads what methods are; only its worker makes them. In the page's own code `create` is left out of every definition, and
 * with it all that nothing else asks for: a third of what describes the methods.
 */
import type { Plugin } from 'vite';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** All nodes below one, itself included. */
function* nodesIn(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) if (isNode(each)) yield* nodesIn(each);
  }
}

const named = (node: unknown, name: string): boolean => isNode(node) && node['name'] === name;

export const definitionsPlugin: Plugin = {
  name: 'definitions-alone',
  apply: 'build',
  enforce: 'post',
  transform: {
    filter: { id: /\/src\/continual\/methods\/[^/]+\.ts$/ },
    handler(code) {
      const calls = [...nodesIn(this.parse(code) as unknown as Node)].filter(
        ({ type, callee }) => type === 'CallExpression' && named(callee, 'defineMethod'),
      );
      const made = calls.flatMap((call) => [...nodesIn(call)]).filter(({ type, key }) => type === 'Property' && named(key, 'create'));
      if (made.length === 0) return null;
      // From the end, so that places before stay true.
      const left = made
        .toSorted((a, b) => b.start - a.start)
        .reduce((text, { start, end }) => text.slice(0, start) + CREATE + text.slice(end), code);
      return { code: left, map: null };
    },
  },
};

const CREATE = `create: () => { throw new Error('Methods are made by the worker'); }`;
