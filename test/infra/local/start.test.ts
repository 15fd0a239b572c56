import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { readService } from '../../../infra/admin/running-service.ts';

// Several seconds each when the machine has other things to do.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const script = fileURLToPath(new URL('../../../infra/local/start.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'start-'));
const dataDir = join(root, 'data');

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves with the exit code when the process and its output have ended. */
  readonly ended: Promise<number | null>;
}

const runs: Run[] = [];

function start(environment: Readonly<Record<string, string>>): Run {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'] ?? '', LOCAL_DIR: dataDir, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.err += chunk;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const run = { child, out: () => texts.out, err: () => texts.err, ended };
  runs.push(run);
  return run;
}

/** Waits until it serves; fails with what it said when it ends instead. */
async function served(run: Run): Promise<void> {
  const over = run.ended.then((code) => {
    throw new Error(`It ended with ${code}: ${run.err()}`);
  });
  const listens = vi.waitFor(() => expect(run.out()).toContain('Ctrl-C stops it'), { timeout: 30_000, interval: 20 });
  await Promise.race([listens, over]);
}

const place = { endpoint: z.string(), bucket: z.string(), accessKey: z.string(), secretKey: z.string() };
const serviceSchema = z.strictObject({
  url: z.string().check(z.regex(/^http:\/\/127\.0\.0\.1:\d+$/)),
  organizationId: z.int(),
  organizationSlug: z.string(),
  externalId: z.uuid(),
  key: z.string().check(z.regex(/^ei_/)),
  operator: z.strictObject({
    accessKeyId: z.string().check(z.regex(/^ASIA[A-Z2-7]{16}$/)),
    secretAccessKey: z.string().check(z.minLength(40)),
    sessionToken: z.string().check(z.minLength(1)),
    region: z.literal('us-east-1'),
  }),
  demo: z.strictObject({
    s3: z.strictObject({ ...place, region: z.string() }),
    azure: z.strictObject(place),
    google: z.strictObject(place),
    googleHmac: z.strictObject(place),
    own: z.strictObject({
      s3: z.string(),
      s3Accelerated: z.string(),
      azure: z.string(),
      port: z.int(),
      ca: z.string(),
    }),
    dataset: z.string(),
    roles: z.strictObject({ storage: z.string(), open: z.string() }),
  }),
});
const serviceFile = () => serviceSchema.parse(JSON.parse(readFileSync(join(dataDir, 'service.json'), 'utf8')));
const modeOf = (name: string) => (statSync(join(dataDir, name)).mode & 0o777).toString(8);

/** Whether anything listens at an address. */
function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** Of every process on this machine. */
function commandLines(): string {
  if (!existsSync('/proc/self/cmdline')) return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  const commandLine = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return ''; // Ended since it was listed.
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .join('\n');
}

let running: Run;
beforeAll(async () => {
  running = start({});
  await served(running);
});

afterAll(async () => {
  for (const { child } of runs) child.kill('SIGKILL');
  await Promise.all(runs.map(({ ended }) => ended));
  rmSync(root, { recursive: true, force: true });
});

