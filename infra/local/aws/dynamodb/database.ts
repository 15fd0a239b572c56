import { join } from 'node:path';
import db, { type ActionStore, type Store } from 'dynalite/db/index.js';
import type { Table } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import type { AwsEnvironment } from '../service.ts';
import { bufferWrites } from './buffer-writes.ts';
import { ensureTables } from './tables.ts';

/** The tables on disk. Reads are possible at any time; writers run one after the other, each as an atomic batch. */
export interface Database {
  readonly store: Store;
  /**
   * Runs one writer at a time. Its writes are flushed together when `run` succeeds, and dropped when it throws.
   */
  readonly write: <T>(run: (store: ActionStore) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the tables under `<dataDir>/dynamodb`, and creates those of the template that are missing.
 * @throws StartRefused when another process has the data open, or a table on disk has other keys or indexes than the
 *   template's
 */
export async function openDatabase(dataDir: string, tables: readonly Table[], env: AwsEnvironment): Promise<Database> {
  const path = join(dataDir, 'dynamodb');
  const store = db.create({ path, createTableMs: 0 });
  try {
    await store.db.open();
  } catch (error) {
    if (isLocked(error)) refuse(`The data in ${path} is in use: the local target already runs.`);
    throw error;
  }
  store.tableDb.awsAccountId = env.account;
  store.tableDb.awsRegion = env.region;
  try {
    await ensureTables(store, tables, path);
  } catch (error) {
    await store.db.close();
    throw error;
  }

  let lastWrite: Promise<unknown> = Promise.resolve();
  return {
    store,
    write: (run) => {
      const write = lastWrite.then(async () => {
        const buffered = bufferWrites(store);
        const result = await run(buffered.store);
        await buffered.flush();
        return result;
      });
      lastWrite = write.catch(() => undefined);
      return write;
    },
    close: async () => {
      await lastWrite;
      await store.db.close();
    },
  };
}

function isLocked(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === 'LEVEL_LOCKED') return true;
  }
  return false;
}
