import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TlsIdentity } from '../loopback-server.ts';

const START_DEADLINE_MS = 20_000;
const STOP_DEADLINE_MS = 5000;

/** A storage account and its one or two keys, in base64. */
export interface AzureAccount {
  readonly name: string;
  readonly keys: readonly [string] | readonly [string, string];
}

export interface AzuriteOptions {
  /** Kept between runs. One Azurite at a time may use it. */
  readonly dataDir: string;
  readonly accounts: readonly AzureAccount[];
  /** Refuses versions of the API that are newer than Azurite, as it does by default; otherwise any is taken. */
  readonly checksApiVersion?: boolean;
  /** With it Azurite speaks https, which a SAS with `spr=https` needs. */
  readonly tls?: TlsIdentity;
}

export interface Azurite {
  readonly port: number;
  /** Ends the process, at first asking it to save and close. */
  stop(): Promise<void>;
}

/**
 * Starts Azurite's blob service in a process of its own, on 127.0.0.1 and a free port, without access log and
 * telemetry. The process does not outlive this one.
 *
 * @returns once it accepts connections
 * @throws Error when an account cannot be passed to Azurite, or when Azurite ends or says nothing within 20 s
 */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const tlsArguments = options.tls === undefined ? [] : await writeTls(options.tls, options.dataDir);
  const child = spawn(
    process.execPath,
    [
      '--import',
      new URL('./azurite-leash.ts', import.meta.url).href,
      createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js'),
      ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--location', options.dataDir],
      ...['--silent', '--disableTelemetry', ...tlsArguments],
      ...(options.checksApiVersion ? [] : ['--skipApiVersionCheck']),
    ],
    {
      // Nothing of this process's environment is Azurite's business. The compile cache saves a fifth of the start.
      env: {
        AZURITE_ACCOUNTS: accountsVariable(options.accounts),
        NODE_COMPILE_CACHE: join(options.dataDir, 'compile-cache'),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C reaches this process alone, which then stops Azurite once and in order.
      detached: true,
    },
  );
  const stop = stopper(child);
  try {
    return { port: await listeningPort(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Azurite falls back to its well-known account when it cannot read this variable, so it must be well-formed. */
function accountsVariable(accounts: readonly AzureAccount[]): string {
  if (accounts.length === 0) throw new Error('Azurite needs an account');
  const entries = accounts.map(({ name, keys }) => {
    if (!/^[a-z0-9]{3,24}$/.test(name)) throw new Error(`"${name}" cannot be the name of a storage account`);
    if (!keys.every((key) => /^[A-Za-z0-9+/]+={0,2}$/.test(key))) throw new Error(`A key of ${name} is not base64`);
    return [name, ...keys].join(':');
  });
  return entries.join(';');
}

async function writeTls(tls: TlsIdentity, directory: string): Promise<readonly string[]> {
  const [key, cert] = [join(directory, 'tls-key.pem'), join(directory, 'tls-cert.pem')];
  await Promise.all([writeFile(key, tls.key, { mode: 0o600 }), writeFile(cert, tls.cert, { mode: 0o600 })]);
  return ['--key', key, '--cert', cert];
}

/** Azurite says where it listens, once it does, on its standard output. */
async function listeningPort(child: ChildProcess): Promise<number> {
  let said = '';
  let complained = '';
  child.stderr?.on('data', (text: Buffer) => {
    complained = `${complained}${text}`.slice(-1000);
  });
  const port = new Promise<number>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      said = `${said}${text}`.slice(-1000);
      const match = /successfully listens on https?:\/\/127\.0\.0\.1:(\d+)/.exec(said);
      if (match !== null) resolve(Number(match[1]));
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`Azurite ended (${code}) before it listened: ${complained}`)));
  });
  const deadline = new AbortController();
  const late = sleep(START_DEADLINE_MS, undefined, { signal: deadline.signal }).then(() => {
    throw new Error(`Azurite did not listen within ${START_DEADLINE_MS} ms: ${complained}`);
  });
  try {
    return await Promise.race([port, late]);
  } finally {
    deadline.abort();
    late.catch(() => undefined);
  }
}

function stopper(child: ChildProcess): () => Promise<void> {
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await ended;
    clearTimeout(force);
  };
}
