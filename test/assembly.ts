import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of the synthesized deployment, made once for all tests that run it. */
    assembly: string;
  }
}

/** Bundles and synthesizes the deployment as `npm start` does. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'assembly-'));
  await promisify(execFile)(process.execPath, ['infra/app.ts'], {
    cwd: new URL('..', import.meta.url).pathname,
    env: { ...process.env, CDK_OUTDIR: directory },
  });
  project.provide('assembly', directory);
  const kept = [directory, `${directory}-compiled`];
  return async () => {
    for (const made of kept) await rm(made, { recursive: true, force: true });
  };
}
