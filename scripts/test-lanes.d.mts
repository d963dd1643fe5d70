export type Stage = Readonly<Record<string, number>>;
export const STAGES: readonly Stage[];
export const SLOW_STAGES: readonly Stage[];
export function budgetOf(stages: readonly Stage[]): number;
export function timeTable(stages: readonly Stage[], taken: Readonly<Record<string, number>>): string[];
