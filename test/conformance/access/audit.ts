import { randomInt, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AuditEntry, AuditOutcome, AuditQuery } from '../../../functions/core/access/audit.ts';
import type { ReadAudit, WriteAudit } from '../../../functions/core/ports.ts';
import { newUid } from '../../../functions/core/uid.ts';

const start = Date.UTC(2026, 5, 1);
const day = 86_400_000;

/** The days that the implementations are opened with, and how many rows they may look at in one call. */
export const triedRetentionDays = 30;
export const triedMostRows = 6;

/**
 * What every implementation of the trail does. Each test uses an organization of its own.
 *
 * @param open gives one whose clock stands at `now` when it is read
 */
export function auditConformance(
  name: string,
  open: (now: number) => Promise<{ readonly write: WriteAudit; readonly read: ReadAudit }>,
): void {
  const newEntry = (organizationId: number, at: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
    id: newUid(at, Math.random),
    organizationId,
    at,
    actor: { kind: 'key', key: 'abc123' },
    action: 'connection.create',
    endpoint: 'edge-impulse/add-bucket',
    connections: [],
    asked: {},
    from: { ip: '192.0.2.1', agent: 'curl/8' },
    outcome: { kind: 'unfinished' },
    ...change,
  });

  /** A trail with an entry at each of these milliseconds after the start; a text is a connection that it names. */
  const trailOf = async (entries: readonly (number | readonly [number, string])[], now = start + day) => {
    const trail = await open(now);
    const organizationId = randomInt(1, 2 ** 31);
    const all = entries.map((entry) => {
      const [after, connection] = typeof entry === 'number' ? [entry] : entry;
      return newEntry(organizationId, start + after, { connections: connection === undefined ? [] : [connection] });
    });
    // In no order: it is not what the trail goes by.
    for (const entry of all.toSorted((a, b) => (a.id.slice(-4) < b.id.slice(-4) ? 1 : -1))) await trail.write(entry);
    const read = (query: Partial<AuditQuery> = {}) => trail.read({ organizationId, limit: 100, ...query });
    const times = async (query: Partial<AuditQuery> = {}) => (await read(query)).items.map(({ at }) => at - start);
    /** Every page, to the last. */
    const pages = async (query: Partial<AuditQuery>) => {
      const found: (readonly number[])[] = [];
      let after: string | undefined;
      do {
        const page = await read({ ...query, ...(after !== undefined && { after }) });
        found.push(page.items.map(({ at }) => at - start));
        after = page.next;
      } while (after !== undefined && found.length < 30);
      return found;
    };
    return { ...trail, organizationId, all, read, times, pages };
  };

  describe(`audit trail: ${name}`, () => {
    test('entries are given back whole, newest first', async () => {
      const { write, read } = await open(start + day);
      const organizationId = randomInt(1, 2 ** 31);
      const outcomes: readonly AuditOutcome[] = [
        { kind: 'unfinished' },
        { kind: 'done', status: 201 },
        { kind: 'done', status: 200, verdict: 'secret-key-wrong' },
        { kind: 'refused', status: 403, reason: 'forbidden' },
        { kind: 'failed', status: 500 },
      ];
      const actors: readonly AuditEntry['actor'][] = [
        { kind: 'token', subject: 'ü@example.com' },
        { kind: 'operator', arn: 'arn:aws:iam::123456789012:user/o' },
      ];
      const entries = outcomes.map((outcome, at) => {
        const actor = actors[at];
        const connections = Array.from({ length: at }, () => randomUUID());
        return newEntry(organizationId, start + at, {
          outcome,
          connections,
          asked: { id: '7' },
          ...(actor && { actor }),
        });
      });
      for (const entry of entries) await write(entry);
      expect(await read({ organizationId, limit: 100 })).toEqual({ items: entries.toReversed() });
    });

    test('an entry that is written again is in the place of the one before', async () => {
      const { write, read } = await open(start + day);
      const unfinished = newEntry(randomInt(1, 2 ** 31), start);
      const done: AuditEntry = { ...unfinished, connections: [randomUUID()], outcome: { kind: 'done', status: 201 } };
      await write(unfinished);
      await write(done);
      expect(await read({ organizationId: done.organizationId, limit: 100 })).toEqual({ items: [done] });
    });

    test('organizations do not see each other’s', async () => {
      const { read, organizationId, all } = await trailOf([1]);
      expect((await read()).items).toEqual(all);
      for (const other of [organizationId + 1, organizationId * 10]) {
        expect(await read({ organizationId: other })).toEqual({ items: [] });
      }
    });

    test.each([1, 2, 3, 7, 100])('in pages of %i, none is lost and none comes twice', async (limit) => {
      // Several of one moment, whose order is that of their ids.
      const { all, pages } = await trailOf([0, 1, 1, 1, 2, 9, 9]);
      const found = await pages({ limit });
      expect(found.flat()).toEqual([9, 9, 2, 1, 1, 1, 0]);
      expect(found.slice(0, -1).every((page) => page.length === Math.min(limit, triedMostRows))).toBe(true);
      expect(found).toHaveLength(Math.ceil(all.length / Math.min(limit, triedMostRows)));
    });

    test('a page comes after an entry that was written meanwhile no less, and after one that is gone', async () => {
      const { write, organizationId, times } = await trailOf([0, 5, 9]);
      await write(newEntry(organizationId, start + 7));
      expect(await times({ after: newUid(start + 7, () => 0) })).toEqual([5, 0]);
      expect(await times({ after: '0' })).toEqual([]);
      expect(await times({ after: 'z' })).toEqual([9, 7, 5, 0]);
    });

    test('only what is between two moments is given, both included', async () => {
      const { times } = await trailOf([0, 1, 1, 2, 3, 4]);
      expect(await times({ from: start + 1 })).toEqual([4, 3, 2, 1, 1]);
      expect(await times({ to: start + 1 })).toEqual([1, 1, 0]);
      expect(await times({ from: start + 1, to: start + 1 })).toEqual([1, 1]);
      expect(await times({ from: start + 1, to: start + 3 })).toEqual([3, 2, 1, 1]);
      expect(await times({ from: start + 3, to: start + 1 })).toEqual([]);
      expect(await times({ from: start + 0.5, to: start + 2.5 })).toEqual([2, 1, 1]);
      expect(await times({ from: -1, to: 2 ** 60 })).toEqual([4, 3, 2, 1, 1, 0]);
      expect(await times({ to: -1 })).toEqual([]);
      expect(await times({ from: 2 ** 60 })).toEqual([]);
    });

    test('pages and moments go together', async () => {
      const { pages, read, times } = await trailOf([0, 1, 2, 3, 4, 5]);
      expect(await pages({ limit: 2, from: start + 1, to: start + 4 })).toEqual([
        [4, 3],
        [2, 1],
      ]);
      const { next = '' } = await read({ limit: 2 });
      expect(await times({ after: next, to: start + 5 })).toEqual([3, 2, 1, 0]);
      expect(await times({ after: next, to: start + 2 })).toEqual([2, 1, 0]);
      expect(await times({ after: next, from: start + 4 })).toEqual([]);
    });

    test('only what names a connection is given, however far back it is', async () => {
      const others = Array.from({ length: 15 }, (_, at) => [at + 1, at % 4 === 0 ? 'a' : 'b'] as const);
      const { pages, times } = await trailOf([[0, 'a'], ...others, 99]);
      const expected = [13, 9, 5, 1, 0];
      for (const limit of [1, 2, 100]) expect((await pages({ limit, connection: 'a' })).flat()).toEqual(expected);
      expect((await pages({ limit: 100, connection: 'a' })).length).toBeGreaterThan(1);
      expect((await pages({ limit: 2, connection: 'c' })).flat()).toEqual([]);
      expect(await times({ connection: 'a', from: start + 4, to: start + 6 })).toEqual([5]);
    });

    test('an entry is there for the days that the deployment says, and not after', async () => {
      const { times } = await trailOf([0, 1_000, day], start + triedRetentionDays * day);
      expect(await times()).toEqual([day, 1_000]);
      const { times: before, pages } = await trailOf([0, 1_000, day], start + triedRetentionDays * day - 1);
      expect(await before()).toEqual([day, 1_000, 0]);
      expect(await pages({ limit: 2 })).toEqual([[day, 1_000], [0]]);
    });

    test('a page that only entries past their time would follow is the last', async () => {
      const { pages } = await trailOf([0, 1_000, day], start + triedRetentionDays * day);
      expect(await pages({ limit: 2 })).toEqual([[day, 1_000]]);
    });
  });
}
