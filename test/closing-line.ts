import type { Reporter, TestModule } from 'vitest/node';

/**
 * Closes a run with one plain line of counts, for whatever reads the end of a log. A run in which no test was executed
 * has failed: a suite that ran nothing proves nothing.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++;
    }
    if (counts.passed + counts.failed === 0) process.exitCode = 1;
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + counts.pending} skipped`);
  }
}
