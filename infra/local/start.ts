/**
 * `npm start`: bundles, synthesizes and runs the deployment on this machine until Ctrl-C. Everything it keeps is in
 * one directory (`.local` of the repository, or `LOCAL_DIR`).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRules } from '../../functions/providers/egress/parse-rules.ts';
import { readService } from '../admin/running-service.ts';
import { readKeptDemo } from './demo/saved-demo.ts';
import type { LocalTarget } from './local-target.ts';
import { takeLock } from './lock.ts';
import { assertFree, portFrom, refusePort } from './port.ts';
import { writePrivately } from './private-file.ts';
import { serviceFile } from './service-file.ts';
import { openServiceLog } from './service-log.ts';
import { synthesize } from './synthesize.ts';
import { refuse, StartRefused } from './template/start-refused.ts';
import { welcome } from './welcome.ts';

/** Longer than a clean stop ever takes; then the process ends all the same. */
const stopMs = 3_000;

const repository = fileURLToPath(new URL('../..', import.meta.url));
const stopRequested = new AbortController();
let serving = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const again = stopRequested.signal.aborted;
    stopRequested.abort();
    // Until it serves there is nothing that would have to be stopped in order: what was started ends with this process.
    if (again || !serving) process.exit(again ? 130 : 0);
    setTimeout(() => process.exit(1), stopMs).unref();
  });
}

try {
  await run(resolve(process.env['LOCAL_DIR'] || join(repository, '.local')));
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof StartRefused ? error.message : describe(error)}\n`);
  process.exit(1);
}

async function run(dataDir: string): Promise<void> {
  const port = portFrom(process.env['PORT']);
  const allowed = egressAllowed(process.env['EGRESS_ALLOW']);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const inDataDir = (name: string): string => join(dataDir, name);
  const lock = takeLock(dataDir);
  if (lock.kind === 'taken') refuseSecondStart(readService(inDataDir('service.json'))?.url, lock.pid);
  // On every way out: a script must not find the address of a service that is gone.
  process.on('exit', () => {
    rmSync(inDataDir('service.json'), { force: true });
    lock.release();
  });
  rmSync(inDataDir('service.json'), { force: true });
  await assertFree(port);

  if (process.stdout.isTTY) process.stdout.write('Starting …\n');
  const log = openServiceLog(inDataDir('service.log'));
  const compileCache = inDataDir('compile-cache');
  const assembly = synthesize({
    repository,
    outdir: inDataDir('cdk.out'),
    compileCache,
    signal: stopRequested.signal,
  });
  // Looked at once everything else is loaded; until then a failure has nobody to tell.
  assembly.catch(() => undefined);
  const { keys, ports } = readKeptDemo(inDataDir('demo.json'));
  enableCompileCache(compileCache);
  const { startLocalTarget } = await import('./local-target.ts');
  const target = await startLocalTarget({
    assembly,
    dataDir,
    port,
    // Nobody waits a quarter of an hour to see a demo bucket mended.
    parameters: { EgressAllow: allowed, AnnounceSettleMinutes: '1' },
    schedules: 'running',
    demo: { keys, ...(ports === undefined ? {} : { ports }) },
    onLog: (entry) => {
      log.write(entry);
      if (entry.kind === 'problem') process.stderr.write(`! ${entry.text.replace(/\n.*/s, '')}\n`);
    },
  }).catch((error: unknown) => refusePort(port, error));

  const service = serviceFile(target);
  writePrivately(inDataDir('demo.json'), { keys, ports: portsOf(target) });
  writePrivately(inDataDir('service.json'), service);
  serving = true;
  process.stdout.write(welcome(service, { log: shortest(log.file), styled: isStyled() }));
  await new Promise((stop) => stopRequested.signal.addEventListener('abort', stop));
  rmSync(inDataDir('service.json'), { force: true });
  await target.stop();
  await log.close();
}

/** Read as the functions will, who could only fail, call by call. */
function egressAllowed(value = ''): string {
  try {
    parseRules({ EGRESS_ALLOW: value });
    return value;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuseSecondStart(url: string | undefined, pid: number | undefined): never {
  const at = url === undefined ? '' : ` at ${url}`;
  const by = pid === undefined ? '' : ` (process ${pid})`;
  return refuse(`It is already running here${at}${by}.`);
}

function portsOf({ demo }: Pick<LocalTarget, 'demo'>) {
  return demo === undefined ? undefined : { s3: demo.s3.port, azure: demo.azure.port };
}

/** As the person who started it would write it. */
function shortest(file: string): string {
  const fromHere = relative('', file);
  return fromHere.startsWith('..') ? file : fromHere;
}

/** See no-color.org. */
function isStyled(): boolean {
  return process.stdout.isTTY === true && !process.env['NO_COLOR'];
}

/** A bug of the local target itself: with its stack. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
