import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Organization } from '../../../functions/core/access/organization.ts';
import {
  accessCacheTime,
  type ListOrganizations,
  type ReadOrganizations,
  type WriteOrganizations,
} from '../../../functions/core/access/ports.ts';
import type { PageOf } from '../../../functions/core/page.ts';
import { turnableClocks } from '../../memory/clocks.ts';

const now = Date.UTC(2026, 5, 1);
const largestId = 2 ** 31 - 1;

/** An organization as a test wants it, otherwise like no other. */
export const newOrganization = (change: Partial<Organization> = {}): Organization => ({
  id: randomInt(10_000, 900_000_000),
  slug: `o${randomBytes(12).toString('hex')}`,
  name: 'Bücher & Söhne',
  externalId: randomUUID(),
  cursorKey: randomBytes(32).toString('base64url'),
  createdAt: now,
  ...change,
});

/** What every implementation of the organization ports does. Tests may share a table. */
export function organizationsConformance(
  name: string,
  open: () => Promise<{
    readonly write: WriteOrganizations & ListOrganizations;
    /** As functions read that serve requests, by the given clocks. */
    readonly read: (clocks: ReturnType<typeof turnableClocks>['clocks']) => ReadOrganizations;
  }>,
): void {
  describe(`organizations: ${name}`, () => {
    test('one that was created is found by id and by slug, whole; others are not there', async () => {
      const { write, read } = await open();
      const organization = newOrganization();
      expect(await write.create(organization)).toBe('created');
      for (const port of [write, read(turnableClocks().clocks)]) {
        expect(await port.find({ id: organization.id })).toEqual(organization);
        expect(await port.find({ slug: organization.slug })).toEqual(organization);
        expect(await port.find({ id: largestId - 1 })).toBeUndefined();
        expect(await port.find({ slug: 'nobody' })).toBeUndefined();
      }
    });

    test.each([
      ['slug', { slug: 'the-slug' }, 'slug-taken'],
      ['id', { id: 901_000_000 }, 'id-taken'],
    ] as const)(
      'of several created at once with one %s one wins, and nothing of the others is there',
      async (_, same, refusal) => {
        const { write } = await open();
        const all = Array.from({ length: 4 }, () => newOrganization(same));
        const outcomes = await Promise.all(all.map(write.create));
        expect(outcomes.toSorted()).toEqual(['created', refusal, refusal, refusal].toSorted());
        for (const [index, organization] of all.entries()) {
          const winner = all[outcomes.indexOf('created')];
          const own = outcomes[index] === 'created' || 'id' in same ? winner : undefined;
          const { id, slug } = organization;
          expect(await write.find({ id })).toEqual(own);
          expect(await write.find({ slug })).toEqual('slug' in same || organization === winner ? winner : undefined);
          const { items } = await write.list({ limit: 1, after: String(id - 1) });
          expect(items.some((item) => item.id === id)).toBe(own !== undefined);
        }
      },
    );

    test('what was taken stays as it is, and who is refused for the slug may take another', async () => {
      const { write } = await open();
      const first = newOrganization();
      await write.create(first);
      expect(await write.create({ ...first, name: 'another' })).toBe('id-taken');
      const second = newOrganization({ slug: first.slug });
      expect(await write.create(second)).toBe('slug-taken');
      expect(await write.find({ slug: first.slug })).toEqual(first);
      expect(await write.create({ ...second, slug: `${first.slug}-2` })).toBe('created');
    });

    test('they are listed page by page in the order of their ids, however many digits these have', async () => {
      const { write } = await open();
      const ids = Array.from({ length: 25 }, (_, index) => 999_999_988 + index);
      await Promise.all(ids.toReversed().map((id) => write.create(newOrganization({ id }))));
      const page = async (of: PageOf) => {
        const { items, next } = await write.list(of);
        return { ids: items.map(({ id }) => id), next };
      };
      const first = await page({ limit: 10, after: String(999_999_987) });
      expect(first).toEqual({ ids: ids.slice(0, 10), next: String(ids[9]) });
      const second = await page({ limit: 10, after: first.next ?? '' });
      expect(second).toEqual({ ids: ids.slice(10, 20), next: String(ids[19]) });
      const third = await page({ limit: 10, after: second.next ?? '' });
      expect(third.ids.slice(0, 5)).toEqual(ids.slice(20));
      expect(await page({ limit: 9, after: String(largestId) })).toEqual({ ids: [], next: undefined });
      expect((await page({ limit: 1 })).ids).toHaveLength(1);
    });

    test('numbers are given once each, also to many at once, and are listed as nothing', async () => {
      const { write } = await open();
      const given = await Promise.all(Array.from({ length: 8 }, () => write.nextId()));
      expect(new Set(given).size).toBe(8);
      expect(Math.min(...given)).toBeGreaterThan(0);
      const last = newOrganization({ id: largestId });
      await write.create(last);
      expect(await write.list({ limit: 1, after: String(largestId - 1) })).toEqual({ items: [last] });
    });

    test('one is disabled as of the first time that was said, until it is enabled', async () => {
      const { write } = await open();
      const organization = newOrganization();
      const { id } = organization;
      await write.create(organization);
      expect(await write.disable(id, undefined)).toEqual(organization);
      expect(await write.disable(id, now + 1)).toEqual({ ...organization, disabledAt: now + 1 });
      expect(await write.disable(id, now + 2)).toEqual({ ...organization, disabledAt: now + 1 });
      expect(await write.find({ id })).toEqual({ ...organization, disabledAt: now + 1 });
      expect(await write.disable(id, undefined)).toEqual(organization);
      expect(await write.find({ slug: organization.slug })).toEqual(organization);
      expect(await write.disable(id, now + 3)).toEqual({ ...organization, disabledAt: now + 3 });
    });

    test('one that does not exist cannot be disabled or enabled, and is not made by it', async () => {
      const { write } = await open();
      const { id } = newOrganization();
      expect(await write.disable(id, now)).toBeUndefined();
      expect(await write.disable(id, undefined)).toBeUndefined();
      expect(await write.find({ id })).toBeUndefined();
    });

    test('one that was not there is found at once, and one that was disabled is seen to be in time', async () => {
      const { write, read } = await open();
      const { clocks, turn } = turnableClocks();
      const reader = read(clocks);
      const organization = newOrganization();
      const { id, slug } = organization;
      expect(await reader.find({ slug })).toBeUndefined();
      expect(await reader.find({ id })).toBeUndefined();
      await write.create(organization);
      expect(await reader.find({ slug })).toEqual(organization);
      expect(await reader.find({ id })).toEqual(organization);
      const disabled = await write.disable(id, now);
      turn(accessCacheTime);
      expect(await reader.find({ slug })).toEqual(disabled);
      expect(await reader.find({ id })).toEqual(disabled);
    });
  });
}
