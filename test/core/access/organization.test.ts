import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOrganizationId, isSlug, organizationNamed } from '../../../functions/core/access/organization.ts';

const largestId = 2 ** 31 - 1;

describe("an organization's name", () => {
  test('is every id that a signed 32-bit integer holds, from 1 on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: largestId }), (id) => {
        expect(isOrganizationId(id)).toBe(true);
        expect(organizationNamed(String(id))).toEqual({ id });
      }),
    );
    expect(organizationNamed(String(largestId))).toEqual({ id: largestId });
  });

  test('is no other number', () => {
    for (const id of [0, -1, largestId + 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isOrganizationId(id)).toBe(false);
      expect(organizationNamed(String(id))).toBeUndefined();
    }
    for (const text of ['01', '+1', '1e3', '1.0', ' 1', '1 ', '1\n', '0x10', '９', '9'.repeat(10), '1'.repeat(99)]) {
      expect(organizationNamed(text)).toBeUndefined();
    }
  });

  test('is every slug: lower case, digits and hyphens after a letter, 63 at most', () => {
    const slug = fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/);
    fc.assert(
      fc.property(slug, (text) => {
        expect(isSlug(text)).toBe(true);
        expect(organizationNamed(text)).toEqual({ slug: text });
      }),
    );
    expect(organizationNamed('a'.repeat(63))).toEqual({ slug: 'a'.repeat(63) });
  });

  test('is no other text', () => {
    for (const text of ['', '-a', '1a', 'A', 'aB', 'a_b', 'a b', 'a.b', 'a/b', 'ä', 'a\n', 'a'.repeat(64)]) {
      expect(isSlug(text)).toBe(false);
      expect(organizationNamed(text)).toBeUndefined();
    }
  });

  test('is an id or a slug and never both, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const named = organizationNamed(text);
        if (named === undefined) return;
        expect('id' in named ? String(named.id) : named.slug).toBe(text);
        expect('id' in named).toBe(!isSlug(text));
      }),
    );
  });
});
