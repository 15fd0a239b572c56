import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Due, FindDue } from '../../core/records/check-ports.ts';
import { toConnectionPlace } from '../connections/connection-row.ts';
import { table } from '../dynamodb/client.ts';
import { checkPartition, checkShards, dueAtOf, dueIndex, sortableTime } from '../dynamodb/due-index.ts';
import { historyPartition } from '../events/history-row.ts';
import { variable } from '../runtime/environment.ts';

/** Checks and announcements that are due, by the index `due` of the connections table. */
export const findDue = (): FindDue => {
  const TableName = variable('CONNECTIONS_TABLE');
  return {
    shards: checkShards,
    async inShard(shard, now, limit) {
      const pages = paginateQuery(
        { client: table, pageSize: limit },
        {
          TableName,
          IndexName: dueIndex,
          KeyConditionExpression: 'due = :shard AND dueKey < :next',
          ExpressionAttributeValues: { ':shard': checkPartition(shard), ':next': sortableTime(now + 1) },
        },
      );
      const found: Due[] = [];
      for await (const { Items = [] } of pages) {
        found.push(...Items.map(toDue));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
  };
};

const keys = z.object({ pk: z.string(), sk: z.string(), dueKey: z.string() });

/** Whose row it is says what is due. */
function toDue(row: unknown): Due {
  const { pk, sk, dueKey } = keys.parse(row);
  const dueAt = dueAtOf(dueKey);
  const histories = historyPartition('');
  return pk.startsWith(histories)
    ? { kind: 'announcement', uid: pk.slice(histories.length), id: sk, dueAt }
    : { kind: 'check', ...toConnectionPlace(row), dueAt };
}
