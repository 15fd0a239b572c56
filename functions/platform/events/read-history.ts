import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { ReadHistory } from '../../core/events/ports.ts';
import type { Page } from '../../core/page.ts';
import { table } from '../dynamodb/client.ts';
import { clock } from '../runtime/clock.ts';
import { variable } from '../runtime/environment.ts';
import { dayOf, eventDays, eventPartition, millisecondsOfDay, toEvent } from './event-row.ts';
import { historyPartition, toLine, toldKey } from './history-row.ts';

/**
 * Histories in the connections table, to be read. What has expired does not count, though the table may have it for up
 * to two days more.
 *
 * An event is put there a moment after the one that it is sorted by: whoever reads on from the last that there was may
 * miss one that was about to be written.
 *
 * @param now epoch milliseconds
 */
export const readHistory = (now: () => number = clock.now): ReadHistory => {
  const TableName = variable('CONNECTIONS_TABLE');

  /** The rows of a partition on one side of a sort key. */
  async function* rowsOf(partition: string, side: '<' | '>', key: string, pageSize: number) {
    const pages = paginateQuery(
      { client: table, pageSize },
      {
        TableName,
        KeyConditionExpression: `pk = :partition AND sk ${side} :key`,
        ExpressionAttributeValues: { ':partition': partition, ':key': key },
        ScanIndexForward: side === '>',
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) yield* Items;
  }

  return {
    async list(uid, { limit, after = toldKey }) {
      async function* entries() {
        // One more than asked for says whether this page is the last.
        for await (const row of rowsOf(historyPartition(uid), '<', after < toldKey ? after : toldKey, limit + 1)) {
          const { entry, expiresAt } = toLine(row);
          if (expiresAt > now()) yield entry;
        }
      }
      return firstOf(entries(), limit);
    },
    async announced({ limit, after = '' }) {
      async function* events() {
        for (const day of keptDays(now())) {
          // Ids of a day begin with it: either all come after the one that is named, or those after the rest of its name.
          const isWithin = after.startsWith(`${day}/`);
          if (!isWithin && `${day}/` < after) continue;
          const from = isWithin ? after.slice(`${day}/`.length) : '';
          // A key cannot be empty; a space comes before every digit.
          for await (const row of rowsOf(eventPartition(day), '>', from === '' ? ' ' : from, limit + 1)) {
            const { event, expiresAt } = toEvent(row);
            if (expiresAt > now()) yield event;
          }
        }
      }
      return firstOf(events(), limit);
    },
  };
};

/** The days on which something may have been announced that still counts, oldest first. */
const keptDays = (now: number): readonly string[] =>
  Array.from({ length: eventDays + 1 }, (_, at) => dayOf(now - (eventDays - at) * millisecondsOfDay));

/** A page of the first items; there is another if there is another item. */
async function firstOf<Item extends { readonly id: string }>(
  all: AsyncIterable<Item>,
  limit: number,
): Promise<Page<Item>> {
  const items: Item[] = [];
  for await (const item of all) {
    const last = items.at(-1);
    if (items.length === limit && last) return { items, next: last.id };
    items.push(item);
  }
  return { items };
}
