import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { scopes } from '../core/api-key.ts';
import type { ApiKeys } from '../core/ports.ts';
import { variable } from './environment.ts';
import { table } from './table.ts';

/** A key's row in the access table, which no endpoint can write. */
export const apiKeyRow = z.object({
  pk: z.string(),
  sk: z.literal('KEY'),
  id: z.string(),
  organizationId: z.int(),
  secretHash: z.string(),
  scopes: z.array(z.enum(scopes)),
});

/** Where the key of this id is. */
export const apiKeyPlace = (id: string) => ({ pk: `KEY#${id}`, sk: 'KEY' }) as const;

/** Keys in the access table, one read per request. */
export const apiKeys = (): ApiKeys => {
  const accessTable = variable('ACCESS_TABLE');
  return {
    async find(id) {
      const { Item } = await table.send(new GetCommand({ TableName: accessTable, Key: apiKeyPlace(id) }));
      return Item && apiKeyRow.parse(Item);
    },
  };
};
