/** Which classes make up which task of a class-incremental stream. */
import { listed, said, type Fact, type Sentence } from '../common/said';
import { DataError } from './errors';
import type { GivenTask, LabelledImages } from './labelled-images';

/** Structurally the experiment's `stream.split`. */
export type TaskSplitOption =
  | { readonly kind: 'as-given' }
  | { readonly kind: 'equal'; readonly classesPerTask: number }
  | { readonly kind: 'counts'; readonly counts: readonly number[] }
  | { readonly kind: 'explicit'; readonly tasks: readonly NamedTask[] };

interface NamedTask {
  readonly name: string;
  readonly classes: readonly string[];
  readonly domain?: string | undefined;
}

type Mix = <T>(items: readonly T[], what: string) => T[];

/** Tasks proposed where neither source nor experiment says: five, fewer where that would leave tasks of one class. */
const PROPOSED_TASKS = 5;

function refuseSingle(count: number, name: Fact, field: string, remedy: Sentence): void {
  if (count === 1) {
    throw new DataError(
      said`Task "${name}" would have one class only, and a classifier of one class has nothing to learn. ${remedy}`,
      field,
    );
  }
}

/** Classes that a task without a name of its own is called after. */
const NAMING_CLASSES = 3;

/** "cat, dog", "cat, dog, 8 more": a number alone says nothing of what is learned. */
function nameAfter(classNames: readonly string[]): string {
  if (classNames.length <= NAMING_CLASSES) return classNames.join(', ');
  const first = classNames.slice(0, NAMING_CLASSES - 1);
  return `${first.join(', ')}, ${classNames.length - first.length} more`;
}

function consecutive({ classNames }: LabelledImages, order: readonly number[], counts: readonly number[]): GivenTask[] {
  let from = 0;
  return counts.map((count) => {
    const classes = order.slice(from, from + count);
    from += count;
    return { name: nameAfter(classes.map((index) => classNames[index] ?? String(index))), classes, domain: null };
  });
}

function equalCounts(total: number, perTask: number): number[] {
  if (perTask < 2) refuseSingle(perTask, said`Task ${1}`, 'stream.split.classesPerTask', said`Give 2 or more classes a task.`);
  const counts = Array.from({ length: Math.floor(total / perTask) }, () => perTask);
  const rest = total % perTask;
  refuseSingle(
    rest,
    said`Task ${counts.length + 1}`,
    'stream.split.classesPerTask',
    said`${total} classes in tasks of ${perTask} leave one over: choose another number, or keep ${total - 1} classes (stream.maxClasses).`,
  );
  if (rest > 0) counts.push(rest);
  return counts;
}

function givenCounts(total: number, counts: readonly number[]): readonly number[] {
  const field = 'stream.split.counts';
  counts.forEach((count, i) => refuseSingle(count, said`Task ${i + 1}`, field, said`Give every task 2 or more classes.`));
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum > total)
    throw new DataError(said`The tasks ask for ${sum} classes in all (${counts.join(' + ')}), but there are ${total}.`, field);
  return counts;
}

function proposedCounts(total: number): number[] {
  const tasks = Math.min(PROPOSED_TASKS, Math.floor(total / 2));
  return Array.from({ length: tasks }, (_, i) => Math.floor(total / tasks) + (i < total % tasks ? 1 : 0));
}

function domainIndex({ domainNames }: LabelledImages, domain: string, field: string): number {
  const index = domainNames.indexOf(domain);
  if (index >= 0) return index;
  throw new DataError(
    said`There is no domain "${domain}". ${domainNames.length === 0 ? said`These images have none.` : said`There are: ${listed(domainNames)}.`}`,
    `${field}.domain`,
  );
}

/**
 * A task brings new classes, or those of an earlier task under another condition (class- and domain-incremental mixed):
 * it then trains the same head again. Throws DataError on a class that is twice in the same images.
 */
