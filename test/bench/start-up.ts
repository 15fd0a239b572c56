import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { endpoints } from '../../functions/dialects/registry.ts';
import { tasks } from '../../functions/workflows/registry.ts';
import { bundle } from '../../infra/bundle/bundle.ts';
import { type DeclaredFunction, endpointFunction, taskFunction } from '../../infra/functions/declarations.ts';
import { functionEnvironment } from './environment.ts';
import { type Figure, inTurn } from './figures.ts';

const rounds = 15;
/** At most so many milliseconds that any function starts after an empty middy function. */
const budget = 45;

/** Prints how long a module takes from import to ready, in a process of its own. */
const stopwatch = (file: string) =>
  `const began = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - began);`;

/** A function's own, and nothing of this shell's: further certificate authorities, say, cost a start-up 10 ms. */
const environment = {
  PATH: process.env['PATH'],
  AWS_REGION: 'us-east-1',
  ...functionEnvironment,
};

async function importTime(file: string): Promise<number> {
  const run = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', stopwatch(file)], {
    env: environment,
  });
  return Number(run.stdout);
}

/** Start-up of each function over that of an empty one, the two in turn. */
export async function startUp(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const declared: readonly DeclaredFunction[] = [...endpoints.map(endpointFunction), ...tasks.map(taskFunction)];
  const { functions, remove } = await bundle(declared);
  try {
    const empty = join(directory, 'empty.mjs');
    await build({
      stdin: {
        contents: "import middy from '@middy/core'; export const handler = middy().handler(async () => ({}));",
        resolveDir: import.meta.dirname,
      },
      outfile: empty,
      bundle: true,
      format: 'esm',
      platform: 'node',
      minify: true,
    });
    const figures: Figure[] = [];
    for (const [name, { directory: code }] of functions) {
      const file = join(code, 'index.mjs');
      const pairs = await inTurn(
        rounds,
        () => importTime(file),
        () => importTime(empty),
      );
      // The least of each: a start-up is one short burst, and whatever else the machine does only ever adds to it.
      const least = (which: 0 | 1) => Math.min(...pairs.map((pair) => pair[which]));
      const measured = least(0) - least(1);
      figures.push({ what: `start-up of ${name} over an empty function`, measured, budget, unit: 'ms' });
    }
    return figures;
  } finally {
    await Promise.all([remove(), rm(directory, { recursive: true })]);
  }
}
