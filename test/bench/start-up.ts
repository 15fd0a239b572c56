import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { endpoints } from '../../functions/dialects/registry.ts';
import { tasks } from '../../functions/workflows/registry.ts';
import { bundle } from '../../infra/bundle.ts';
import { type DeclaredFunction, endpointFunction, taskFunction } from '../../infra/declared.ts';
import { type Figure, inTurn, median } from './figures.ts';

const rounds = 11;
/** Start-up of any function over an empty middy function, in milliseconds (design, "Numbers to hold"). */
const budget = 45;

/** Prints how long a module takes from import to ready, in a process of its own. */
const stopwatch = (file: string) =>
  `const began = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - began);`;

const environment = {
  ...process.env,
  AWS_REGION: 'us-east-1',
  ACCESS_TABLE: 'access',
  CONNECTIONS_TABLE: 'connections',
  UNSAVED_CREDENTIALS_PREFIX: 'bench/job/',
  FINGERPRINT_KEY_ARN: 'arn',
  VERIFICATION_LOOP_ARN: 'arn',
  EGRESS_ALLOW: '',
  EGRESS_PORTS: '443',
  CONNECT_TO: '',
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
      const measured = median(pairs.map(([own, bare]) => own - bare));
      figures.push({ what: `start-up of ${name} over an empty function`, measured, budget, unit: 'ms' });
    }
    return figures;
  } finally {
    await Promise.all([remove(), rm(directory, { recursive: true })]);
  }
}
