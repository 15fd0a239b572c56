import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { FindStale, Stale } from '../../core/janitor/ports.ts';
import { placeRow } from '../connections/connection-row.ts';
import { table } from '../dynamodb/client.ts';
import { dueAtOf, dueIndex, sortableTime, stalePartition, staleShards } from '../dynamodb/due-index.ts';
import { jobKey } from '../jobs/job-row.ts';
import { variable } from '../runtime/environment.ts';

/** Jobs and notes that are long due, by the index `due` of the connections table. */
export const findStale = (): FindStale => {
  const TableName = variable('CONNECTIONS_TABLE');
  return {
    shards: staleShards,
    async inShard(shard, before, { limit, after }) {
      const end = sortableTime(before);
      const first = after ?? '';
      if (first > end) return { items: [] };
      const { Items = [] } = await table.send(
        new QueryCommand({
          TableName,
          IndexName: dueIndex,
          KeyConditionExpression: 'due = :shard AND dueKey BETWEEN :first AND :end',
          // A key is not empty.
          ExpressionAttributeValues: { ':shard': stalePartition(shard), ':first': first || '0', ':end': end },
          // Two more than asked for: the one that this page comes after, and the one that says whether it is the last.
          Limit: limit + 2,
        }),
      );
      const rows = Items.map((row) => keys.parse(row)).filter(({ dueKey }) => dueKey !== after);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.flatMap((row) => toStale(row) ?? []),
        ...(rows.length > limit && last && { next: last.dueKey }),
      };
    },
  };
};

const keys = z.object({ pk: z.string(), sk: z.string(), dueKey: z.string() });
const jobs = jobKey('').pk;
const noteKey = /^ORG#(\d+)\nPENDING#(.+)$/;

/** Whose row it is says what it stands for; undefined for what only another version of the service knows. */
function toStale({ pk, sk, dueKey }: z.infer<typeof keys>): Stale | undefined {
  const dueAt = dueAtOf(dueKey);
  if (pk.startsWith(jobs)) return { kind: 'job', fingerprint: pk.slice(jobs.length), dueAt };
  const [, organizationId, uid] = noteKey.exec(`${pk}\n${sk}`) ?? [];
  if (uid === undefined) return undefined;
  return { kind: 'note', ...placeRow.parse({ organizationId: Number(organizationId), uid }), dueAt };
}
