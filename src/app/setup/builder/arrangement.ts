/** Classes arranged into tasks: a value, and everything that can be done to it. */
import type { Experiment } from '../../../session/experiment';
import { createRng } from '../../../continual/rng';

/** A class as it is shown: one class of the source, or several that were merged. */
export interface ArrangedClass {
  readonly name: string;
  /** Names in the source. */
  readonly members: readonly string[];
}

export interface ArrangedTask {
  readonly name: string;
  readonly classes: readonly ArrangedClass[];
  /** Empty: images of all domains together; else one task for each of these, in this order, over the same classes. */
  readonly domains: readonly string[];
}

/** Images of a class at most; absent: all. */
export interface Caps {
  readonly train?: number | undefined;
  readonly test?: number | undefined;
}

export interface Arrangement {
  readonly tasks: readonly ArrangedTask[];
  /** Classes that no task has. */
  readonly leftOut: readonly ArrangedClass[];
  readonly caps: Caps;
}

/** A task as an experiment has it. */
export interface PlainTask {
  readonly name: string;
  readonly classes: readonly string[];
  readonly domain?: string | undefined;
}

/** Task number of the classes that are left out. */
export const LEFT_OUT = -1;

export const allClasses = ({ tasks, leftOut }: Arrangement) => [...tasks.flatMap(({ classes }) => classes), ...leftOut];

const nameIn = (name: string, domain: string) => `${name}, ${domain}`;

/** Tasks that follow each other with the same classes in different domains, as one. */
function joinDomains(tasks: readonly PlainTask[]): { name: string; classes: readonly string[]; domains: string[] }[] {
  const joined: { name: string; classes: readonly string[]; domains: string[] }[] = [];
  for (const { name, classes, domain } of tasks) {
    const before = joined.at(-1);
    const same = before?.classes.length === classes.length && before.classes.every((one, i) => one === classes[i]);
    if (before !== undefined && same && domain !== undefined && before.domains.length > 0) {
      const [first = ''] = before.domains;
      const ending = nameIn('', first);
      if (before.domains.length === 1 && before.name.endsWith(ending)) before.name = before.name.slice(0, -ending.length);
      before.domains.push(domain);
    } else joined.push({ name, classes, domains: domain === undefined ? [] : [domain] });
  }
  return joined;
}

/** The arrangement that an experiment and its loaded stream stand for. */
export function arrangementOf(
  { rename = [], trainPerClass, testPerClass }: Experiment['stream'],
  sourceNames: readonly string[],
  tasks: readonly PlainTask[],
): Arrangement {
  const newName = new Map(rename.map(({ from, to }) => [from, to]));
  const members = new Map<string, string[]>();
  for (const source of sourceNames) {
    const name = newName.get(source) ?? source;
    members.set(name, [...(members.get(name) ?? []), source]);
  }
  const shown = (name: string): ArrangedClass => ({ name, members: members.get(name) ?? [name] });
  const used = new Set(tasks.flatMap(({ classes }) => classes));
  return {
    tasks: joinDomains(tasks).map(({ name, classes, domains }) => ({ name, classes: classes.map(shown), domains })),
    leftOut: [...members.keys()].filter((name) => !used.has(name)).map(shown),
    caps: { train: trainPerClass, test: testPerClass },
  };
}

/** What the experiment has to say for this arrangement. Empty tasks are left away. */
export function toStream(
  arrangement: Arrangement,
): Pick<Experiment['stream'], 'split' | 'rename' | 'order' | 'trainPerClass' | 'testPerClass'> {
  const rename = allClasses(arrangement).flatMap(({ name, members }) =>
    members.flatMap((from) => (from === name ? [] : [{ from, to: name }])),
  );
  const tasks = arrangement.tasks
    .filter(({ classes }) => classes.length > 0)
    .flatMap(({ name, classes, domains }): PlainTask[] => {
      const task = { name, classes: classes.map((one) => one.name) };
      const [only] = domains;
      if (only === undefined) return [task];
      if (domains.length === 1) return [{ ...task, domain: only }];
      return domains.map((domain) => ({ ...task, name: nameIn(name, domain), domain }));
    })
    .map(({ name, classes, domain }) => ({ name, classes: [...classes], ...(domain === undefined ? {} : { domain }) }));
  return {
    split: { kind: 'explicit', tasks },
    rename: rename.length === 0 ? undefined : rename,
    order: 'natural',
    trainPerClass: arrangement.caps.train,
    testPerClass: arrangement.caps.test,
  };
}

/** Number of the task that holds a class; LEFT_OUT where none does. */
export const taskOf = ({ tasks }: Arrangement, name: string) => tasks.findIndex(({ classes }) => classes.some((one) => one.name === name));

/** Takes a class to place `at` of a task (or of the ones left out); at its end without `at`. */
export function moveClass(arrangement: Arrangement, name: string, task: number, at?: number): Arrangement {
  const moved = allClasses(arrangement).find((one) => one.name === name);
  if (moved === undefined) return arrangement;
  const without = (classes: readonly ArrangedClass[]) => classes.filter((one) => one.name !== name);
  const insert = (classes: readonly ArrangedClass[]) => {
    const rest = without(classes);
    return [...rest.slice(0, at ?? rest.length), moved, ...rest.slice(at ?? rest.length)];
  };
  return {
    ...arrangement,
    tasks: arrangement.tasks.map((one, i) => ({ ...one, classes: i === task ? insert(one.classes) : without(one.classes) })),
    leftOut: task === LEFT_OUT ? insert(arrangement.leftOut) : without(arrangement.leftOut),
  };
}

