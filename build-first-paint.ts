/**
 * The page's own code that the first paint waits for is one piece. Left to itself the bundler cuts it by who else imports what, into
 * dozens of files that pack worse and are asked for one by one. Libraries are left to it: of them a piece would take what only later
 * parts use.
 */
interface Graph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

const ENTRY = /\/src\/app\/main\.tsx$/;
const OWN = /\/src\/[^?]*\.tsx?$/;

export function firstPaint(): (id: string, graph: Graph) => string | null {
  const waited = new Set<string>();
  const follow = (id: string, graph: Graph) => {
    if (waited.has(id) || !OWN.test(id)) return;
    waited.add(id);
    for (const next of [...(graph.getModuleInfo(id)?.importedIds ?? [])]) follow(next, graph);
  };
  return (id, graph) => {
    if (ENTRY.test(id)) follow(id, graph);
    return waited.has(id) ? 'page' : null;
  };
}
