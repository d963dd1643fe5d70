/** Outer folders that hold folders of classes: the conditions under which the same classes come, or groups of classes. */
import type { GivenTask } from '../labelled-images';
import type { LayoutOptions } from './assemble';
import type { Placed } from './placed';

function classNamesOf(placed: readonly Placed[]): Set<string> {
  const names = new Set<string>();
  for (const { className } of placed) if (className !== null) names.add(className);
  return names;
}

/** Tiny-ImageNet and others keep `<class>/JPEG/…`: a last folder that all classes share says nothing. */
export function trimSharedTail(placed: readonly Placed[]): readonly Placed[] {
  const names = classNamesOf(placed);
  const tails = new Set([...names].map((name) => name.slice(name.lastIndexOf('/') + 1)));
  if (tails.size !== 1 || names.size < 2 || ![...names].every((name) => name.includes('/'))) return placed;
  return placed.map((image) => ({ ...image, className: image.className?.slice(0, image.className.lastIndexOf('/')) ?? null }));
}

/** `<domain>/<class>`, where a folder that all share may stand between (Office-31's `amazon/images/bike`); null elsewhere. */
function domainAndClass(className: string): readonly [domain: string, inner: string] | null {
  const at = className.indexOf('/');
  return at < 0 ? null : [className.slice(0, at), className.slice(at + 1)];
}

/**
 * Outer folders as domains: asked for, or where each of them holds the same two or more classes. Omniglot's alphabets
 * share names such as "character01", but not all of them.
 */
export function withDomains(placed: readonly Placed[], outerFolder: LayoutOptions['outerFolder']): Placed[] | null {
  if (outerFolder === 'group') return null;
  const classesOf = new Map<string, Set<string>>();
  for (const className of classNamesOf(placed)) {
    const parts = domainAndClass(className);
    if (parts === null) return null;
    const [domain, inner] = parts;
    classesOf.set(domain, (classesOf.get(domain) ?? new Set()).add(inner));
  }
  const sets = [...classesOf.values()];
  const alike = sets.every((set) => set.size > 1 && set.size === sets[0]?.size && [...set].every((name) => sets[0]?.has(name)));
  if (sets.length < 2 || (outerFolder !== 'domain' && !alike)) return null;
  const middles = new Set(
    sets.flatMap((set) => [...set].map((inner) => (inner.includes('/') ? inner.slice(0, inner.indexOf('/') + 1) : ''))),
  );
  const [middle = ''] = middles;
  return placed.map((image) => {
    if (image.className === null) return image;
    const [domain, inner] = domainAndClass(image.className) ?? ['', image.className];
    return { ...image, domain, className: middles.size === 1 ? inner.slice(middle.length) : inner };
  });
}

/** Tasks for classes that are grouped one folder up (Omniglot's alphabets), where every group has two or more. */
export function groupsAsTasks(classNames: readonly string[]): GivenTask[] | null {
  const groups = new Map<string, number[]>();
  for (const [index, name] of classNames.entries()) {
    const parts = name.split('/');
    const [group] = parts;
    if (parts.length !== 2 || group === undefined) return null;
    groups.set(group, [...(groups.get(group) ?? []), index]);
  }
  if (groups.size < 2 || [...groups.values()].some(({ length }) => length < 2)) return null;
  return [...groups].map(([name, classes]) => ({ name, classes, domain: null }));
}
