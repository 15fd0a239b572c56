import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, TableDescription } from 'dynalite/db/index.js';
import * as z from 'zod/mini';
import type { Table } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import { perform, validateInput } from './operations.ts';

const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })),
  Projection: z.object({
    ProjectionType: z.string(),
    NonKeyAttributes: z.optional(z.array(z.string())),
  }),
});

const definitionSchema = z.object({
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  GlobalSecondaryIndexes: z.optional(z.array(indexSchema)),
  LocalSecondaryIndexes: z.optional(z.array(indexSchema)),
});

/**
 * Creates the template's missing tables and waits until they are ACTIVE. Tables that the template no longer has keep
 * their data.
 * @param path the data's folder, for the error message
 * @throws StartRefused when a table on disk has other keys or indexes, because no data is migrated
 */
export async function ensureTables(store: Store, tables: readonly Table[], path: string): Promise<void> {
  for (const table of tables) {
    const existing = await describeTable(store, table.name);
    // A table that a crash left unfinished is empty: dynalite refuses writes until it is ACTIVE.
    if (existing?.TableStatus === 'ACTIVE') {
      if (toComparable(existing) !== toComparable(table.definition)) {
        refuse(
          `The table ${table.name} in ${path} has other keys or indexes than the template. Remove the folder, or return to the earlier template.`,
        );
      }
      continue;
    }
    if (existing !== undefined) await deleteTable(store, table.name);
    await perform('CreateTable', store, validateInput('CreateTable', table.definition, store));
    await waitUntilActive(store, table.name);
  }
}

/** Reads the partition keys' attribute names: the table's, and each index's by index name. */
export function readPartitionKeys(table: Table): {
  readonly table: string;
  readonly indexes: ReadonlyMap<string, string>;
} {
  const parsed = z.parse(definitionSchema, table.definition);
  const findHashKey = (keys: readonly { AttributeName: string; KeyType: string }[]) =>
    keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const indexes = [...(parsed.GlobalSecondaryIndexes ?? []), ...(parsed.LocalSecondaryIndexes ?? [])];
  return {
    table: findHashKey(parsed.KeySchema),
    indexes: new Map(indexes.map(({ IndexName, KeySchema }) => [IndexName, findHashKey(KeySchema)])),
  };
}

/** Serializes the parts of a definition that stored data depends on, independent of their order. */
function toComparable(definition: unknown): string {
  const parsed = z.parse(definitionSchema, definition);
  const byName = (left: object, right: object) => JSON.stringify(left).localeCompare(JSON.stringify(right));
  const indexes = (list: readonly z.infer<typeof indexSchema>[] = []) =>
    list
      .map(({ IndexName, KeySchema, Projection: { ProjectionType, NonKeyAttributes = [] } }) => ({
        name: IndexName,
        keys: KeySchema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`),
        projection: [ProjectionType, ...NonKeyAttributes.toSorted()],
      }))
      .toSorted(byName);
  return JSON.stringify({
    keys: parsed.KeySchema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`),
    attributes: parsed.AttributeDefinitions.map(({ AttributeName, AttributeType }) => [
      AttributeName,
      AttributeType,
    ]).toSorted(byName),
    global: indexes(parsed.GlobalSecondaryIndexes),
    local: indexes(parsed.LocalSecondaryIndexes),
  });
}

/** Reads dynalite's description of a table; undefined when there is none. */
function describeTable(store: Store, name: string): Promise<TableDescription | undefined> {
  return new Promise((resolve, reject) => {
    store.getTable(name, false, (error, table) => {
      if (error instanceof Error && error.name !== 'NotFoundError') reject(error);
      else resolve(error ? undefined : table);
    });
  });
}

function deleteTable(store: Store, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    store.tableDb.del(name, (error) => (error ? reject(error) : resolve()));
  });
}

/** Waits for dynalite, which reports CREATING first and makes the table ACTIVE a tick later. */
async function waitUntilActive(store: Store, name: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while ((await describeTable(store, name))?.TableStatus !== 'ACTIVE') {
    if (Date.now() > deadline) throw new Error(`The table ${name} did not become ACTIVE.`);
    await sleep(2);
  }
}
