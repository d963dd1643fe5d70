export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
  readonly skips: readonly string[];
  /** Tests that passed at the second try only; files that loaded at the second try only. */
  readonly again: readonly string[];
}
export function addUp(all: readonly TestCounts[]): TestCounts;
export function vitestCounts(report: unknown): TestCounts;
export function playwrightCounts(report: unknown): TestCounts;
export function brokenFiles(report: unknown): readonly string[];
