/** Splits as people type them. */
export interface NamedTask {
  readonly name: string;
  readonly classes: readonly string[];
}

/** "10, 12, 11" -> [10, 12, 11]; null when it is not a list of positive whole numbers. */
export function parseCounts(input: string): number[] | null {
  const parts = input.split(/[\s,;，；、]+/).filter((part) => part !== '');
  const numbers = parts.map(Number);
  return numbers.length > 0 && numbers.every((n) => Number.isInteger(n) && n > 0) ? numbers : null;
}

/** The mark as Chinese keyboards write it, where the text has no ASCII one: names may hold either. */
const markIn = (text: string, mark: string, wide: string): string => (text.includes(mark) ? mark : wide);

/** One task a line, "name: class, class" or "名称：类别，类别"; null when a line is not. */
export function parseTasks(input: string): { name: string; classes: string[] }[] | null {
  const lines = input.split('\n').filter((line) => line.trim() !== '');
  const tasks = lines.map((line) => {
    const at = line.indexOf(markIn(line, ':', '：'));
    const name = line.slice(0, Math.max(0, at)).trim();
    const listed = line.slice(at + 1);
    const classes = listed
      .split(markIn(listed, ',', '，'))
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return { name, classes };
  });
  return tasks.length > 0 && tasks.every((task) => task.name !== '' && task.classes.length > 0) ? tasks : null;
}

export function writeTasks(tasks: readonly NamedTask[]): string {
  return tasks.map((task) => `${task.name}: ${task.classes.join(', ')}`).join('\n');
}