const mapClasses = (arrangement: Arrangement, change: (one: ArrangedClass) => ArrangedClass): Arrangement => ({
  ...arrangement,
  tasks: arrangement.tasks.map((task) => ({ ...task, classes: task.classes.map(change) })),
  leftOut: arrangement.leftOut.map(change),
});

/** The class `name` becomes part of `into` and takes its place and name. */
export function mergeClass(arrangement: Arrangement, name: string, into: string): Arrangement {
  const gone = allClasses(arrangement).find((one) => one.name === name);
  if (gone === undefined || name === into) return arrangement;
  const without = (classes: readonly ArrangedClass[]) => classes.filter((one) => one.name !== name);
  const rest = {
    ...arrangement,
    tasks: arrangement.tasks.map((task) => ({ ...task, classes: without(task.classes) })),
    leftOut: without(arrangement.leftOut),
  };
  return mapClasses(rest, (one) => (one.name === into ? { ...one, members: [...one.members, ...gone.members] } : one));
}

/** Another name; one that a class has already merges the two. */
export function renameClass(arrangement: Arrangement, name: string, wanted: string): Arrangement {
  const to = wanted.trim();
  if (to === '' || to === name) return arrangement;
  if (allClasses(arrangement).some((one) => one.name === to)) return mergeClass(arrangement, name, to);
  return mapClasses(arrangement, (one) => (one.name === name ? { ...one, name: to } : one));
}

/** A merged class becomes its members again, in its place. */
export function splitClass(arrangement: Arrangement, name: string): Arrangement {
  const apart = (classes: readonly ArrangedClass[]) =>
    classes.flatMap((one) => (one.name === name ? one.members.map((member) => ({ name: member, members: [member] })) : [one]));
  return {
    ...arrangement,
    tasks: arrangement.tasks.map((task) => ({ ...task, classes: apart(task.classes) })),
    leftOut: apart(arrangement.leftOut),
  };
}

export function changeTask(arrangement: Arrangement, index: number, part: Partial<Pick<ArrangedTask, 'name' | 'domains'>>): Arrangement {
  return { ...arrangement, tasks: arrangement.tasks.map((task, i) => (i === index ? { ...task, ...part } : task)) };
}

/** Exchanges a task with the one before (-1) or after (1) it. */
export function moveTask(arrangement: Arrangement, index: number, by: -1 | 1): Arrangement {
  const tasks = [...arrangement.tasks];
  const [a, b] = [tasks[index], tasks[index + by]];
  if (a === undefined || b === undefined) return arrangement;
  tasks[index] = b;
  tasks[index + by] = a;
  return { ...arrangement, tasks };
}

/** An empty task at the end. */
export function addTask(arrangement: Arrangement, name: string): Arrangement {
  return { ...arrangement, tasks: [...arrangement.tasks, { name, classes: [], domains: [] }] };
}

/** Its classes are left out from now on. */
export function removeTask(arrangement: Arrangement, index: number): Arrangement {
  const gone = arrangement.tasks[index];
  return {
    ...arrangement,
    tasks: arrangement.tasks.filter((_, i) => i !== index),
    leftOut: [...arrangement.leftOut, ...(gone?.classes ?? [])],
  };
}

export interface Deal {
  /** Classes in the first task; the rest is dealt out in tasks of `perTask`. */
  readonly first: number;
  readonly perTask: number;
  readonly order: 'natural' | 'seeded';
  readonly seed: number;
}

/** All classes in tasks anew, those left out excepted, in the domains of the first task. A rest of one class joins the task before. */
export function deal(
  arrangement: Arrangement,
  sourceNames: readonly string[],
  { first, perTask, order, seed }: Deal,
  nameOf: (n: number) => string,
): Arrangement {
  const place = new Map(sourceNames.map((name, i) => [name, i]));
  const rank = ({ members }: ArrangedClass) => Math.min(...members.map((member) => place.get(member) ?? Infinity));
  const natural = arrangement.tasks.flatMap(({ classes }) => classes).sort((a, b) => rank(a) - rank(b));
  const permutation = createRng(seed, 'order of classes').permutation(natural.length);
  const classes = order === 'natural' ? natural : Array.from(permutation, (i) => natural[i]).filter((one) => one !== undefined);
  const tasks: ArrangedTask[] = [];
  for (let from = 0; from < classes.length;) {
    const size = Math.max(2, from === 0 ? first : perTask);
    const rest = classes.length - from - size;
    const to = rest === 1 ? classes.length : Math.min(classes.length, from + size);
    tasks.push({ name: nameOf(tasks.length + 1), classes: classes.slice(from, to), domains: arrangement.tasks[0]?.domains ?? [] });
    from = to;
  }
  return { ...arrangement, tasks };
}

/** Why the arrangement cannot be run yet; null where it can. */
export function objection({
  tasks,
}: Pick<Arrangement, 'tasks'>): { readonly kind: 'empty' } | { readonly kind: 'single'; readonly task: string } | null {
  const filled = tasks.filter(({ classes }) => classes.length > 0);
  const single = filled.find(({ classes }) => classes.length === 1);
  if (filled.length === 0) return { kind: 'empty' };
  return single === undefined ? null : { kind: 'single', task: single.name };
}
