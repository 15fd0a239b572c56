import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type KeyUse, keyUseGrain, type ReadKeyUse } from '../../core/access/ports.ts';
import { conditionHeld, table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';
import { logUnexpected } from '../runtime/log.ts';
import { putNewest } from './put-newest.ts';

const keyUsePlace = (id: string) => ({ pk: `USE#${id}`, sk: 'USE' }) as const;
const keyUseRow = z.object({ usedAt: z.int() });

/** How many keys' last hours a function remembers. */
const mostRemembered = 1_000;
/**
 * Notes of when keys were used, in the connections table. Each instance of a function tries once an hour for a key; a
 * note that fails is logged and let be.
 *
 * @param patience milliseconds that a request waits for its note at most
 */
export const keyUse = (patience = 1_000): KeyUse => {
  const TableName = variable('CONNECTIONS_TABLE');
  const noted = new Map<string, number>();

  /** Whether this instance has not tried for that hour yet; from here on it has. */
  const isDue = (id: string, hour: number): boolean => {
    if ((noted.get(id) ?? Number.NEGATIVE_INFINITY) >= hour) return false;
    putNewest(noted, id, hour, mostRemembered);
    return true;
  };

  return {
    async note(id, at) {
      const hour = at - (at % keyUseGrain);
      if (!isDue(id, hour)) return;
      const update = new UpdateCommand({
        TableName,
        Key: keyUsePlace(id),
        UpdateExpression: 'SET usedAt = :hour',
        ConditionExpression: 'attribute_not_exists(usedAt) OR usedAt < :hour',
        ExpressionAttributeValues: { ':hour': hour },
      });
      try {
        await conditionHeld(table.send(update, { abortSignal: AbortSignal.timeout(patience) }));
      } catch (error) {
        logUnexpected('keyUse.record', id, error);
      }
    },
  };
};

/** Each key's row by itself: a policy on partition keys can judge a GetItem, but hardly a batch. */
export const readKeyUse: ReadKeyUse = async (ids) => {
  const TableName = variable('CONNECTIONS_TABLE');
  const found = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      const { Item } = await table.send(new GetCommand({ TableName, Key: keyUsePlace(id), ConsistentRead: true }));
      return Item === undefined ? [] : [[id, keyUseRow.parse(Item).usedAt] as const];
    }),
  );
  return new Map(found.flat());
};