describe('a running service', () => {
  it('has written for scripts where it is, for its owner only', () => {
    const service = serviceFile();
    expect(running.out()).toContain(service.url);
    expect(running.out()).toContain(service.key);
    expect(readService(join(dataDir, 'service.json'))).toEqual({ url: service.url, operator: service.operator });
    expect(running.out()).not.toContain(service.operator.secretAccessKey);
    expect(modeOf('.')).toBe('700');
    const files = ['service.json', 'demo.json', 'service.log', 'lock', 'lock.pid'];
    expect(files.map(modeOf)).toEqual(files.map(() => '600'));
    expect(running.err()).toBe('');
  });

  it('prints commands that do what they say', async () => {
    // A shell takes the commands apart; what it would have given to curl is sent from here.
    const bin = mkdtempSync(join(root, 'bin-'));
    writeFileSync(
      join(bin, 'curl'),
      `#!/bin/sh\nexec '${process.execPath}' -p 'JSON.stringify(process.argv.slice(1))' -- "$@"\n`,
    );
    chmodSync(join(bin, 'curl'), 0o755);
    const commands = running.out().match(/^curl (?:.*\\\n)*.*$/gm) ?? [];
    expect(commands).toHaveLength(4);
    const [s3, azure, wrongKey, kept] = commands.map((command) => async () => {
      const given = execFileSync('sh', ['-c', command], {
        env: { PATH: `${bin}:${process.env['PATH']}` },
        encoding: 'utf8',
      });
      const [, url = '', ...options] = z.array(z.string()).parse(JSON.parse(given));
      const values = (name: string) =>
        options.flatMap((each, index) => (each === name ? [options[index + 1] ?? ''] : []));
      const headers = values('-H').map((header): [string, string] => [
        header.split(': ')[0] ?? '',
        header.split(': ')[1] ?? '',
      ]);
      const answer = await fetch(url, { method: 'POST', headers, body: values('-d')[0] ?? '' });
      return z
        .object({
          success: z.boolean(),
          connectionStatus: z.optional(z.string()),
          connectionError: z.nullish(z.string()),
        })
        .parse(await answer.json());
    });
    expect(await s3?.()).toMatchObject({ connectionStatus: 'connected' });
    expect(await azure?.()).toMatchObject({ connectionStatus: 'connecting' });
    expect(await wrongKey?.()).toMatchObject({
      connectionStatus: 'error',
      connectionError: expect.stringMatching(/^secretKey: /),
    });
    expect(await kept?.()).toEqual({ success: true });
    await vi.waitFor(async () => expect(await azure?.()).toMatchObject({ connectionStatus: 'connected' }), {
      timeout: 20_000,
      interval: 200,
    });
    expect(running.err()).toBe('');
  });

  it('is not started a second time', async () => {
    const second = start({});
    expect(await second.ended).toBe(1);
    expect(second.err()).toBe(`It is already running here at ${serviceFile().url} (process ${running.child.pid}).\n`);
    expect(serviceFile()).toBeDefined();
  });

  it('keeps its port from another, which says so before it does anything slow', async () => {
    const port = new URL(serviceFile().url).port;
    const other = join(root, 'other');
    const second = start({ LOCAL_DIR: other, PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.err()).toBe(`Port ${port} is taken. Choose another with PORT, or any free one with PORT=0.\n`);
    expect(existsSync(join(other, 'cdk.out'))).toBe(false);
  });
});

describe('a start', () => {
  it.each([
    [{ PORT: 'http' }, /^PORT=http is not a port: .*\n$/],
    [{ EGRESS_ALLOW: '10.0.0.0/99' }, /^EGRESS_ALLOW: "10.0.0.0\/99": .*\n$/],
  ])('refuses %j in one line', async (environment, message) => {
    const run = start({ LOCAL_DIR: join(root, 'unused'), ...environment });
    expect(await run.ended).toBe(1);
    expect(run.err()).toMatch(message);
    expect(existsSync(join(root, 'unused'))).toBe(false);
  });

  it('that is interrupted leaves nothing running', async () => {
    const directory = join(root, 'interrupted');
    const run = start({ LOCAL_DIR: directory });
    await vi.waitFor(() => expect(commandLines()).toContain(join(directory, 'demo')), { timeout: 10_000 });
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(run.out() + run.err()).toBe('');
    expect(existsSync(join(directory, 'lock.pid'))).toBe(false);
    await vi.waitFor(() => expect(commandLines()).not.toContain(directory), { timeout: 10_000 });
  });
});

describe('a stop', () => {
  it('ends everything in order, and the next start finds the same key, demo storage and data', async () => {
    const before = serviceFile();
    running.child.kill('SIGTERM');
    // A stop that takes too long ends itself with another code.
    expect(await running.ended).toBe(0);
    expect(existsSync(join(dataDir, 'service.json'))).toBe(false);
    expect(readService(join(dataDir, 'service.json'))).toBeUndefined();
    for (const url of [before.url, before.demo.s3.endpoint, before.demo.azure.endpoint]) {
      expect(await answers(url)).toBe(false);
    }

    running = start({});
    await served(running);
    const after = serviceFile();
    const { url, operator, demo } = after;
    const { port, ca } = before.demo.own;
    const own = { ...demo.own, port, ca };
    expect({ ...after, url: before.url, operator: before.operator, demo: { ...demo, own } }).toEqual(before);
    expect(operator.secretAccessKey).not.toBe(before.operator.secretAccessKey);
    expect(await answers(url)).toBe(true);
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
  });
});
