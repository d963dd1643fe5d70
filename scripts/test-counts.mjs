// Reads how many tests passed, failed and were skipped from the JSON reports of Vitest and Playwright.

/** Sums counts; of nothing: zeros. */
export function addUp(all) {
  return {
    passed: all.reduce((sum, counts) => sum + counts.passed, 0),
    failed: all.reduce((sum, counts) => sum + counts.failed, 0),
    skipped: all.reduce((sum, counts) => sum + counts.skipped, 0),
    failures: all.flatMap((counts) => counts.failures),
    skips: all.flatMap((counts) => counts.skips),
    again: all.flatMap((counts) => counts.again),
  };
}

function count(tests) {
  const named = (kind) => tests.filter((test) => test.kind === kind).map((test) => test.name);
  const [passed, failures, skips] = [named('passed'), named('failed'), named('skipped')];
  const again = tests.filter((test) => test.again).map((test) => test.name);
  return { passed: passed.length, failed: failures.length, skipped: skips.length, failures, skips, again };
}

const isBroken = (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed');

/** Names of the files that did not even load. */
export const brokenFiles = (report) => report.testResults.filter(isBroken).map((file) => file.name);

/** A file that does not even load has no tests: it counts as one failure. */
export function vitestCounts(report) {
  const tests = report.testResults.flatMap((file) => {
    const inside = file.assertionResults.map((test) => ({
      name: test.fullName,
      kind: test.status === 'passed' ? 'passed' : test.status === 'failed' ? 'failed' : 'skipped',
    }));
    return isBroken(file) ? [...inside, { name: `${file.name}: ${file.message}`, kind: 'failed' }] : inside;
  });
  return count(tests);
}

export function playwrightCounts(report) {
  const tests = [];
  const visit = (suite, path) => {
    const here = suite.title ? [...path, suite.title] : path;
    for (const inner of suite.suites ?? []) visit(inner, here);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const kind = test.status === 'skipped' ? 'skipped' : test.status === 'unexpected' ? 'failed' : 'passed';
        tests.push({ name: [...here, spec.title].join(' > '), kind, again: test.status === 'flaky' });
      }
    }
  };
  for (const suite of report.suites ?? []) visit(suite, []);
  return count([...tests, ...(report.errors ?? []).map((error) => ({ name: error.message ?? 'Playwright error', kind: 'failed' }))]);
}
