import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { KeptAuditEntry } from '../../core/access/audit.ts';
import type { ReadAudit } from '../../core/ports.ts';
import { table } from '../dynamodb/client.ts';
import { clock } from '../runtime/clock.ts';
import { variable } from '../runtime/environment.ts';
import { idsIn, toAuditEntry } from './audit-row.ts';
import { auditPartition } from './write-audit.ts';

/** Rows asked for at a time when most of them may not be what is looked for. */
const rowsAtOnce = 250;

/**
 * The trail in the connections table, to be read. What is looked for is picked here and not by an index, so one call
 * looks at a bounded number of rows: a page may then have fewer entries than were asked for, or none, and say that
 * there is more. Entries whose time is up do not count, though the table has them for up to two days more.
 *
 * @param now epoch milliseconds
 * @param mostRows rows that one call looks at
 */
export const readAudit = (now: () => number = clock.now, mostRows = 2_000): ReadAudit => {
  const TableName = variable('CONNECTIONS_TABLE');

  async function* rowsOf(organizationId: number, first: string, last: string, pageSize: number) {
    const pages = paginateQuery(
      { client: table, pageSize },
      {
        TableName,
        KeyConditionExpression: 'pk = :partition AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':partition': auditPartition(organizationId), ':first': first, ':last': last },
        ScanIndexForward: false,
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) yield* Items.map(toAuditEntry);
  }

  return async (query) => {
    const { organizationId, limit, after, connection } = query;
    const ids = idsIn(query);
    if (!ids) return { items: [] };
    // Two more than asked for: the one that this page comes after, and the one that says whether it is the last.
    const pageSize = connection === undefined ? limit + 2 : rowsAtOnce;
    const items: KeptAuditEntry[] = [];
    let looked = 0;
    let last: string | undefined;
    for await (const { entry, expiresAt } of rowsOf(organizationId, ids.first, ids.last, pageSize)) {
      if (entry.id === after) continue;
      const isLive = expiresAt > now();
      if (last !== undefined && (looked === mostRows || (isLive && items.length === limit))) {
        return { items, next: last };
      }
      if (isLive && (connection === undefined || entry.connections.includes(connection))) items.push(entry);
      last = entry.id;
      looked++;
    }
    return { items };
  };
};
