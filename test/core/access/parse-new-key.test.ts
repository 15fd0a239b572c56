import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newOrganization } from '../../../functions/core/access/create-organization.ts';
import {
  type KeyDescription,
  mostOrganizationsOfKey,
  organizationsOfKey,
  parseKey,
} from '../../../functions/core/access/parse-new-key.ts';
import { scopes } from '../../../functions/core/access/scope.ts';
import { memoryOrganizations } from '../../memory/organizations.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const good = { name: 'CI', scopes: ['connections:verify'] };
const faultsOf = (changes: Partial<KeyDescription>) => {
  const parsed = parseKey({ ...good, ...changes }, now);
  return parsed.ok ? [] : parsed.faults.map(({ field, code }) => `${field} ${code}`);
};
const readAs = (changes: Partial<KeyDescription>) => {
  const parsed = parseKey({ ...good, ...changes }, now);
  if (!parsed.ok) throw new Error('It was refused.');
  return parsed.value;
};

describe('scopes', () => {
  test('are kept by the service’s names, each once, in their order', () => {
    const names = ['credentials:reveal', 'cloud_connectors/test', 'cloud_connectors / index', 'connections:verify'];
    expect(readAs({ scopes: names }).scopes).toEqual(['credentials:reveal', 'connections:verify', 'connections:list']);
  });

  test('are some, and known ones', () => {
    expect(faultsOf({ scopes: [] })).toEqual(['scopes blank']);
    for (const unknown of [
      '',
      'all',
      'connections:*',
      'Connections:read',
      'cloud_connectors/all',
      'connections:read ',
    ]) {
      expect(faultsOf({ scopes: ['connections:read', unknown] }), unknown).toEqual(['scopes invalid']);
    }
  });

  test('of any kind are subsets of what there is, or refused', () => {
    const name = fc.oneof(fc.constantFrom(...scopes, 'cloud_connectors/show'), fc.string());
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const parsed = parseKey({ ...good, scopes: names }, now);
        if (!parsed.ok) return;
        expect(parsed.value.scopes.length).toBeGreaterThan(0);
        expect(new Set(parsed.value.scopes).size).toBe(parsed.value.scopes.length);
        expect(scopes).toEqual(expect.arrayContaining([...parsed.value.scopes]));
      }),
    );
  });
});

describe('an end', () => {
  test('lies ahead', () => {
    expect(readAs({ expiresAt: '2026-11-20T12:00:00.001Z' }).expiresAt).toBe(now + 1);
    expect(readAs({}).expiresAt).toBeUndefined();
    for (const past of ['2026-11-20T12:00:00Z', '2026-11-20T12:30:00+01:00', '1999-01-01T00:00:00Z']) {
      expect(faultsOf({ expiresAt: past }), past).toEqual(['expiresAt invalid']);
    }
  });

  test.each(['', 'never', '2027-01-31', '90d'])('is not %j', (text) => {
    expect(faultsOf({ expiresAt: text })).toEqual(['expiresAt invalid']);
  });
});

test('a name is 1 to 100 printable characters', () => {
  expect(faultsOf({ name: ' ' })).toEqual(['name blank']);
  expect(faultsOf({ name: 'x'.repeat(101) })).toEqual(['name too_long']);
  expect(faultsOf({ name: '\u001b[31m' })).toEqual(['name invalid']);
});

describe('further organizations', () => {
  test('are named by id or slug', () => {
    expect(readAs({ organizations: [2, '3', 'four'] }).further).toEqual([{ id: 2 }, { id: 3 }, { slug: 'four' }]);
    for (const none of [0, 1.5, 2 ** 31, '', '0', '02', '-1', 'Four', 'a b']) {
      expect(faultsOf({ organizations: [2, none] }), `${none}`).toEqual(['organizations invalid']);
    }
  });

  test('are not without end', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    expect(faultsOf({ organizations: many(mostOrganizationsOfKey - 1) })).toEqual([]);
    expect(faultsOf({ organizations: many(mostOrganizationsOfKey) })).toEqual(['organizations too_long']);
  });

  test('come after the home, each once, and have to exist', async () => {
    const organizations = memoryOrganizations();
    for (const [id, slug] of [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ] as const) {
      await organizations.create(newOrganization({ name: slug, slug, id }, 0, randomBytes));
    }
    const of = async (...further: Parameters<typeof organizationsOfKey>[1]) => {
      const found = await organizationsOfKey(2, further, organizations);
      return found.ok ? found.value : found.faults.map(({ field, code }) => `${field} ${code}`);
    };
    expect(await of()).toEqual([2]);
    expect(await of({ slug: 'three' }, { id: 2 }, { id: 1 }, { id: 3 }, { slug: 'two' })).toEqual([2, 3, 1]);
    expect(await of({ id: 1 }, { id: 4 })).toEqual(['organizations invalid']);
    expect(await of({ slug: 'four' })).toEqual(['organizations invalid']);
  });
});

test('everything that is wrong is told at once', () => {
  const all = { name: '', scopes: [], expiresAt: 'never', organizations: [0] };
  expect(faultsOf(all)).toEqual(['name blank', 'scopes blank', 'expiresAt invalid', 'organizations invalid']);
});
