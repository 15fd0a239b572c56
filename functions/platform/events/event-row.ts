import * as z from 'zod/mini';
import { toEventId } from '../../core/events/event-id.ts';
import type { PublishedEvent, ServiceEvent } from '../../core/events/events.ts';

/** Days for which it can be read what was announced. */
export const eventDays = 7;
export const millisecondsOfDay = 86_400_000;

/** What was announced on a day (UTC, `yyyy-mm-dd`) is a partition, in the order of time. */
export const eventPartition = (day: string) => `EVENTS#${day}`;
/** The day of a moment. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The row of an event that is published at a moment (epoch milliseconds), about an entry of a history. */
export function eventRow(entryId: string, { type, detail }: ServiceEvent, at: number) {
  // A day has the partition that its events' names begin with, the rest of a name is the sort key.
  const [day = '', sk = ''] = toEventId(at, entryId).split('/');
  const ttl = Math.ceil(at / 1000) + (eventDays * millisecondsOfDay) / 1000;
  return { pk: eventPartition(day), sk, type, detail, publishedAt: at, ttl };
}

const shape = z.object({
  sk: z.string(),
  publishedAt: z.int(),
  type: z.string(),
  detail: z.record(z.string(), z.unknown()),
  ttl: z.int(),
});

/**
 * Reads an event's row.
 *
 * @returns the event, and the moment from which on it does not count (epoch milliseconds)
 * @throws when the table holds something else
 */
export function toEvent(row: unknown): { readonly event: PublishedEvent; readonly expiresAt: number } {
  const { sk, publishedAt, type, detail, ttl } = shape.parse(row);
  return { event: { id: `${dayOf(publishedAt)}/${sk}`, publishedAt, type, detail }, expiresAt: ttl * 1000 };
}
