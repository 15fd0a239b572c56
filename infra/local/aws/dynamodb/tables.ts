import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, TableDescription } from 'dynalite/db/index.js';
import * as z from 'zod/mini';
import type { Table } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import { check, perform } from './operations.ts';

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
 * Makes the tables of the template exist and be ACTIVE. Tables the template no longer has keep their data, unserved.
 * @param path where the data is, for the person who is told to move it away
 * @throws StartRefused when a table on disk has other keys or indexes: nothing here migrates data
 */
export async function ensureTables(store: Store, tables: readonly Table[], path: string): Promise<void> {
  for (const table of tables) {
    const existing = await describe(store, table.name);
    // A table that a crash left unfinished is empty: dynalite lets nobody in before it is ACTIVE.
    if (existing?.TableStatus === 'ACTIVE') {
      if (shape(existing) !== shape(table.definition)) {
        refuse(
          `The table ${table.name} in ${path} has other keys or indexes than the template: remove the folder, or go back.`,
        );
      }
      continue;
    }
    if (existing !== undefined) await remove(store, table.name);
    await perform('CreateTable', store, check('CreateTable', table.definition, store));
    await untilActive(store, table.name);
  }
}

/** The table's partition key, and each index's, by index name. */
export function partitionKeys(table: Table): { readonly table: string; readonly indexes: ReadonlyMap<string, string> } {
  const parsed = z.parse(definitionSchema, table.definition);
  const hash = (keys: readonly { AttributeName: string; KeyType: string }[]) =>
    keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const indexes = [...(parsed.GlobalSecondaryIndexes ?? []), ...(parsed.LocalSecondaryIndexes ?? [])];
  return {
    table: hash(parsed.KeySchema),
    indexes: new Map(indexes.map(({ IndexName, KeySchema }) => [IndexName, hash(KeySchema)])),
  };
}

/** What of a definition the data depends on, in one order. */
function shape(definition: unknown): string {
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

/** The table as dynalite keeps it; undefined when there is none. */
function describe(store: Store, name: string): Promise<TableDescription | undefined> {
  return new Promise((resolve, reject) => {
    store.getTable(name, false, (error, table) => {
      if (error instanceof Error && error.name !== 'NotFoundError') reject(error);
      else resolve(error ? undefined : table);
    });
  });
}

function remove(store: Store, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    store.tableDb.del(name, (error) => (error ? reject(error) : resolve()));
  });
}

/** dynalite answers CREATING first and turns the table ACTIVE a tick later. */
async function untilActive(store: Store, name: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while ((await describe(store, name))?.TableStatus !== 'ACTIVE') {
    if (Date.now() > deadline) throw new Error(`The table ${name} did not become ACTIVE.`);
    await sleep(2);
  }
}
