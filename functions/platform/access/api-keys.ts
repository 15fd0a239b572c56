import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { ApiKey } from '../../core/access/api-key.ts';
import type { ReadKeys } from '../../core/access/ports.ts';
import { scopes } from '../../core/access/scope.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';
import { type Clocks, cacheReads } from './access-cache.ts';

/** A key's row in the access table, which no endpoint can write. */
const apiKeyRow = exactSchema<ApiKey>()(
  z.object({
    id: z.string(),
    name: z.string(),
    organizations: z.tuple([z.int()], z.int()),
    secretHash: z.string(),
    scopes: z.array(z.enum(scopes)),
    createdAt: z.int(),
    createdBy: z.string(),
    expiresAt: z.exactOptional(z.int()),
    revokedAt: z.exactOptional(z.int()),
  }),
);

/** Where the key of this id is. */
export const apiKeyKey = (id: string) => ({ pk: `KEY#${id}`, sk: 'KEY' }) as const;

/** Reads a key's row. @throws when the table holds something else */
export const toApiKey = (row: unknown): ApiKey => apiKeyRow.parse(row);

/** The key of this id as it is now, or undefined. Read consistently: one that was revoked is seen to be. */
export async function currentApiKey(id: string): Promise<ApiKey | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: variable('ACCESS_TABLE'), Key: apiKeyKey(id), ConsistentRead: true }),
  );
  return Item && toApiKey(Item);
}

/** Keys in the access table, each read once in `accessCacheTime` by each instance of a function. */
export const apiKeys = (clocks?: Clocks): ReadKeys => ({ find: cacheReads(currentApiKey, clocks) });
