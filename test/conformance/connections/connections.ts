import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type { LocateConnection, WriteConnections } from '../../../functions/core/records/connection-ports.ts';
import { inventory, newConnection, noteOn as note, now, organization } from './connection-scene.ts';

/** What every implementation of the connection ports does. Each test uses an organization of its own. */
export function connectionsConformance(
  name: string,
  open: () => Promise<{
    readonly write: WriteConnections;
    readonly locate: LocateConnection;
  }>,
): void {
  describe(`connections: ${name}`, () => {
    test('one that was created is found by number and by uid, whole, in its organization only', async () => {
      const { write } = await open();
      const connection = newConnection(organization(), 1);
      expect(await write.create(connection, 'unique')).toBe('created');
      const { organizationId, uid } = connection;
      expect(await write.byId(organizationId, 1)).toEqual(connection);
      expect(await write.byUid(organizationId, uid)).toEqual(connection);
      expect(await write.byId(organizationId, 2)).toBeUndefined();
      expect(await write.byId(organizationId + 1, 1)).toBeUndefined();
      expect(await write.byUid(organizationId + 1, uid)).toBeUndefined();
    });

    test('every verification and target is kept whole', async () => {
      const { write } = await open();
      const organizationId = organization();
      const changes: readonly Partial<Connection>[] = [
        { verification: { status: 'unverified', since: 1 } },
        { verification: { status: 'connecting', since: 1, job: 2 } },
        { verification: { status: 'error', since: 1, verifiedAt: 2, diagnosis: diagnose('storage-busy') } },
        { target: { provider: 'azure', endpoint: 'https://a.example', prefix: '' } },
        {
          target: { provider: 's3', endpoint: 'https://a.example', vendor: 'wasabi', proxy: 'http://p:1', prefix: '' },
        },
        { credential: { kind: 'assumed-role', accessKey: 'arn', version: '' }, revealable: true },
        { synchronize: true, dataset: { complete: true }, options: 'allow_other,ro' },
        { dataset: { complete: false, missing: ['images/val'] }, cloudFront: { domain: 'd.example' } },
        { dataset: { unknown: diagnose('list-denied') }, cloudFront: {} },
        { inventory: inventory(7), recorded: 3, lastVerdict: { status: 'connected', at: 1 } },
        { lastVerdict: { status: 'error', code: 'list-denied', at: 1 }, check: { dueAt: now, failures: 2 } },
        { check: { dueAt: now, failures: 0, cause: { kind: 'event', event: 'secret' }, rotated: true } },
        { check: { dueAt: now, failures: 0, cause: { kind: 'schedule' }, claim: 'c', begunAt: now, job: 4 } },
      ];
      for (const [index, change] of changes.entries()) {
        const connection = newConnection(organizationId, index + 1, change);
        await write.create(connection, 'unique');
        expect(await write.byId(organizationId, index + 1)).toEqual(connection);
      }
      expect(await write.all(organizationId)).toHaveLength(changes.length);
    });

    test('all of an organization are listed, newest first', async () => {
      const { write } = await open();
      const organizationId = organization();
      for (const id of [1, 2, 3]) await write.create(newConnection(organizationId, id), 'unique');
      expect((await write.all(organizationId)).map(({ id }) => id)).toEqual([3, 2, 1]);
      expect(await write.all(organizationId + 1)).toEqual([]);
    });

    test('numbers are given once each, also to many at once', async () => {
      const { write } = await open();
      const organizationId = organization();
      const given = await Promise.all(Array.from({ length: 8 }, () => write.nextId(organizationId)));
      expect(new Set(given).size).toBe(8);
      expect(Math.min(...given)).toBeGreaterThan(0);
    });

    test('of two with one name the first has it, until it goes', async () => {
      const { write } = await open();
      const organizationId = organization();
      const first = newConnection(organizationId, 1, { name: 'the name' });
      const second = newConnection(organizationId, 2, { name: 'the name' });
      expect(await write.create(first, 'unique')).toBe('created');
      expect(await write.create(second, 'unique')).toBe('name-taken');
      expect(await write.byId(organizationId, 2)).toBeUndefined();
      expect(await write.remove(first, note(first))).toBe(true);
      expect(await write.create(second, 'unique')).toBe('created');
    });

    test('a name that need not be unique may be had by several, and one that must be by none of them', async () => {
      const { write } = await open();
      const organizationId = organization();
      const [first, second, third] = [1, 2, 3].map((id) => newConnection(organizationId, id, { name: 'the name' }));
      if (!first || !second || !third) throw new Error('There are three.');
      expect(await write.create(first, 'shared')).toBe('created');
      expect(await write.create(second, 'shared')).toBe('created');
      expect(await write.create(third, 'unique')).toBe('name-taken');
      expect(await write.remove(second, note(second))).toBe(true);
      expect(await write.create(third, 'unique')).toBe('name-taken');
      expect(await write.remove(first, note(first))).toBe(true);
      expect(await write.create(third, 'unique')).toBe('created');
    });

    test('a new name is taken, and the old one given up, with the change or not at all', async () => {
      const { write } = await open();
      const organizationId = organization();
      const [seen, other] = [newConnection(organizationId, 1, { name: 'old' }), newConnection(organizationId, 2)];
      await write.create(seen, 'unique');
      await write.create(other, 'unique');
      const renamed = { ...seen, name: 'new', options: 'ro', version: 2 };
      expect(await write.update({ ...renamed, name: other.name }, seen)).toBe('name-taken');
      expect(await write.byId(organizationId, 1)).toEqual(seen);
      expect(await write.update(renamed, seen)).toBe('updated');
      expect(await write.byId(organizationId, 1)).toEqual(renamed);
      expect(await write.update({ ...seen, name: 'third', version: 2 }, seen)).toBe('overtaken');
      expect(await write.create(newConnection(organizationId, 3, { name: 'new' }), 'unique')).toBe('name-taken');
      expect(await write.create(newConnection(organizationId, 4, { name: 'old' }), 'unique')).toBe('created');
      expect(await write.create(newConnection(organizationId, 5, { name: 'third' }), 'unique')).toBe('created');
      const { options: _gone, ...plain } = renamed;
      expect(await write.update({ ...plain, version: 3 }, renamed)).toBe('updated');
      expect(await write.byId(organizationId, 1)).toEqual({ ...plain, version: 3 });
    });

    test('a change is made to the version that was seen, and of several at once one wins', async () => {
      const { write } = await open();
      const seen = newConnection(organization(), 1);
      await write.create(seen, 'unique');
      const change = (bucket: string): Connection => ({ ...seen, target: { ...seen.target, bucket }, version: 2 });
      const won = await Promise.all(['a', 'b', 'c'].map((bucket) => write.update(change(bucket), seen)));
      expect(won.toSorted()).toEqual(['overtaken', 'overtaken', 'updated']);
      const winner = ['a', 'b', 'c'][won.indexOf('updated')];
      expect(await write.byId(seen.organizationId, 1)).toEqual(change(winner ?? ''));
      expect(await write.update(change('d'), seen)).toBe('overtaken');
      expect(await write.remove(seen, note(seen))).toBe(false);
    });

    test('a change that verified anew has its verdict and its next check, and takes away what it does not have', async () => {
      const { write } = await open();
      const seen = newConnection(organization(), 1, {
        ...{ check: { dueAt: now, failures: 3, claim: 'c' }, inventory: inventory(1), dataset: { complete: true } },
      });
      await write.create(seen, 'unique');
      const { inventory: _gone, dataset: _too, ...kept } = seen;
      const changed: Connection = {
        ...kept,
        verification: { status: 'connecting', since: now, job: 2 },
        check: { dueAt: now + 9, failures: 0 },
        ...{ recorded: 1, lastVerdict: { status: 'connected', at: now }, version: 2 },
      };
      expect(await write.update(changed, seen)).toBe('updated');
      expect(await write.byId(seen.organizationId, 1)).toEqual(changed);
    });

    test('where a connection is can be found by its uid alone, while it is there', async () => {
      const { write, locate } = await open();
      const seen = newConnection(organization(), 1);
      const { organizationId, uid } = seen;
      expect(await locate(uid)).toBeUndefined();
      await write.create(seen, 'unique');
      expect(await locate(uid)).toEqual({ organizationId, uid });
      await write.remove(seen, note(seen));
      expect(await locate(uid)).toBeUndefined();
    });

    test('removing takes everything but a note on the secret, which stays until it is forgotten', async () => {
      const { write } = await open();
      const seen = newConnection(organization(), 1);
      await write.create(seen, 'unique');
      expect(await write.remove(seen, note(seen))).toBe(true);
      expect(await write.byId(seen.organizationId, 1)).toBeUndefined();
      expect(await write.all(seen.organizationId)).toEqual([]);
      expect(await write.overdueSecrets(seen.organizationId, now)).toEqual([note(seen)]);
      await write.forgetSecret(note(seen));
      expect(await write.overdueSecrets(seen.organizationId, now)).toEqual([]);
      expect(await write.remove(seen, note(seen))).toBe(false);
    });

    test('a note is due when its time has come, and goes with the creation it was for', async () => {
      const { write } = await open();
      const connection = newConnection(organization(), 1);
      await write.expectSecret(note(connection, now + 10));
      expect(await write.overdueSecrets(connection.organizationId, now + 9)).toEqual([]);
      expect(await write.overdueSecrets(connection.organizationId, now + 10)).toEqual([note(connection, now + 10)]);
      await write.create(connection, 'unique');
      expect(await write.overdueSecrets(connection.organizationId, now + 10)).toEqual([]);
    });
  });
}
