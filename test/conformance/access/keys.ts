import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type ApiKey, mintApiKey } from '../../../functions/core/access/api-key.ts';
import {
  accessCacheTime,
  type ListKeys,
  type ReadKeys,
  type WriteKeys,
  type WriteOrganizations,
} from '../../../functions/core/access/ports.ts';
import { scopes } from '../../../functions/core/access/scope.ts';
import { turnableClocks } from '../../memory/clocks.ts';
import { newOrganization } from './organizations.ts';

const now = Date.UTC(2026, 5, 1);

/** What every implementation of the key ports does. Each test uses organizations of its own. */
export function keysConformance(
  name: string,
  open: () => Promise<{
    readonly write: WriteKeys & ListKeys;
    readonly organizations: Pick<WriteOrganizations, 'create'>;
    /** As functions read that serve requests, by the given clocks. */
    readonly read: (clocks: ReturnType<typeof turnableClocks>['clocks']) => ReadKeys;
  }>,
): void {
  const newKey = (organizations: ApiKey['organizations'], change: Partial<ApiKey> = {}): ApiKey => {
    const { key } = mintApiKey(
      { name: 'Schlüssel', organizations, scopes: ['connections:list'], createdAt: now, createdBy: 'arn:of:me' },
      randomBytes,
    );
    return { ...key, ...change };
  };
  /** The ports, and so many organizations. */
  const opened = async () => {
    const ports = await open();
    const organization = async (): Promise<number> => {
      const made = newOrganization();
      expect(await ports.organizations.create(made)).toBe('created');
      return made.id;
    };
    return { ...ports, organization };
  };

  describe(`keys: ${name}`, () => {
    test('one that was created is found, whole; others are not there', async () => {
      const { write, read, organization } = await opened();
      const home = await organization();
      const keys = [newKey([home]), newKey([home], { scopes, expiresAt: now + 1 }), newKey([home], { scopes: [] })];
      for (const key of keys) {
        expect(await write.find(key.id)).toBeUndefined();
        expect(await write.create(key)).toBe('created');
        expect(await write.find(key.id)).toEqual(key);
        expect(await read(turnableClocks().clocks).find(key.id)).toEqual(key);
      }
    });

    test('one of several organizations is among the keys of each, its home first', async () => {
      const { write, organization } = await opened();
      const [home, further, other] = [await organization(), await organization(), await organization()];
      const shared = newKey([further, home]);
      const own = newKey([home]);
      for (const key of [shared, own]) await write.create(key);
      const byId = [shared, own].toSorted((a, b) => (a.id < b.id ? -1 : 1));
      expect(await write.ofOrganization(home, { limit: 9 })).toEqual({ items: byId });
      expect(await write.ofOrganization(further, { limit: 9 })).toEqual({ items: [shared] });
      expect(await write.ofOrganization(other, { limit: 9 })).toEqual({ items: [] });
    });

    test('one for an organization that does not exist is not there at all', async () => {
      const { write, organization } = await opened();
      const home = await organization();
      const nowhere = newOrganization().id;
      for (const key of [newKey([nowhere]), newKey([home, nowhere]), newKey([nowhere, home])]) {
        expect(await write.create(key)).toBe('no-organization');
        expect(await write.find(key.id)).toBeUndefined();
      }
      expect(await write.ofOrganization(home, { limit: 9 })).toEqual({ items: [] });
      expect(await write.ofOrganization(nowhere, { limit: 9 })).toEqual({ items: [] });
    });

    test('of several created at once with one id one wins, and nothing of the others is there', async () => {
      const { write, organization } = await opened();
      const homes = await Promise.all(Array.from({ length: 3 }, organization));
      const { id } = newKey([1]);
      const keys = homes.map((home) => newKey([home], { id }));
      const outcomes = await Promise.allSettled(keys.map(write.create));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const winner = keys[outcomes.findIndex(({ status }) => status === 'fulfilled')];
      expect(await write.find(id)).toEqual(winner);
      for (const home of homes) {
        const items = winner?.organizations.includes(home) ? [winner] : [];
        expect(await write.ofOrganization(home, { limit: 9 })).toEqual({ items });
      }
    });

    test('they are listed page by page in the order of their ids', async () => {
      const { write, organization } = await opened();
      const home = await organization();
      const keys = Array.from({ length: 25 }, () => newKey([home])).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      await Promise.all(keys.map(write.create));
      const first = await write.ofOrganization(home, { limit: 10 });
      expect(first).toEqual({ items: keys.slice(0, 10), next: keys[9]?.id });
      const second = await write.ofOrganization(home, { limit: 10, after: first.next ?? '' });
      expect(second).toEqual({ items: keys.slice(10, 20), next: keys[19]?.id });
      const third = await write.ofOrganization(home, { limit: 10, after: second.next ?? '' });
      expect(third).toEqual({ items: keys.slice(20) });
      expect(await write.ofOrganization(home, { limit: 25 })).toEqual({ items: keys });
    });

    test('one is revoked as of the first time that was said, and stays in the list', async () => {
      const { write, organization } = await opened();
      const home = await organization();
      const key = newKey([home]);
      await write.create(key);
      const revoked = { ...key, revokedAt: now + 1 };
      expect(await write.revoke(key.id, now + 1)).toEqual(revoked);
      expect(await write.revoke(key.id, now + 2)).toEqual(revoked);
      expect(await write.find(key.id)).toEqual(revoked);
      expect(await write.ofOrganization(home, { limit: 1 })).toEqual({ items: [revoked] });
    });

    test('one that does not exist cannot be revoked, and is not made by it', async () => {
      const { write } = await open();
      const { id } = newKey([1]);
      expect(await write.revoke(id, now)).toBeUndefined();
      expect(await write.find(id)).toBeUndefined();
    });

    test('one that was not there is found at once, and one that was revoked is seen to be in time', async () => {
      const { write, read, organization } = await opened();
      const { clocks, turn } = turnableClocks();
      const reader = read(clocks);
      const key = newKey([await organization()]);
      expect(await reader.find(key.id)).toBeUndefined();
      await write.create(key);
      expect(await reader.find(key.id)).toEqual(key);
      turn(accessCacheTime - 1);
      await write.revoke(key.id, now);
      turn(1);
      expect(await reader.find(key.id)).toEqual({ ...key, revokedAt: now });
    });
  });
}
