import { describe, expect, test } from 'vitest';
import type { WriteAnnouncements } from '../../../functions/core/events/ports.ts';
import type { Due, FindDue, WriteChecks } from '../../../functions/core/records/check-ports.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type { VerifiedConnections, WriteConnections } from '../../../functions/core/records/connection-ports.ts';
import type { NextCheck } from '../../../functions/core/records/schedule.ts';
import { lineOf, newConnection, now, organization } from '../connections/connection-scene.ts';

interface Opened {
  readonly write: WriteConnections;
  readonly verified: VerifiedConnections;
  readonly checks: WriteChecks;
  readonly due: FindDue;
  readonly announcements: WriteAnnouncements;
}

const schedule = { kind: 'schedule' } as const;
const request = { kind: 'request' } as const;

/** What every implementation of the ports of checks does. Each test uses connections of its own. */
export function checksConformance(name: string, open: () => Promise<Opened>): void {
  /** A connection that is there, whose next check is as given. */
  async function opened(check?: NextCheck, change: Partial<Connection> = {}) {
    const ports = await open();
    const connection = newConnection(organization(), 1, { ...(check && { check }), ...change });
    await ports.write.create(connection, 'unique');
    const { organizationId, uid } = connection;
    return {
      ...{ ...ports, connection, of: { organizationId, uid }, stranger: { organizationId: organizationId + 1, uid } },
      check: async () => (await ports.write.byUid(organizationId, uid))?.check,
      /** What of the connection is due at a moment, by the shards that there are. */
      dueAt: async (at: number): Promise<readonly Due[]> => {
        const shards = Array.from({ length: ports.due.shards }, (_, shard) => shard);
        const found = await Promise.all(shards.map((shard) => ports.due.inShard(shard, at, 1_000)));
        return found.flat().filter((one) => one.uid === uid);
      },
    };
  }

  describe(`checks: ${name}`, () => {
    test('a check is found once it is due, and moves with every step', async () => {
      const { checks, of, dueAt } = await opened({ dueAt: now, failures: 0 });
      const found = (at: number) => [{ kind: 'check', ...of, dueAt: at }];
      expect(await dueAt(now - 1)).toEqual([]);
      expect(await dueAt(now)).toEqual(found(now));
      await checks.claim(of, now, 'c', now + 10);
      expect(await dueAt(now + 9)).toEqual([]);
      expect(await dueAt(now + 10)).toEqual(found(now + 10));
      await checks.loop(of, 'c', 7, now + 20);
      expect(await dueAt(now + 19)).toEqual([]);
      await checks.postpone(of, 'c', now + 30);
      expect(await dueAt(now + 29)).toEqual([]);
      await checks.bringForward(of, { dueAt: now + 5, cause: request });
      expect(await dueAt(now + 5)).toEqual(found(now + 5));
    });

    test('what is not to be checked is not due; neither is what is gone', async () => {
      const { write, verified, connection, dueAt } = await opened();
      expect(await dueAt(now * 2)).toEqual([]);
      const changed = { ...connection, recorded: 1, check: { dueAt: now, failures: 0 } };
      await verified.put(changed, connection, []);
      expect(await dueAt(now)).toHaveLength(1);
      const anew: Connection = { ...changed, verification: { status: 'unverified', since: 1 }, version: 2 };
      await write.update({ ...anew, check: { dueAt: now + 5, failures: 0 } }, changed);
      expect(await dueAt(now + 4)).toEqual([]);
      expect(await dueAt(now + 5)).toHaveLength(1);
      await write.remove({ ...anew }, { organizationId: connection.organizationId, uid: connection.uid, dueAt: now });
      expect(await dueAt(now + 5)).toEqual([]);
    });

    test('the longest due come first, so many at most, announcements among them', async () => {
      const { due, announcements, write, connection, of, dueAt } = await opened({ dueAt: now + 20, failures: 0 });
      const { entry } = lineOf(connection, 0);
      const lines = [{ entry, announceAt: now + 10 }];
      await write.update({ ...connection, version: 2 }, connection, lines);
      const line = { kind: 'announcement', uid: of.uid, id: entry.id };
      const check = { kind: 'check', ...of, dueAt: now + 20 };
      expect(await dueAt(now + 20)).toEqual([{ ...line, dueAt: now + 10 }, check]);
      await announcements.take(of.uid, entry.id, now + 10, now + 30);
      expect(await dueAt(now + 30)).toEqual([check, { ...line, dueAt: now + 30 }]);
      const shards = Array.from({ length: due.shards }, (_, shard) => due.inShard(shard, now + 30, 1));
      for (const found of await Promise.all(shards)) expect(found.length).toBeLessThanOrEqual(1);
      await announcements.passOver(entry);
      expect(await dueAt(now + 30)).toEqual([check]);
    });

    test('a check is claimed as it was found, once, and keeps why it is made', async () => {
      const why = { failures: 2, cause: schedule, rotated: true } as const;
      const { checks, of, stranger, check } = await opened({ dueAt: now, ...why, claim: 'old', begunAt: 1, job: 2 });
      expect(await checks.claim(of, now - 1, 'c', now + 9)).toBe(false);
      expect(await checks.claim(stranger, now, 'c', now + 9)).toBe(false);
      const won = await Promise.all(['a', 'b', 'c'].map((claim) => checks.claim(of, now, claim, now + 9)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await check()).toEqual({ dueAt: now + 9, ...why, claim: ['a', 'b', 'c'][won.indexOf(true)] });
    });

    test('whoever has the claim begins, one at a time, until it counts as dead; not while the loop looks', async () => {
      const { checks, of, stranger, connection, check } = await opened({ dueAt: now, failures: 0, claim: 'c' });
      expect(await checks.begin(of, 'other', now, now - 5)).toBeUndefined();
      expect(await checks.begin(stranger, 'c', now, now - 5)).toBeUndefined();
      const begun = { ...connection, check: { dueAt: now, failures: 0, claim: 'c', begunAt: now } };
      expect(await checks.begin(of, 'c', now, now - 5)).toEqual(begun);
      expect(await checks.begin(of, 'c', now + 5, now)).toBeUndefined();
      expect((await checks.begin(of, 'c', now + 6, now + 1))?.check?.begunAt).toBe(now + 6);
      expect(await checks.loop(of, 'other', 7, now + 9)).toBe(false);
      expect(await checks.loop(of, 'c', 7, now + 9)).toBe(true);
      expect(await check()).toEqual({ dueAt: now + 9, failures: 0, claim: 'c', begunAt: now + 6, job: 7 });
      expect(await checks.begin(of, 'c', now + 99, now + 98)).toBeUndefined();
    });

    test('a check that is given back is nobody’s', async () => {
      const why = { failures: 2, cause: schedule, rotated: true } as const;
      const { checks, of, check } = await opened({ dueAt: now, ...why, claim: 'c', begunAt: now, job: 1 });
      expect(await checks.postpone(of, 'other', now + 9)).toBe(false);
      expect(await checks.postpone(of, 'c', now + 9)).toBe(true);
      expect(await check()).toEqual({ dueAt: now + 9, ...why });
      expect(await checks.postpone(of, 'c', now + 10)).toBe(false);
    });

    test.each<readonly [string, NextCheck | undefined, NextCheck | undefined]>([
      ['a later one', { dueAt: now + 1, failures: 2 }, { dueAt: now, failures: 2, cause: request }],
      ['one due by then', { dueAt: now, failures: 2, cause: schedule }, undefined],
      ['one overdue', { dueAt: now - 9, failures: 2 }, undefined],
      [
        'one being made',
        { dueAt: now - 9, failures: 2, rotated: true, claim: 'c', begunAt: 1, job: 3 },
        { dueAt: now, failures: 2, rotated: true, cause: request },
      ],
      ['none', undefined, { dueAt: now, failures: 0, cause: request }],
    ])('a check is brought forward in the place of %s', async (_, before, after) => {
      const { checks, of, stranger, check, dueAt } = await opened(before);
      expect(await checks.bringForward(stranger, { dueAt: now, cause: request })).toBe(false);
      expect(await checks.bringForward(of, { dueAt: now, cause: request }, { accessKey: 'other' })).toBe(false);
      expect(await check()).toEqual(before);
      const done = await checks.bringForward(of, { dueAt: now, cause: request }, { accessKey: 'name' });
      expect(done).toBe(after !== undefined);
      expect(await check()).toEqual(after ?? before);
      expect(await dueAt(now)).toHaveLength(1);
    });

    test.each<readonly [string, NextCheck | undefined, Omit<NextCheck, 'rotated' | 'cause'>]>([
      ['a later one', { dueAt: now + 1, failures: 2 }, { dueAt: now, failures: 2 }],
      ['one due by then, which moves', { dueAt: now, failures: 2 }, { dueAt: now + 1, failures: 2 }],
      ['one overdue, which moves', { dueAt: now - 9, failures: 2, cause: schedule }, { dueAt: now + 1, failures: 2 }],
      ['none', undefined, { dueAt: now, failures: 0 }],
    ])('another version of the secret is not forgotten: %s', async (_, before, after) => {
      const { checks, of, check, dueAt } = await opened(before);
      const to = { dueAt: now, cause: { kind: 'event', event: 'secret' }, rotated: true } as const;
      expect(await checks.bringForward(of, to)).toBe(true);
      const { cause, rotated } = to;
      expect(await check()).toEqual({ ...after, cause, rotated });
      expect(await dueAt(after.dueAt)).toEqual([{ kind: 'check', ...of, dueAt: after.dueAt }]);
      // Once more it is due by then anyway, with the other version.
      expect(await checks.bringForward(of, { ...to, dueAt: now + 2 })).toBe(false);
    });

    test('nothing is brought forward of a connection that is gone', async () => {
      const { checks, of, write, connection } = await opened();
      await write.remove(connection, { ...of, dueAt: now });
      for (const rotated of [{}, { rotated: true } as const]) {
        expect(await checks.bringForward(of, { dueAt: now, cause: request, ...rotated })).toBe(false);
      }
      expect(await write.all(of.organizationId)).toEqual([]);
    });
  });
}
