import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { FindWatched } from '../../core/records/connection-ports.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';
import { toConnectionPlace } from './connection-row.ts';

const watchedRow = z.object({ watchedBucket: z.string() });

/** Before everything that begins with a text and goes on with an uid, and after it: uids are hexadecimal. */
const before = '#';
const behind = '#g';
/** After every bucket's name. */
const last = '\u{10ffff}';

/** Connections that an owner's events may be about, by the index `watched` of the connections table. */
export const findWatched = (): FindWatched => {
  const TableName = variable('CONNECTIONS_TABLE');
  return async ({ owner, bucket }, { limit, after }) => {
    const end = bucket === undefined ? last : `${bucket}${behind}`;
    const first = after ?? `${bucket ?? ''}${before}`;
    if (first > end) return { items: [] };
    const { Items = [] } = await table.send(
      new QueryCommand({
        TableName,
        IndexName: 'watched',
        KeyConditionExpression: 'watchedOwner = :owner AND watchedBucket BETWEEN :first AND :end',
        ExpressionAttributeValues: { ':owner': owner, ':first': first, ':end': end },
        // Two more than asked for: the one that this page comes after, and the one that says whether it is the last.
        Limit: limit + 2,
      }),
    );
    const rows = Items.filter((row) => watchedRow.parse(row).watchedBucket !== after);
    const page = rows.slice(0, limit);
    const items = page.map(toConnectionPlace);
    if (rows.length <= limit) return { items };
    return { items, next: watchedRow.parse(page.at(-1)).watchedBucket };
  };
};
