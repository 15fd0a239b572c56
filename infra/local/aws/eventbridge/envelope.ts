import { randomUUID } from 'node:crypto';

/** An event without the id and version that a bus adds. */
export type EventContent = {
  /** The account that it comes from: twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources: readonly string[];
  /** UTC, to the second. */
  readonly time: string;
};

/**
 * An event as rules match it and targets receive it
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html).
 */
export type BusEvent = EventContent & { readonly version: '0'; readonly id: string };

/** Adds the version and a new id to an event's content. */
export function toBusEvent(content: EventContent): BusEvent {
  const { account, region, source, detail, resources, time } = content;
  const type = content['detail-type'];
  return { version: '0', id: randomUUID(), 'detail-type': type, source, account, time, region, resources, detail };
}

/** Formats a time as events have it: UTC, to the second. @param timeMs milliseconds since 1970 */
export function formatEventTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
