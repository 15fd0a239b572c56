import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApiKey } from '../../../functions/core/access/api-key.ts';
import type { KeptAuditEntry } from '../../../functions/core/access/audit.ts';
import { newUid } from '../../../functions/core/uid.ts';
import { fromCreateKeyRequest, keyIdIn, toKey } from '../../../functions/dialects/admin/key-wire.ts';
import { fromCreateRequest, toOrganization } from '../../../functions/dialects/admin/organization-wire.ts';
import { parsePage, toPage } from '../../../functions/dialects/admin/query-wire.ts';
import { fromAuditQuery, toEntry } from '../../../functions/dialects/admin/read-audit/wire.ts';
import { Refused } from '../../../functions/http/problem.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const time = '2026-11-20T12:00:00.000Z';

/** What is read, or what it is refused for. */
function outcomeOf<T>(read: () => T) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { problem } = error;
    return problem.kind === 'invalid' ? problem.faults.map(({ field, message }) => `${field} ${message}`) : problem;
  }
}
const noObject = { kind: 'malformed', message: 'The request body must be a JSON object.' };

describe('a request for an organization', () => {
  const read = (body: unknown) => outcomeOf(() => fromCreateRequest(body));

  test('may leave out the id or null it, and may hold what is unknown', () => {
    const good = { name: 'Acme', slug: 'acme' };
    for (const id of [undefined, null]) {
      expect(read({ ...good, id, externalId: 'mine', cursorKey: 'mine' })).toEqual(good);
    }
    expect(read({ ...good, id: 9 })).toEqual({ ...good, id: 9 });
  });

  test('of wrong types says what each should be', () => {
    expect(read({})).toEqual(['name is required', 'slug is required']);
    expect(read({ name: 1, slug: null, id: '7' })).toEqual([
      'name must be a string',
      'slug must be a string',
      'id must be a number',
    ]);
    expect(read({ name: 'Acme', slug: 'acme', id: 1.5 })).toEqual(['id must be an integer']);
  });

  test.each([undefined, null, [], 'text', 5])('of %j is no object', (body) => {
    expect(read(body)).toEqual(noObject);
  });
});

describe('a request for a key', () => {
  const read = (body: unknown) => outcomeOf(() => fromCreateKeyRequest(body, now));

  test('may leave out or null what is optional', () => {
    const good = { name: 'CI', scopes: ['connections:verify'] };
    const described = { ...good, further: [] };
    expect(read(good)).toEqual(described);
    expect(read({ ...good, expiresAt: null, organizations: null, createdBy: 'me' })).toEqual(described);
  });

  test('of wrong types says what each should be', () => {
    expect(read({})).toEqual(['name is required', 'scopes is required']);
    expect(read({ name: 1, scopes: 'all', expiresAt: 5, organizations: 7 })).toEqual([
      'name must be a string',
      'scopes must be an array',
      'expiresAt must be a string',
      'organizations must be an array',
    ]);
    expect(read({ name: 'x', scopes: [5], organizations: [{}] })).toEqual([
      'scopes.0 must be a string',
      'organizations.0 is not valid',
    ]);
  });
});

test('any JSON is read or refused, and a refusal never repeats a value', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constant('CANARY-VALUE\u0000'), fc.constant(['CANARY-VALUE']));
  const body = fc.record(
    { name: value, slug: value, id: value, scopes: value, expiresAt: value, organizations: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(body, (given) => {
      for (const read of [fromCreateRequest, (of: unknown) => fromCreateKeyRequest(of, now)]) {
        const outcome = outcomeOf((): unknown => read(given));
        if (Array.isArray(outcome)) expect(outcome.join().includes('CANARY')).toBe(false);
      }
    }),
  );
});

test('a key’s id in a path is one, or nothing is there', () => {
  expect(keyIdIn({ key: '0123456789ab' })).toBe('0123456789ab');
  for (const key of ['', '0123456789a', '0123456789AB', 'ei_0123456789ab', '0123456789ab\n', '0123456789il']) {
    expect(
      outcomeOf(() => keyIdIn({ key })),
      key,
    ).toEqual({ kind: 'not-found' });
  }
  expect(outcomeOf(() => keyIdIn({}))).toEqual({ kind: 'not-found' });
});

describe('a page', () => {
  const read = (query: Record<string, string>) => parsePage(query, (text) => text === 'known');

  test('has 50 items unless it says otherwise', () => {
    expect(read({})).toEqual({ ok: true, value: { limit: 50 } });
    expect(read({ limit: '100', after: 'known' })).toEqual({ ok: true, value: { limit: 100, after: 'known' } });
    expect(read({ limit: '1', color: 'red' })).toEqual({ ok: true, value: { limit: 1 } });
  });

  test.each(['', '0', '101', '-1', '1.0', '01', '1e1', ' 5', 'all', '99999999999999999999'])(
    'of %j is refused',
    (limit) => {
      expect(read({ limit })).toMatchObject({
        ok: false,
        faults: [{ field: 'limit', message: 'must be a number from 1 to 100' }],
      });
    },
  );

  test('after what is nothing is refused, with what else is wrong', () => {
    expect(read({ limit: '0', after: 'else' })).toMatchObject({
      ok: false,
      faults: [{ field: 'limit' }, { field: 'after', code: 'invalid' }],
    });
  });

  test('says null when it is the last', () => {
    expect(toPage('things', { items: [1, 2], next: '2' }, String)).toEqual({ things: ['1', '2'], next: '2' });
    expect(toPage('things', { items: [] }, String)).toEqual({ things: [], next: null });
  });
});

