import { describe, expect, test } from 'vitest';
import { authenticate } from '../../../functions/http/auth/authenticate.ts';
import { Refused } from '../../../functions/http/problem.ts';
import { access, minted, organization } from './callers.ts';
import { carriersOf } from './credential-headers.ts';

const now = 1_000_000;
const key = minted();
const expired = minted({ expiresAt: now });
const fresh = minted({ expiresAt: now + 1 });
const revoked = minted({ revokedAt: now - 1 });
const token = 'aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl';
const orphan = 'aGVhZGVy.b3JwaGFu.c2lnbmF0dXJl';
const { ports, calls } = access(
  [key, expired, fresh, revoked].map((made) => made.key),
  [organization(7), organization(8)],
  {
    [token]: { subject: 'ann', organizations: ['o8', '7', 'nobody', 'NOT A NAME', '8'], scopes: ['connections:list'] },
    [orphan]: { subject: 'bob', organizations: ['nobody', '999'], scopes: ['connections:list'] },
  },
);
const callerBy = (credential: string) => authenticate({ 'x-api-key': credential }, ports, now);
const unauthenticated = new Refused({ kind: 'unauthenticated' });

describe('a key', () => {
  test.each(carriersOf(key.text))('opens in %s', async (_, headers) => {
    expect(await authenticate(headers, ports, now)).toEqual({
      actor: { kind: 'key', key: key.key.id },
      organizations: [7],
      scopes: new Set(key.key.scopes),
    });
  });

  test('opens until the moment it expires', async () => {
    expect(await callerBy(fresh.text)).toMatchObject({ organizations: [7] });
    await expect(callerBy(expired.text)).rejects.toThrow(unauthenticated);
  });

  test('that is revoked, unknown or not a key is refused, and so is none', async () => {
    const [id, secret] = [key.key.id, key.text.slice(-32)];
    const wrongSecret = `ei_${id}_${secret.startsWith('0') ? '1' : '0'}${secret.slice(1)}`;
    for (const text of [revoked.text, minted().text, wrongSecret, id, secret, `${key.text}0`, 'null', 'a.b', '...']) {
      await expect(callerBy(text), text).rejects.toThrow(unauthenticated);
    }
    await expect(authenticate({}, ports, now)).rejects.toThrow(unauthenticated);
  });

  test('is looked up once, wherever it fails', async () => {
    for (const text of [key.text, revoked.text, expired.text, minted().text]) {
      calls.length = 0;
      await callerBy(text).catch(() => undefined);
      expect(calls).toEqual(['key']);
    }
  });
});

describe('a token', () => {
  test.each(carriersOf(token).filter(([name]) => !name.startsWith('Basic')))('opens in %s', async (_, headers) => {
    expect(await authenticate(headers, ports, now)).toMatchObject({ actor: { kind: 'token', subject: 'ann' } });
  });

  test('opens the organizations it names that exist, each once, the first as home', async () => {
    expect(await callerBy(token)).toEqual({
      actor: { kind: 'token', subject: 'ann' },
      organizations: [8, 7],
      scopes: new Set(['connections:list']),
    });
  });

  test('of no organization that exists, and one that nobody vouches for, are refused', async () => {
    await expect(callerBy(orphan)).rejects.toThrow(unauthenticated);
    await expect(callerBy('a.b.c')).rejects.toThrow(unauthenticated);
  });
});

test('two different credentials are refused, whichever of them is good', async () => {
  const both = { 'x-api-key': key.text, authorization: `Bearer ${token}` };
  await expect(authenticate(both, ports, now)).rejects.toThrow(unauthenticated);
  expect(await authenticate({ 'x-api-key': key.text, authorization: `Bearer ${key.text}` }, ports, now)).toBeDefined();
});
