import { randomInt, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  intervalOf,
  type LimitSubject,
  type TakeFromRateLimit,
  takeFromBucket,
} from '../../../functions/core/access/rate-limit.ts';

const now = Date.UTC(2026, 5, 1);

/** The limits that the implementations are opened with; a seventh of a minute is no whole number of milliseconds. */
export const triedLimits = { key: 10, organization: 7, host: 4 } as const;

/** What every implementation of the limits does. Each test uses subjects of its own. */
export function limitsConformance(name: string, open: () => Promise<TakeFromRateLimit>): void {
  const key = (id: string = randomUUID()): LimitSubject => ({ kind: 'key', id });
  const newId = () => randomInt(1, 2 ** 31);
  const subjects = [
    key(),
    { kind: 'organization', id: newId() },
    { kind: 'host', host: `${randomUUID()}.example.com:9000` },
  ] as const satisfies readonly LimitSubject[];
  const used = async (take: TakeFromRateLimit, subject: LimitSubject) => {
    for (let calls = 0; calls < triedLimits[subject.kind]; calls++) await take(subject, now);
  };

  describe(`limits: ${name}`, () => {
    test.each(subjects)('of a $kind are what the core computes, call by call', async (subject) => {
      const take = await open();
      const limit = triedLimits[subject.kind];
      const times = [...Array.from({ length: limit + 2 }, () => 0), 900, 10_000, 10_000, 61_000, 61_001, 900_000];
      let fullAt: number | undefined;
      for (const after of times) {
        const expected = takeFromBucket(fullAt, limit, now + after);
        expect(await take(subject, now + after), `after ${after} ms`).toEqual(expected.allowance);
        fullAt = expected.fullAt;
      }
    });

    test('of many calls at once as many are allowed as the limit is, each with a remainder of its own', async () => {
      const take = await open();
      const subject = key();
      const allowances = await Promise.all(Array.from({ length: 20 }, () => take(subject, now)));
      const allowed = allowances.filter((allowance) => allowance.allowed);
      expect(allowed.map(({ remaining }) => remaining).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const refused = allowances.filter((allowance) => !allowance.allowed);
      expect(refused).toHaveLength(10);
      for (const allowance of refused) {
        expect(allowance).toMatchObject({ limit: 10, remaining: 0, retryAfterSeconds: 6, resetSeconds: 60 });
      }
    });

    test('of many calls at once on one that is partly used, as many are allowed as are left', async () => {
      const take = await open();
      const subject = key();
      for (let calls = 0; calls < 6; calls++) await take(subject, now);
      const allowances = await Promise.all(Array.from({ length: 20 }, (_, at) => take(subject, now + at)));
      expect(allowances.filter(({ allowed }) => allowed)).toHaveLength(4);
    });

    test('one that is used up gives a call back when it says so, and no sooner', async () => {
      const take = await open();
      const subject = key();
      await used(take, subject);
      const { allowed, retryAfterSeconds } = await take(subject, now);
      expect(allowed).toBe(false);
      expect((await take(subject, now + retryAfterSeconds * 1000 - 1)).allowed).toBe(false);
      expect((await take(subject, now + retryAfterSeconds * 1000)).allowed).toBe(true);
      expect((await take(subject, now + retryAfterSeconds * 1000)).allowed).toBe(false);
    });

    test('one that was left alone for a minute is whole again', async () => {
      const take = await open();
      const subject = key();
      await used(take, subject);
      const later = now + triedLimits.key * intervalOf(triedLimits.key);
      expect((await take(subject, later)).remaining).toBe(triedLimits.key - 1);
    });

    test('subjects do not share one, whatever they are called', async () => {
      const take = await open();
      const host = `${randomUUID()}.example.com`;
      await used(take, { kind: 'host', host });
      expect((await take({ kind: 'host', host }, now)).allowed).toBe(false);
      const others: readonly LimitSubject[] = [
        key(host),
        { kind: 'host', host: `${host}:9000` },
        { kind: 'host', host: `a.${host}` },
      ];
      for (const other of others) expect((await take(other, now)).remaining).toBe(triedLimits[other.kind] - 1);
      const id = newId();
      await used(take, { kind: 'organization', id });
      expect((await take(key(String(id)), now)).remaining).toBe(triedLimits.key - 1);
    });

    test('a clock that is behind gets no more out of one, and does it no harm', async () => {
      const take = await open();
      const subject = key();
      await used(take, subject);
      expect((await take(subject, now - 3_600_000)).allowed).toBe(false);
      expect(await take(subject, now + 6_000)).toMatchObject({ allowed: true, remaining: 0 });
    });
  });
}
