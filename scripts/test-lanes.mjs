// Which lanes the tests have, what each may take, and the table of what it took.

/** Seconds that a lane may take on two quiet cores; a stage's lanes run side by side, stages one after the other. */
export const STAGES = [{ 'kernels and build': 20 }, { 'lint and unit tests': 330, 'types and browser tests': 330 }, { journeys: 370 }];
/** What `npm run test:all` adds. */
export const SLOW_STAGES = [
  { 'slow unit tests': 1200, 'slow browser tests': 1400 },
  { 'kernels without a browser': 700 },
  { 'slow journeys': 1200 },
];

/** What the stages may take together, seconds. */
export const budgetOf = (stages) => stages.reduce((sum, lanes) => sum + Math.max(...Object.values(lanes)), 0);

/** Lines for `taken`, seconds by lane. A lane beyond its budget is a warning: what else the machine does counts, too. */
export function timeTable(stages, taken) {
  const budgets = { ...Object.assign({}, ...stages), together: budgetOf(stages) };
  const width = Math.max(...Object.keys(budgets).map(({ length }) => length));
  return Object.entries(budgets).flatMap(([lane, budget]) => {
    const seconds = taken[lane];
    if (seconds === undefined) return [];
    const over = seconds > budget ? ' OVER ITS BUDGET (a warning: did the machine do other work?)' : '';
    return `${lane.padEnd(width)} ${seconds.toFixed(0).padStart(5)} s of ${String(budget).padStart(4)}${over}`;
  });
}
