import { describe, expect, it } from 'vitest';
import { addUp, brokenFiles, playwrightCounts, vitestCounts } from './test-counts.mjs';

const vitest = {
  testResults: [
    {
      name: 'a.test.ts',
      status: 'passed',
      message: '',
      assertionResults: [
        { fullName: 'a 1', status: 'passed' },
        { fullName: 'a 2', status: 'pending' },
      ],
    },
    {
      name: 'b.test.ts',
      status: 'failed',
      message: '',
      assertionResults: [
        { fullName: 'b 1', status: 'failed' },
        { fullName: 'b 2', status: 'todo' },
      ],
    },
    { name: 'c.test.ts', status: 'failed', message: 'does not load', assertionResults: [] },
  ],
};
const playwright = {
  suites: [
    {
      title: 'x.spec.ts',
      specs: [{ title: 'one', tests: [{ status: 'expected' }] }],
      suites: [
        {
          title: 'inner',
          specs: [
            { title: 'two', tests: [{ status: 'unexpected' }] },
            { title: 'three', tests: [{ status: 'skipped' }] },
            { title: 'four', tests: [{ status: 'flaky' }] },
          ],
        },
      ],
    },
  ],
  errors: [{ message: 'no server' }],
};

describe('test counts', () => {
  it('counts a file that does not load as a failure', () => {
    expect(vitestCounts(vitest)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 2,
      failures: ['b 1', 'c.test.ts: does not load'],
      skips: ['a 2', 'b 2'],
      again: [],
    });
    expect(brokenFiles(vitest)).toEqual(['c.test.ts']);
  });
  it('counts Playwright errors outside of tests as failures', () => {
    const { passed, failed, skipped, failures, again } = playwrightCounts(playwright);
    expect([passed, failed, skipped]).toEqual([2, 2, 1]);
    expect(again).toEqual(['x.spec.ts > inner > four']);
    expect(failures).toEqual(['x.spec.ts > inner > two', 'no server']);
  });
  it('adds up', () => {
    expect(addUp([vitestCounts(vitest), playwrightCounts(playwright)])).toMatchObject({ passed: 3, failed: 4, skipped: 3 });
    expect(addUp([])).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [], skips: [], again: [] });
  });
});
