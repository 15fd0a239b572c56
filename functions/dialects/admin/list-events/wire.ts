import { announcedBefore, isEventId } from '../../../core/events/event-id.ts';
import type { PublishedEvent } from '../../../core/events/events.ts';
import type { PageOf } from '../../../core/page.ts';
import { parseTimestamp, timestampForm } from '../../../core/validation/parse-timestamp.ts';
import { faultsOf, type Parsed } from '../../../core/validation/result.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { optional, parsePage } from '../query-wire.ts';
import { toTime } from '../time-wire.ts';

/**
 * Which part of what was announced a query asks for: what came after an event, or since a moment, or all.
 *
 * @throws Refused for everything that is wrong with it
 */
export const fromEventsQuery = (query: Readonly<Record<string, string>>): PageOf =>
  unwrapOrRefuse(parsePart(query), (field) => field);

function parsePart(query: Readonly<Record<string, string>>): Parsed<PageOf, 'limit' | 'after' | 'from'> {
  const page = parsePage(query, isEventId);
  const from = optional(query, 'from', parseTimestamp, timestampForm);
  if (!page.ok || !from.ok) return { ok: false, faults: faultsOf<'limit' | 'after' | 'from'>(page, from) };
  const { limit, after = from.value === undefined ? undefined : announcedBefore(from.value) } = page.value;
  return { ok: true, value: { limit, ...(after !== undefined && { after }) } };
}

/** An event as it was put on the bus. */
export const toEvent = ({ id, publishedAt, type, detail }: PublishedEvent) => ({
  ...{ id, publishedAt: toTime(publishedAt), type, detail },
});