function refuseMixedUp({ name, classes, domain }: NamedTask, owners: ReadonlyMap<string, readonly NamedTask[]>, field: string): void {
  const twice = new Set(classes).size === classes.length ? undefined : classes.find((className, i) => classes.indexOf(className) !== i);
  if (twice !== undefined) throw new DataError(said`Class "${twice}" is twice in task "${name}".`, field);
  for (const className of classes) {
    const same = owners.get(className)?.find((other) => domain === undefined || other.domain === undefined || other.domain === domain);
    if (same !== undefined) {
      throw new DataError(
        said`Class "${className}" is in task "${same.name}" and again in task "${name}". A class belongs to one task, or to one for each domain.`,
        field,
      );
    }
  }
  const [first = ''] = classes;
  const before = owners.get(first)?.[0];
  const known = classes.filter((className) => owners.has(className));
  if (known.length > 0 && (before === undefined || known.length < classes.length || before.classes.length !== classes.length)) {
    throw new DataError(
      said`Task "${name}" mixes classes that came before with others ("${known[0] ?? ''}" came before). A task brings new classes, or exactly those of an earlier task in another domain.`,
      field,
    );
  }
  const owned = new Set(before?.classes);
  if (before !== undefined && classes.some((className) => !owned.has(className))) {
    throw new DataError(
      said`Task "${name}" takes classes of several earlier tasks. Give it exactly those of one of them, in another domain.`,
      field,
    );
  }
}

function explicitTasks(images: LabelledImages, kept: readonly number[], tasks: readonly NamedTask[]): GivenTask[] {
  const indexOf = new Map(kept.map((index) => [images.classNames[index] ?? '', index]));
  const owners = new Map<string, NamedTask[]>();
  return tasks.map((task, position) => {
    const { name, classes, domain } = task;
    const field = `stream.split.tasks.${position}`;
    refuseSingle(classes.length, name, field, said`Name 2 or more.`);
    refuseMixedUp(task, owners, field);
    return {
      name,
      domain: domain === undefined ? null : domainIndex(images, domain, field),
      classes: classes.map((className) => {
        const index = indexOf.get(className);
        if (index === undefined) {
          const near = [...indexOf.keys()].slice(0, 8).join(', ');
          throw new DataError(
            said`Task "${name}" names the class "${className}", which is not there. There are ${indexOf.size}: ${near}${indexOf.size > 8 ? ', …' : ''}.`,
            field,
          );
        }
        owners.set(className, [...(owners.get(className) ?? []), task]);
        return index;
      }),
    };
  });
}

function asGiven(given: readonly GivenTask[], kept: readonly number[]): GivenTask[] {
  const wanted = new Set(kept);
  const tasks = given
    .map((task) => ({ ...task, classes: task.classes.filter((index) => wanted.has(index)) }))
    .filter(({ classes }) => classes.length > 0);
  for (const { name, classes } of tasks) {
    refuseSingle(classes.length, name, 'stream.maxClasses', said`Keep more classes, fewer, or choose another split.`);
  }
  return tasks;
}

/**
 * The tasks, in order, as lists of the data set's classes. `mix` shuffles where the order is seeded: classes for
 * `equal` and `counts`, whole tasks for `as-given`; an explicit list is its own order. `counts` may leave classes over.
 * Where `as-given` meets a source without tasks, five equal tasks are proposed.
 */
export function planTasks(images: LabelledImages, kept: readonly number[], split: TaskSplitOption, mix: Mix): GivenTask[] {
  switch (split.kind) {
    case 'equal':
      return consecutive(images, mix(kept, 'classes'), equalCounts(kept.length, split.classesPerTask));
    case 'counts':
      return consecutive(images, mix(kept, 'classes'), givenCounts(kept.length, split.counts));
    case 'explicit':
      return explicitTasks(images, kept, split.tasks);
    case 'as-given':
      if (images.givenTasks !== null) return mix(asGiven(images.givenTasks, kept), 'tasks');
      if (kept.length < 4) return consecutive(images, mix(kept, 'classes'), [kept.length]);
      return consecutive(images, mix(kept, 'classes'), proposedCounts(kept.length));
  }
}