describe('a query of the trail', () => {
  const read = (query: Record<string, string>) => outcomeOf(() => fromAuditQuery(query));
  const uid = newUid(now, Math.random);

  test('may ask for a part', () => {
    expect(read({})).toEqual({ limit: 50 });
    const query = { limit: '200', after: uid, connection: uid, from: time, to: '2026-11-20T13:00:00+01:00' };
    expect(read(query)).toEqual({ limit: 200, after: uid, connection: uid, from: now, to: now });
  });

  test.each([
    [{ limit: '201' }, ['limit must be a number from 1 to 200']],
    [{ after: 'x' }, ['after must be what an earlier page has as "next"']],
    [{ connection: uid.toUpperCase() }, ['connection must be the uid of a connection']],
    [{ connection: '7b1f3f06-6a7c-4c1e-9d7e-111111111111' }, ['connection must be the uid of a connection']],
    [{ from: '2026-11-20' }, ['from must be a time with its offset from UTC, such as 2027-01-31T18:00:00Z']],
    [{ to: '' }, ['to must be a time with its offset from UTC, such as 2027-01-31T18:00:00Z']],
    [{ from: '2026-11-20T12:00:00.001Z', to: time }, ['from must not be later than "to"']],
  ])('of %j is refused', (query, faults) => {
    expect(read(query)).toEqual(faults);
  });

  test('is told everything that is wrong with it at once', () => {
    const wrong = { limit: '', after: '', from: '', to: '', connection: '' };
    expect(read(wrong)).toHaveLength(5);
  });
});

describe('an answer', () => {
  test('on an organization has all but the key of its cursors', () => {
    const organization = { id: 7, slug: 'acme', name: 'Acme', externalId: 'uuid', cursorKey: 'hidden', createdAt: now };
    const shown = { id: 7, slug: 'acme', name: 'Acme', externalId: 'uuid', createdAt: time };
    expect(toOrganization(organization)).toEqual({ ...shown, status: 'active', disabledAt: null });
    expect(toOrganization({ ...organization, disabledAt: now })).toEqual({
      ...{ ...shown, status: 'disabled', disabledAt: time },
    });
  });

  test('on a key has all but its secret, and says what has become of it', () => {
    const key: ApiKey = {
      ...{ id: '0123456789ab', name: 'CI', organizations: [2, 1], scopes: ['connections:list'], secretHash: 'hidden' },
      ...{ createdAt: now, createdBy: 'arn:aws:iam::000000000000:user/administrator' },
    };
    const { secretHash: _, ...rest } = key;
    const shown = { ...rest, organization: 2, createdAt: time, expiresAt: null, revokedAt: null, lastUsedAt: null };
    expect(toKey(key, now, undefined)).toEqual({ ...shown, status: 'active' });
    expect(toKey({ ...key, expiresAt: now + 1 }, now, now)).toMatchObject({ status: 'active', lastUsedAt: time });
    expect(toKey({ ...key, expiresAt: now }, now, undefined)).toMatchObject({ status: 'expired', expiresAt: time });
    expect(toKey({ ...key, expiresAt: now, revokedAt: now }, now, undefined)).toMatchObject({
      ...{ status: 'revoked', revokedAt: time },
    });
  });

  test('on an entry says how it ended', () => {
    const entry: KeptAuditEntry = {
      ...{ id: 'uuid', organizationId: 7, at: now, actor: { kind: 'operator', arn: 'arn' }, action: 'key.create' },
      ...{ endpoint: 'admin/create-key', connections: [], asked: { organization: 'acme' } },
      ...{ from: { ip: '127.0.0.1', agent: 'curl' }, outcome: { kind: 'unfinished' } },
    };
    const { organizationId, outcome: _, ...rest } = entry;
    const shown = { ...rest, organization: organizationId, at: time, key: null };
    expect(toEntry(entry)).toEqual({ ...shown, outcome: 'unfinished', status: null });
    expect(toEntry({ ...entry, key: '0123456789ab' })).toMatchObject({ key: '0123456789ab' });
    const ended = (outcome: KeptAuditEntry['outcome']) => toEntry({ ...entry, outcome });
    expect(ended({ kind: 'done', status: 201 })).toEqual({ ...shown, outcome: 'done', status: 201 });
    expect(ended({ kind: 'done', status: 200, verdict: 'connected' })).toMatchObject({ verdict: 'connected' });
    expect(ended({ kind: 'refused', status: 409, reason: 'invalid' })).toEqual({
      ...{ ...shown, outcome: 'refused', status: 409, reason: 'invalid' },
    });
    expect(ended({ kind: 'failed', status: 500 })).toEqual({ ...shown, outcome: 'failed', status: 500 });
  });
});
