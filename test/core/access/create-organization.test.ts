import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  freeOrganizationId,
  newOrganization,
  type OrganizationDescription,
  parseOrganization,
} from '../../../functions/core/access/create-organization.ts';
import { memoryOrganizations } from '../../memory/organizations.ts';

const good = { name: 'Acme', slug: 'acme' };
const faultsOf = (changes: Partial<OrganizationDescription>) => {
  const parsed = parseOrganization({ ...good, ...changes });
  return parsed.ok ? [] : parsed.faults.map(({ field, code }) => `${field} ${code}`);
};

describe('a description', () => {
  test.each([
    {},
    { id: 1 },
    { id: 2 ** 31 - 1 },
    { slug: 'a' },
    { slug: `a${'-'.repeat(62)}` },
    { name: 'x'.repeat(100) },
    { name: '🦭'.repeat(100) },
    { name: 'Ärzte ohne Grenzen, e. V.' },
  ])('may hold %j', (changes) => {
    expect(faultsOf(changes)).toEqual([]);
  });

  test.each([
    [{ name: '' }, 'name blank'],
    [{ name: ' \t' }, 'name blank'],
    [{ name: 'x'.repeat(101) }, 'name too_long'],
    [{ name: '🦭'.repeat(101) }, 'name too_long'],
    [{ name: 'a\u0000b' }, 'name invalid'],
    [{ name: 'a\nb' }, 'name invalid'],
    [{ name: 'a\u2028b' }, 'name invalid'],
    [{ name: '\ud800' }, 'name invalid'],
    [{ slug: '' }, 'slug blank'],
    [{ slug: '1acme' }, 'slug invalid'],
    [{ slug: 'Acme' }, 'slug invalid'],
    [{ slug: 'acme\n' }, 'slug invalid'],
    [{ slug: 'a'.repeat(64) }, 'slug invalid'],
    [{ id: 0 }, 'id invalid'],
    [{ id: -1 }, 'id invalid'],
    [{ id: 1.5 }, 'id invalid'],
    [{ id: 2 ** 31 }, 'id invalid'],
  ])('may not hold %j', (changes, fault) => {
    expect(faultsOf(changes)).toEqual([fault]);
  });

  test('is told everything that is wrong with it at once', () => {
    expect(faultsOf({ name: '', slug: '', id: 0 })).toEqual(['name blank', 'slug blank', 'id invalid']);
  });
});

describe('a number', () => {
  test('is counted from 1 and passes over those that were given', async () => {
    const organizations = memoryOrganizations();
    for (const [id, slug] of [
      [1, 'one'],
      [3, 'three'],
      [4, 'four'],
    ] as const) {
      await organizations.create(newOrganization({ name: slug, slug, id }, 0, randomBytes));
    }
    expect(await freeOrganizationId(organizations)).toBe(2);
    expect(await freeOrganizationId(organizations)).toBe(5);
  });

  test('is not looked for without end, but the next request goes on', async () => {
    const organizations = memoryOrganizations();
    for (let id = 1; id <= 60; id++) {
      await organizations.create(newOrganization({ name: 'x', slug: `x${id}`, id }, 0, randomBytes));
    }
    expect(await freeOrganizationId(organizations)).toBeUndefined();
    expect(await freeOrganizationId(organizations)).toBe(61);
  });
});

describe('a new organization', () => {
  const random = fc.uint8Array({ minLength: 48, maxLength: 48 });
  const madeOf = (bytes: Uint8Array) => {
    let drawn = 0;
    return newOrganization({ ...good, id: 7 }, 5, (count) => {
      drawn += count;
      return bytes.subarray(drawn - count, drawn);
    });
  };

  test('has a UUIDv4 and 32 bytes, all as drawn but for six bits', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const made = madeOf(bytes);
        expect(made).toEqual({ ...good, id: 7, createdAt: 5, externalId: made.externalId, cursorKey: made.cursorKey });
        expect(made.externalId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        const id = Buffer.from(made.externalId.replaceAll('-', ''), 'hex');
        const drawn = [...bytes.subarray(0, 16)].map((byte, index) => {
          if (index === 6) return 0x40 | (byte & 0x0f);
          return index === 8 ? 0x80 | (byte & 0x3f) : byte;
        });
        expect([...id]).toEqual(drawn);
        expect([...Buffer.from(made.cursorKey, 'base64url')]).toEqual([...bytes.subarray(16)]);
        expect(made.cursorKey).toMatch(/^[\w-]{43}$/);
      }),
    );
  });
});
