import { defineConfig } from 'vitest/config';

/** Suites that run the synthesized deployment; it is made once, before the first of them. */
const deployed = ['test/contract/**/*.test.ts', 'test/conformance/aws/**/*.test.ts', 'test/e2e/**/*.test.ts'];

/** Of these, the ones that set variables of their process, or that count on having one for themselves. */
const deployedApart = [
  'test/conformance/aws/**/*.test.ts',
  ...['admin/admin-cli', 'storage/own-hosts', 'reverification/reverification-faults'].map(
    (name) => `test/contract/${name}.test.ts`,
  ),
];

/**
 * Suites of what neither keeps anything between calls nor looks at the process that it runs in, nor do they change it:
 * many of them share one, which saves loading everything for each.
 */
const pure = ['core', 'dialects', 'attacks'].map((folder) => `test/${folder}/**/*.test.ts`);
const localPure = ['storage', 'template'].map((folder) => `test/infra/local/${folder}/**/*.test.ts`);

/** The suites of the workspace infra/local. */
const local = 'test/infra/local/**/*.test.ts';

const ofDeployment = { globalSetup: './test/assembly.ts', testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    passWithNoTests: false,
    // One more than the cores that this project is sized for: many suites wait for something half of their time.
    maxWorkers: 3,
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      {
        extends: true,
        // Ample, so that a busy machine fails nothing.
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...deployed, ...pure, local],
          testTimeout: 20_000,
        },
      },
      { extends: true, test: { name: 'pure', include: pure, isolate: false, testTimeout: 20_000 } },
      { extends: true, test: { name: 'local', include: [local], exclude: localPure, testTimeout: 20_000 } },
      { extends: true, test: { name: 'local pure', include: localPure, isolate: false, testTimeout: 20_000 } },
      {
        extends: true,
        test: { ...ofDeployment, name: 'deployed', include: deployed, exclude: deployedApart, isolate: false },
      },
      { extends: true, test: { ...ofDeployment, name: 'deployed apart', include: deployedApart } },
    ],
  },
});
