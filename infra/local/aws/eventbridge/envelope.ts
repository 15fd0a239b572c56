import { randomUUID } from 'node:crypto';

/** What an event says; the bus adds its number and the version. */
export type EventContent = {
  /** Twelve digits: the account that it is from. */
  readonly account: string;
  readonly region: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources: readonly string[];
  /** UTC, to the second. */
  readonly time: string;
};

/** An event as rules see it and targets receive it (EventBridge Events Reference, "Event structure"). */
export type BusEvent = EventContent & { readonly version: '0'; readonly id: string };

/** Puts an event into its envelope, under a new number. */
export function enveloped(content: EventContent): BusEvent {
  const { account, region, source, detail, resources, time } = content;
  const type = content['detail-type'];
  return { version: '0', id: randomUUID(), 'detail-type': type, source, account, time, region, resources, detail };
}

/** A moment as events write it. @param at milliseconds since 1970 */
export function eventTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
