import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type JanitorCursor, type JanitorCursorStore, janitorStages } from '../../core/janitor/ports.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';

const Key = { pk: 'JANITOR', sk: 'CURSOR' } as const;

const cursorRow = exactSchema<JanitorCursor>()(
  z.object({ stage: z.enum(janitorStages), after: z.exactOptional(z.string()) }),
);

/** Where the janitor goes on, in one row of the connections table. One that another version wrote may count as none. */
export const janitorCursorStore = (): JanitorCursorStore => {
  const TableName = variable('CONNECTIONS_TABLE');
  return {
    async read() {
      const { Item } = await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      const cursor = cursorRow.safeParse(Item);
      return cursor.success ? cursor.data : undefined;
    },
    async write(cursor) {
      if (cursor) await table.send(new PutCommand({ TableName, Item: { ...Key, ...cursor } }));
      else await table.send(new DeleteCommand({ TableName, Key }));
    },
  };
};
