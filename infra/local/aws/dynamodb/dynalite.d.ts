/** Types of the parts of dynalite 4.0.0 that the local DynamoDB uses; dynalite is plain JavaScript and ships none. */

declare module 'dynalite/db/index.js' {
  type Callback<T = unknown> = (error: unknown, result?: T) => void;

  /** The store of one table's items or of one index, as dynalite's actions use it. */
  export interface KeyValues {
    get(key: string, callback: Callback): void;
    put(key: string, value: unknown, callback: Callback): void;
    del(key: string, callback: Callback): void;
    lock(key: string, run: (release: (callback: Callback) => Callback) => void): void;
  }

  export interface TableDescription {
    TableName: string;
    TableStatus: string;
    KeySchema: { AttributeName: string; KeyType: string }[];
    AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
    GlobalSecondaryIndexes?: Record<string, unknown>[];
    LocalSecondaryIndexes?: Record<string, unknown>[];
  }

  /** The part of the store that an action needs. */
  export interface ActionStore {
    readonly options: object;
    readonly tableDb: KeyValues;
    getTable(name: string, checkStatus: boolean, callback: Callback<TableDescription>): void;
    getTable(name: string, callback: Callback<TableDescription>): void;
    getItemDb(table: string): KeyValues;
    getIndexDb(kind: string, table: string, index: string): KeyValues;
  }

  export interface Store extends ActionStore {
    readonly tableDb: KeyValues & { awsAccountId: string; awsRegion: string };
    readonly db: {
      open(): Promise<void>;
      close(): Promise<void>;
      batch(
        operations: readonly ({ type: 'put'; key: string; value: unknown } | { type: 'del'; key: string })[],
      ): Promise<void>;
    };
  }

  export interface DynaliteError {
    statusCode: number;
    body: { __type: string; message?: string; Message?: string };
  }

  export type Item = Record<string, Record<string, unknown>>;

  const db: {
    create(options: { path: string; createTableMs: number }): Store;
    createKey(item: Item, table: TableDescription): string;
    validateKey(key: Item, table: TableDescription): DynaliteError | null | undefined;
    validateItem(item: Item, table: TableDescription): DynaliteError | null | undefined;
    checkConditional(data: object, existing: unknown): DynaliteError | null | undefined;
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  /** Both throw a DynaliteError; checkValidations adds the parsed expressions to `data`. */
  const validations: {
    checkTypes(data: object, types: object): Record<string, unknown>;
    checkValidations(data: object, types: object, custom: unknown, store: object): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*.js' {
  const validation: { readonly types: Readonly<Record<string, unknown>>; readonly custom?: unknown };
  export default validation;
}

declare module 'dynalite/actions/*.js' {
  const action: (
    store: import('dynalite/db/index.js').ActionStore,
    data: object,
    callback: (error: unknown, result?: unknown) => void,
  ) => void;
  export default action;
}
