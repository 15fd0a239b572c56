import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { ReadHistory } from '../../../functions/core/events/ports.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type { VerifiedConnections, WriteConnections } from '../../../functions/core/records/connection-ports.ts';
import type { PendingEntry } from '../../../functions/core/records/history-entry.ts';
import { inventory, lineOf, newConnection, noteOn as note, now, organization } from './connection-scene.ts';

/** What every implementation does of verdicts on connections, and of changes that meet them. */
export function verdictsConformance(
  name: string,
  open: () => Promise<{
    readonly write: WriteConnections;
    readonly verified: VerifiedConnections;
    readonly history: ReadHistory;
  }>,
): void {
  describe(`verdicts on connections: ${name}`, () => {
    test('a change that verified nothing leaves what was recorded meanwhile', async () => {
      const { write, verified } = await open();
      const seen = newConnection(organization(), 1, { check: { dueAt: now, failures: 0 } });
      await write.create(seen, 'unique');
      const recorded: Connection = {
        ...seen,
        ...{
          recorded: 1,
          inventory: inventory(1),
          dataset: { complete: true },
          check: { dueAt: now + 9, failures: 1 },
        },
        lastVerdict: { status: 'error', code: 'bucket-not-found', at: now + 5 },
        credential: { ...seen.credential, accessKey: 'other', version: 'version-2' },
        verification: { status: 'error', since: now, verifiedAt: now, diagnosis: diagnose('bucket-not-found') },
      };
      expect(await verified.put(recorded, seen, [])).toBe(true);
      const change = { name: 'new', synchronize: true, updatedAt: now + 6, version: 2 };
      expect(await write.update({ ...seen, ...change }, seen)).toBe('updated');
      expect(await write.byId(seen.organizationId, 1)).toEqual({ ...recorded, ...change });
    });

    test('a change that counts on a secret is not made when the connection has another version of it', async () => {
      const { write, verified } = await open();
      const seen = newConnection(organization(), 1);
      await write.create(seen, 'unique');
      const rotated = { ...seen, recorded: 1, credential: { ...seen.credential, version: 'version-2' } };
      await verified.put(rotated, seen, []);
      const { verification, credential, target } = seen;
      for (const change of [
        { verification: { ...verification } },
        { credential: { ...credential, version: 'version-3' } },
        { target: { ...target, bucket: 'other' } },
      ]) {
        expect(await write.update({ ...seen, ...change, version: 2 }, seen)).toBe('overtaken');
      }
      expect(await write.byId(seen.organizationId, 1)).toEqual(rotated);
    });

    test('lines of the history are written with what they are about, or not at all', async () => {
      const { write, verified, history } = await open();
      const seen = newConnection(organization(), 1, { name: 'one' });
      const other = newConnection(seen.organizationId, 2, { name: 'two' });
      const { uid } = seen;
      const ids = async () => (await history.list(uid, { limit: 9 })).items.map(({ id }) => id);
      const lines = [1, 2, 3].map((at) => lineOf(seen, at));
      const [first, second, third] = lines;
      if (!first || !second || !third) throw new Error('There are three.');
      expect(await write.create(seen, 'unique', [first])).toBe('created');
      const refused: readonly PendingEntry[] = [lineOf(seen, 4)];
      await write.create(other, 'unique');
      const taken = { ...newConnection(seen.organizationId, 3), name: 'one' };
      expect(await write.create(taken, 'unique', refused)).toBe('name-taken');
      expect(await write.update({ ...seen, name: 'two', version: 2 }, seen, refused)).toBe('name-taken');
      const changed = { ...seen, synchronize: true, version: 2 };
      expect(await write.update(changed, seen, [second])).toBe('updated');
      expect(await write.update({ ...seen, version: 2 }, seen, refused)).toBe('overtaken');
      expect(await verified.put({ ...seen, recorded: 1 }, seen, refused)).toBe(false);
      expect(await verified.put({ ...changed, recorded: 1 }, changed, [third])).toBe(true);
      expect(await ids()).toEqual(lines.map(({ entry }) => entry.id).reverse());
    });

    test('a verdict is put on what was seen, and on nothing else', async () => {
      const { write, verified } = await open();
      const organizationId = organization();
      const seen = newConnection(organizationId, 1, { recorded: 1, check: { dueAt: now, failures: 0 } });
      await write.create(seen, 'unique');
      const changed: Connection = {
        ...seen,
        ...{ recorded: 2, name: 'not taken over', inventory: inventory(2) },
        verification: { status: 'error', since: now, verifiedAt: now, diagnosis: diagnose('bucket-not-found') },
        lastVerdict: { status: 'error', code: 'bucket-not-found', at: now },
        check: { dueAt: now + 5, failures: 1 },
      };
      const { recorded: _none, check: _neither, ...bare } = seen;
      for (const other of [
        { ...seen, version: 2 },
        { ...seen, recorded: 2 },
        { ...seen, check: { dueAt: now + 1, failures: 0 } },
        { ...seen, credential: { ...seen.credential, version: 'version-2' } },
        { ...seen, organizationId: organizationId + 1 },
        { ...bare, check: { dueAt: now, failures: 0 } },
        { ...bare, recorded: 1 },
        newConnection(organizationId, 2),
      ]) {
        expect(await verified.put({ ...changed, uid: other.uid }, other, [])).toBe(false);
      }
      expect(await write.all(organizationId)).toEqual([seen]);
      expect(await verified.put(changed, seen, [])).toBe(true);
      expect(await verified.byUid(organizationId, seen.uid)).toEqual({ ...changed, name: seen.name });
      expect(await verified.put(changed, seen, [])).toBe(false);
    });

    test('a first verdict is put where there was none; of several at once one wins', async () => {
      const { write, verified } = await open();
      const seen = newConnection(organization(), 1);
      await write.create(seen, 'unique');
      const put = (at: number, lines: readonly PendingEntry[]) =>
        verified.put({ ...seen, recorded: 1, check: { dueAt: now + at, failures: 0 } }, seen, lines);
      const won = await Promise.all([put(1, []), put(2, [lineOf(seen, 2)]), put(3, [lineOf(seen, 3)])]);
      expect(won.filter(Boolean)).toHaveLength(1);
      const check = { dueAt: now + won.indexOf(true) + 1, failures: 0 };
      expect(await verified.byUid(seen.organizationId, seen.uid)).toEqual({ ...seen, recorded: 1, check });
    });

    test('a verdict resurrects nothing', async () => {
      const { write, verified } = await open();
      const seen = newConnection(organization(), 1);
      await write.create(seen, 'unique');
      await write.remove(seen, note(seen));
      for (const lines of [[], [lineOf(seen, 1)]]) {
        expect(await verified.put({ ...seen, recorded: 1 }, seen, lines)).toBe(false);
      }
      expect(await write.all(seen.organizationId)).toEqual([]);
    });
  });
}
