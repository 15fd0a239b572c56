import type { ActionStore, KeyValues, Store } from 'dynalite/db/index.js';

/** A view of the store whose writes are kept back until `flush` puts them on disk as one batch: all, or none. */
export interface Buffered {
  readonly store: ActionStore;
  readonly flush: () => Promise<void>;
}

type Write =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/**
 * Lets dynalite's own actions write into memory. They write an item and its index entries one after the other; in one
 * batch a crash cannot part them, and several actions become a transaction. Not for two users at once: the writes of
 * one must be flushed before the next begins (database.ts lets writers in one by one), so that locks are not needed.
 */
export function bufferWrites(store: Store): Buffered {
  const writes = new Map<string, Write>();

  /** `prefix` is how dynalite keys a table's items or an index in the one database beneath (db/index.js, getSubDb). */
  const view = (beneath: KeyValues, prefix: string): KeyValues => ({
    get: (key, callback) => {
      const written = writes.get(prefix + key);
      if (written === undefined) beneath.get(key, callback);
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
      getItemDb: (table) => view(store.getItemDb(table), `item-${table}~`),
      getIndexDb: (kind, table, index) =>
        view(store.getIndexDb(kind, table, index), `index-${kind.toLowerCase()}~${table}~${index}~`),
    },
    flush: async () => {
      if (writes.size > 0) await store.db.batch([...writes.values()]);
    },
  };
}
