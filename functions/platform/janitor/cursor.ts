import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type JanitorCursorStore, janitorStages } from '../../core/janitor/ports.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';

const Key = { pk: 'JANITOR', sk: 'CURSOR' } as const;

const placeRow = z.object({ stage: z.enum(janitorStages), after: z.exactOptional(z.string()) });

/** Where the janitor goes on: one row of the connections table. One that another version wrote may count as none. */
export const janitorCursorStore = (): JanitorCursorStore => {
  const TableName = variable('CONNECTIONS_TABLE');
  return {
    async read() {
      const { Item } = await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      const place = placeRow.safeParse(Item);
      return place.success ? place.data : undefined;
    },
    async write(place) {
      if (place) await table.send(new PutCommand({ TableName, Item: { ...Key, ...place } }));
      else await table.send(new DeleteCommand({ TableName, Key }));
    },
  };
};
