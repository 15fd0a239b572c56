import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highestLimit, intervalOf, latestWithRoom, takeFromBucket } from '../../../functions/core/access/rate-limit.ts';

const start = Date.UTC(2026, 5, 1);
const minute = 60_000;

const limits = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: highestLimit }));
/** Milliseconds between calls: at once, within an interval, within a minute, long after. */
const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(300), fc.nat(20_000), fc.nat(3 * minute)), { maxLength: 60 });
/** A bucket that is anything from full to empty. */
const used = (limit: number) => fc.integer({ min: 0, max: limit * intervalOf(limit) }).map((ms) => start + ms);
const limitAndUse = limits.chain((limit) => fc.record({ limit: fc.constant(limit), fullAt: used(limit) }));
const few = fc.integer({ min: 1, max: 200 });
const fewAndUse = few.chain((limit) => fc.record({ limit: fc.constant(limit), fullAt: used(limit) }));

/** Calls at these moments, one after the other; those that were allowed. */
function allowedOf(limit: number, moments: readonly number[]): readonly number[] {
  let fullAt: number | undefined;
  return moments.filter((now) => {
    const next = takeFromBucket(fullAt, limit, now);
    fullAt = next.fullAt;
    return next.allowance.allowed;
  });
}

/** How many calls in a row are allowed at one moment, up to `most`. */
function inARow(fullAt: number | undefined, limit: number, now: number, most: number): number {
  let kept = fullAt;
  for (let calls = 0; calls < most; calls++) {
    const next = takeFromBucket(kept, limit, now);
    if (!next.allowance.allowed) return calls;
    kept = next.fullAt;
  }
  return most;
}

const momentsAfter = (waits: readonly number[]): readonly number[] => {
  let now = start;
  return waits.map((wait) => {
    now += wait;
    return now;
  });
};

/** Whether so many calls within so many milliseconds are no more than the limit and what a minute gives back. */
const isWithin = (limit: number, calls: number, milliseconds: number) =>
  calls * minute <= limit * minute + milliseconds * limit;

describe('a limit', () => {
  test('lets as many through at once as it says, whatever it says', () => {
    for (let limit = 1; limit <= 500; limit++) {
      expect(inARow(undefined, limit, start, limit + 1), `${limit} a minute`).toBe(limit);
    }
  });

  test('lets no more through in any time than at once and what that time gives back', () => {
    fc.assert(
      fc.property(few, gaps, (limit, waits) => {
        const allowed = allowedOf(limit, momentsAfter(waits));
        for (const [first, since] of allowed.entries()) {
          for (const [last, until] of allowed.entries()) {
            if (last >= first) expect(isWithin(limit, last - first + 1, until - since)).toBe(true);
          }
        }
      }),
    );
  });

  test('refuses only what would be more than that', () => {
    fc.assert(
      fc.property(few, gaps, (limit, waits) => {
        const interval = intervalOf(limit);
        let fullAt: number | undefined;
        const allowed: number[] = [];
        for (const now of momentsAfter(waits)) {
          const next = takeFromBucket(fullAt, limit, now);
          fullAt = next.fullAt;
          const isTooMany = allowed.some(
            (since, first) => (allowed.length - first + 1 - limit) * interval > now - since,
          );
          expect(next.allowance.allowed).toBe(!isTooMany);
          if (next.allowance.allowed) allowed.push(now);
        }
      }),
    );
  });

  test('gives back what it says in a minute, but for a fraction of a call', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        expect(intervalOf(limit) * limit).toBeGreaterThanOrEqual(minute);
        expect((intervalOf(limit) - 1) * limit).toBeLessThan(minute);
      }),
    );
  });

  test('says how many calls remain, and no more and no fewer do', () => {
    fc.assert(
      fc.property(fewAndUse, fc.nat(2 * minute), ({ limit, fullAt }, later) => {
        const { allowance, fullAt: kept } = takeFromBucket(fullAt, limit, start + later);
        expect(inARow(kept, limit, start + later, limit + 1)).toBe(allowance.remaining);
        expect(allowance.limit).toBe(limit);
      }),
    );
  });

  test('allows the next call after the seconds it says, and not a second before', () => {
    fc.assert(
      fc.property(limitAndUse, fc.nat(2 * minute), ({ limit, fullAt }, later) => {
        const now = start + later;
        const { allowance, fullAt: kept } = takeFromBucket(fullAt, limit, now);
        const { allowed, remaining, retryAfterSeconds: seconds } = allowance;
        expect(seconds === 0).toBe(remaining > 0);
        if (!allowed) expect(seconds).toBeGreaterThanOrEqual(1);
        expect(takeFromBucket(kept, limit, now + seconds * 1000).allowance.allowed).toBe(true);
        if (seconds > 0) expect(takeFromBucket(kept, limit, now + (seconds - 1) * 1000).allowance.allowed).toBe(false);
      }),
    );
  });

  test('is whole again after the seconds it says, and not a second before', () => {
    fc.assert(
      fc.property(fewAndUse, ({ limit, fullAt }) => {
        const { allowance, fullAt: kept } = takeFromBucket(fullAt, limit, start);
        const { resetSeconds: seconds, retryAfterSeconds } = allowance;
        expect(seconds).toBeGreaterThanOrEqual(retryAfterSeconds);
        expect(inARow(kept, limit, start + seconds * 1000, limit)).toBe(limit);
        if (seconds > 0) expect(inARow(kept, limit, start + (seconds - 1) * 1000, limit)).toBeLessThan(limit);
      }),
    );
  });

  test('is taken nothing from by a call that it refuses', () => {
    fc.assert(
      fc.property(limitAndUse, ({ limit, fullAt }) => {
        const next = takeFromBucket(fullAt, limit, start);
        expect(next.fullAt).toBe(next.allowance.allowed ? fullAt + intervalOf(limit) : fullAt);
        expect(next.allowance.allowed).toBe(fullAt <= latestWithRoom(limit, start));
      }),
    );
  });

  test('is not widened by a clock that goes back, nor harmed by it', () => {
    const clocks = fc.array(fc.integer({ min: -5 * minute, max: 5 * minute }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(few, clocks, (limit, offsets) => {
        const allowed = allowedOf(
          limit,
          offsets.map((offset) => start + offset),
        );
        for (const [first, since] of allowed.entries()) {
          for (const [last, until] of allowed.entries()) {
            if (last >= first) expect(isWithin(limit, last - first + 1, Math.max(0, until - since))).toBe(true);
          }
        }
        // Whatever came before: once the furthest of the clocks is reached and the bucket has filled, it is whole.
        let fullAt: number | undefined;
        for (const offset of offsets) fullAt = takeFromBucket(fullAt, limit, start + offset).fullAt;
        const later = start + Math.max(...offsets) + limit * intervalOf(limit);
        expect(inARow(fullAt, limit, later, limit + 1)).toBe(limit);
      }),
    );
  });
});
