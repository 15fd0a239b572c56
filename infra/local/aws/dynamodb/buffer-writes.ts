import type { ActionStore, KeyValues, Store } from 'dynalite/db/index.js';

/** A view of the store that holds back its writes until `flush` puts them on disk as one atomic batch. */
export interface BufferedStore {
  readonly store: ActionStore;
  readonly flush: () => Promise<void>;
}

type Write =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/**
 * Creates a view of the store in which dynalite's actions write to memory.
 * Dynalite writes an item and its index entries one after the other. In one batch a crash cannot separate them, and
 * several actions become a transaction. Only one writer may use a view at a time, and it must flush before the next
 * begins, so no locks are needed: database.ts runs writers one by one.
 */
export function bufferWrites(store: Store): BufferedStore {
  const writes = new Map<string, Write>();

  /**
   * @param prefix dynalite's key prefix for a table's items or an index in the underlying database (db/index.js,
   * getSubDb)
   */
  const createView = (underlying: KeyValues, prefix: string): KeyValues => ({
    get: (key, callback) => {
      const written = writes.get(prefix + key);
      if (written === undefined) underlying.get(key, callback);
      else callback(null, written.type === 'put' ? structuredClone(written.value) : undefined);
    },
    put: (key, value, callback) => {
      writes.set(prefix + key, { type: 'put', key: prefix + key, value });
      callback(null);
    },
    del: (key, callback) => {
      writes.set(prefix + key, { type: 'del', key: prefix + key });
      callback(null);
    },
    lock: (_key, run) => run((callback) => callback),
  });

  return {
    store: {
      options: store.options,
      tableDb: store.tableDb,
      getTable: store.getTable,
      getItemDb: (table) => createView(store.getItemDb(table), `item-${table}~`),
      getIndexDb: (kind, table, index) =>
        createView(store.getIndexDb(kind, table, index), `index-${kind.toLowerCase()}~${table}~${index}~`),
    },
    flush: async () => {
      if (writes.size > 0) await store.db.batch([...writes.values()]);
    },
  };
}
