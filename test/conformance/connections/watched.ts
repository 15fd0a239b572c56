import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type {
  ConnectionLocation,
  FindWatched,
  VerifiedConnections,
  WriteConnections,
} from '../../../functions/core/records/connection-ports.ts';
import { newConnection, now, organization } from './connection-scene.ts';

/** What every implementation of `FindWatched` does. Each test uses an owner of its own. */
export function watchedConformance(
  name: string,
  open: () => Promise<{
    readonly write: WriteConnections;
    readonly verified: VerifiedConnections;
    readonly watched: FindWatched;
  }>,
): void {
  const placeOf = ({ organizationId, uid }: Connection): ConnectionLocation => ({ organizationId, uid });
  const azure = (account: string, bucket: string | undefined, id: number) =>
    newConnection(organization(), id, {
      target: { provider: 'azure', endpoint: 'https://a.example', prefix: '', ...(bucket !== undefined && { bucket }) },
      credential: { kind: 'account-key', accessKey: account, version: 'version-1' },
    });
  const newAccount = () => `account${organization()}`;

  describe(`watched connections: ${name}`, () => {
    test('those of one bucket are found, in all organizations, and those of all buckets, page by page', async () => {
      const { write, watched } = await open();
      const account = newAccount();
      const there = [
        ...[azure(account, undefined, 1), azure(account, 'box', 2), azure(account, 'box', 3), azure(account, 'box', 4)],
        azure(account, 'boxes', 5),
      ];
      for (const connection of [...there, azure(`${account}x`, 'box', 6)]) await write.create(connection, 'shared');
      const owner = `azure/${account}`;
      const walk = async (bucket?: string): Promise<readonly ConnectionLocation[]> => {
        const found: ConnectionLocation[] = [];
        const which = { owner, ...(bucket !== undefined && { bucket }) };
        for (let page = await watched(which, { limit: 2 }); ; ) {
          expect(page.items.length).toBeLessThanOrEqual(2);
          found.push(...page.items);
          if (page.next === undefined) return found;
          page = await watched(which, { limit: 2, after: page.next });
        }
      };
      expect(await walk('box')).toEqual(there.slice(1, 4).map(placeOf));
      expect(await walk()).toEqual(there.map(placeOf));
      expect(await walk('none')).toEqual([]);
      expect(await watched({ owner, bucket: 'box' }, { limit: 3 })).toEqual({ items: there.slice(1, 4).map(placeOf) });
    });

    test('a connection is found by what it points to now, and not once it is gone', async () => {
      const { write, verified, watched } = await open();
      const [first, second, third] = [newAccount(), newAccount(), newAccount()];
      const seen = azure(first, 'box', 1);
      const place = placeOf(seen);
      const found = async (account: string, bucket = 'box') =>
        (await watched({ owner: `azure/${account}`, bucket }, { limit: 9 })).items;
      await write.create(seen, 'unique');
      expect(await found(first)).toEqual([place]);
      const moved = { ...seen, target: { ...seen.target, bucket: 'other' }, version: 2 };
      await write.update(moved, seen);
      expect([await found(first), await found(first, 'other')]).toEqual([[], [place]]);
      const credential = { ...moved.credential, accessKey: second, version: 'version-2' };
      const replaced = { ...moved, credential, version: 3 };
      await write.update(replaced, moved);
      expect([await found(first, 'other'), await found(second, 'other')]).toEqual([[], [place]]);
      const rotated = { ...replaced, credential: { ...credential, accessKey: third, version: 'version-3' } };
      await verified.put({ ...rotated, recorded: 1 }, replaced, []);
      expect([await found(second, 'other'), await found(third, 'other')]).toEqual([[], [place]]);
      const foreign = newConnection(seen.organizationId, 1);
      const elsewhere = { ...replaced, target: foreign.target, credential: { ...foreign.credential, version: 'v' } };
      await write.update({ ...elsewhere, version: 4 }, rotated);
      expect(await found(third, 'other')).toEqual([]);
      await write.remove({ ...elsewhere, version: 4 }, { ...place, dueAt: now });
    });
  });
}
