import { join } from 'node:path';
import db, { type ActionStore, type Store } from 'dynalite/db/index.js';
import type { Table } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import type { AwsEnvironment } from '../service.ts';
import { bufferWrites } from './buffer.ts';
import { ensureTables } from './tables.ts';

/** The tables on disk: reads at any time, writes one after the other, each an atomic batch. */
export interface Database {
  readonly store: Store;
  /**
   * Runs one writer at a time. What `run` writes to its view of the store is flushed when it succeeds, and forgotten
   * when it throws.
   */
  readonly write: <T>(run: (store: ActionStore) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the tables under `<dataDir>/dynamodb`, and creates those the template has and the disk has not.
 * @throws StartRefused when another process has the data open, or when a table on disk is not the template's
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

  let last: Promise<unknown> = Promise.resolve();
  return {
    store,
    write: (run) => {
      const turn = last.then(async () => {
        const buffered = bufferWrites(store);
        const result = await run(buffered.store);
        await buffered.flush();
        return result;
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    close: async () => {
      await last;
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
