/**
 * Calls that reach out to storage tell whether a credential is good, so they are limited: per key, per organization,
 * and per host where the caller chose it. The hosts of the providers themselves are everybody's and not counted.
 */
export type LimitSubject =
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'organization'; readonly id: number }
  | { readonly kind: 'host'; readonly host: string };

/** What a limit leaves its subject. */
export interface RateLimitStatus {
  readonly allowed: boolean;
  /** When it was asked, in epoch milliseconds; the seconds below count from here. */
  readonly at: number;
  /** Calls a minute, and the most at once. */
  readonly limit: number;
  /** Calls that could follow at once. */
  readonly remaining: number;
  /** Seconds until the next call is allowed, at least 1; 0 when it is now. */
  readonly retryAfterSeconds: number;
  /** Seconds until as many as `limit` could follow at once. */
  readonly resetSeconds: number;
}

/** Takes one call from a limit, at a moment in epoch milliseconds; a call that is not allowed takes nothing. */
export type TakeFromRateLimit = (subject: LimitSubject, now: number) => Promise<RateLimitStatus>;

const minute = 60_000;

/** The highest limit there can be, in calls a minute: as often as DynamoDB writes one row, 1,000 times a second. */
export const highestLimit = minute;

/**
 * Milliseconds in which a bucket of `limit` calls gets one of them back. Whole, so that a table's decimals add up as a
 * processor's binary does: fractions come to a little more than the minute, which costs many a bucket its last call.
 * Rounded up, so that a minute never gives back more than `limit`; up to 1,000 calls, at most one in sixty less.
 *
 * @param limit a whole number from 1 to `highestLimit`
 */
export const intervalOf = (limit: number): number => Math.ceil(minute / limit);

/** The latest moment for a bucket to be full again (epoch milliseconds) with which it has a call left at `now`. */
export const latestWithRoom = (limit: number, now: number): number => now + (limit - 1) * intervalOf(limit);

/**
 * A token bucket of `limit` calls that refills evenly, kept as one number: the moment at which it will be full again
 * (ITU-T I.371, the generic cell rate algorithm). One number can be moved on by one conditional write. Of two clocks,
 * the one behind sees less room than there is, never more.
 *
 * @param fullAt what is kept, in whole epoch milliseconds; undefined for a bucket that was never used
 * @param limit a whole number from 1 to `highestLimit`
 * @param now whole epoch milliseconds
 * @returns the allowance, and what to keep from now on
 */
export function takeFromBucket(
  fullAt: number | undefined,
  limit: number,
  now: number,
): { readonly allowance: RateLimitStatus; readonly fullAt: number } {
  const interval = intervalOf(limit);
  const before = Math.max(fullAt ?? now, now);
  const allowed = before <= latestWithRoom(limit, now);
  const kept = allowed ? before + interval : before;
  const room = limit * interval - (kept - now);
  return {
    fullAt: kept,
    allowance: {
      allowed,
      at: now,
      limit,
      remaining: Math.max(0, Math.floor(room / interval)),
      retryAfterSeconds: room >= interval ? 0 : Math.ceil((interval - room) / 1000),
      resetSeconds: Math.ceil((kept - now) / 1000),
    },
  };
}
