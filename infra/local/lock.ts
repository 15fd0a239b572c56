import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Lock =
  | { readonly kind: 'held'; release(): void }
  /** Another process has it; its process id, when that could be read. */
  | { readonly kind: 'taken'; readonly pid: number | undefined };

/** SQLite's result code when another connection holds the lock. */
const busy = 5;

/**
 * Makes this process the only one that runs on a directory.
 *
 * The operating system holds the lock, by way of SQLite's exclusive lock on an empty database: it is gone with the
 * process, however that ends, so that there are no stale locks to find out and take over. The process id beside it is
 * for people.
 *
 * @throws Error when the directory cannot be written
 */
export function takeLock(directory: string): Lock {
  const file = join(directory, 'lock');
  const owner = join(directory, 'lock.pid');
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) {
      return { kind: 'taken', pid: readPid(owner) };
    }
    throw error;
  }
  writeFileSync(owner, String(process.pid), { mode: 0o600 });
  return {
    kind: 'held',
    release: () => {
      rmSync(owner, { force: true });
      database.close();
    },
  };
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
