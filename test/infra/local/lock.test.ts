import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../../infra/local/lock.ts';
import { temporaryDirectory } from './runtime/lambda/function-fixture.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const lockModule = new URL('../../../infra/local/lock.ts', import.meta.url).href;

/** A process that takes the lock, prints what came of it, and lives on. */
async function otherProcess(directory: string): Promise<{ child: ChildProcess; kind: string }> {
  const source = `import { takeLock } from ${JSON.stringify(lockModule)};
    const lock = takeLock(${JSON.stringify(directory)});
    process.stdout.write(lock.kind);
    setInterval(() => lock, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [kind] = await once(child.stdout, 'data');
  return { child, kind: String(kind) };
}

describe('the lock on a directory', () => {
  it('is held by one, who is named to the others, until released', () => {
    const directory = temporaryDirectory();
    const lock = takeLock(directory);
    expect(lock.kind).toBe('held');
    expect(takeLock(directory)).toEqual({ kind: 'taken', pid: process.pid });
    if (lock.kind === 'held') lock.release();
    const again = takeLock(directory);
    expect(again.kind).toBe('held');
    if (again.kind === 'held') again.release();
  });

  it('is held by exactly one of many that start at once', async () => {
    const directory = temporaryDirectory();
    const kinds = (await Promise.all([1, 2, 3, 4].map(() => otherProcess(directory)))).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['held', 'taken', 'taken', 'taken']);
  });

  it('is free again when its holder is killed', async () => {
    const directory = temporaryDirectory();
    const { child, kind } = await otherProcess(directory);
    expect(kind).toBe('held');
    expect(takeLock(directory)).toEqual({ kind: 'taken', pid: child.pid });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = takeLock(directory);
    expect(lock.kind).toBe('held');
    if (lock.kind === 'held') lock.release();
  });
});
