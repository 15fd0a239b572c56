import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startAzurite } from '../../../../../infra/local/storage/azure/azurite.ts';

// Azurite is a process, which a busy machine takes its time to start.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const accounts = [{ name: 'testaccount', keys: [Buffer.alloc(64, 1).toString('base64')] }] as const;

/** A directory of a test's own: these tests run at the same time, each waiting for a process to start. */
async function withDirectory(use: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'azurite-'));
  try {
    await use(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test.concurrent('accepts connections once it has started, and none once it has stopped', () =>
  withDirectory(async (dataDir) => {
    const azurite = await startAzurite({ dataDir, accounts });
    expect(await accepts(azurite.port)).toBe(true);
    await azurite.stop();
    expect(await accepts(azurite.port)).toBe(false);
    await azurite.stop();
  }));

test.concurrent('does not outlive a parent that is killed', () =>
  withDirectory(async (dataDir) => {
    const module = new URL('../../../../../infra/local/storage/azure/azurite.ts', import.meta.url).href;
    const program = `
    import { startAzurite } from ${JSON.stringify(module)};
    const { port } = await startAzurite(${JSON.stringify({ dataDir, accounts })});
    console.log(port);
  `;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (line: Buffer) => resolve(Number(`${line}`)));
    });
    expect(await accepts(port)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(async () => expect(await accepts(port)).toBe(false), 10_000);
  }));

test.concurrent('says why it did not start', () =>
  withDirectory(async (dataDir) => {
    const notADirectory = join(dataDir, 'file');
    await writeFile(notADirectory, '');
    await expect(startAzurite({ dataDir: join(notADirectory, 'below'), accounts })).rejects.toThrow('ENOTDIR');
    const tls = { key: 'no key', cert: 'no certificate' };
    await expect(startAzurite({ dataDir, accounts, tls })).rejects.toThrow(
      /Azurite ended \(1\) before it listened: .*PEM/,
    );
  }));

test.concurrent('refuses an account that Azurite would not understand, before it starts', () =>
  withDirectory(async (dataDir) => {
    const start = (name: string, key: string) => startAzurite({ dataDir, accounts: [{ name, keys: [key] }] });
    await expect(start('Not-Allowed', 'a2V5')).rejects.toThrow('cannot be the name');
    await expect(start('allowed', 'no;base:64')).rejects.toThrow('not base64');
    await expect(startAzurite({ dataDir, accounts: [] })).rejects.toThrow('needs an account');
  }));
