import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isApiKeyId,
  isSecretOf,
  mintApiKey,
  parseApiKey,
  standingOfKey,
} from '../../../functions/core/access/api-key.ts';

const now = Date.UTC(2026, 5, 1);
const of = {
  name: 'the key',
  organizations: [7, 8],
  scopes: ['connections:verify'],
  createdAt: now,
  createdBy: 'somebody',
  expiresAt: now + 1,
} as const;
const mint = () => mintApiKey(of, randomBytes);

describe('an API key', () => {
  test('is recognised by its text, with ei_ in front or not', () => {
    const { key, text } = mint();
    for (const presented of [text, text.replace(/^ei_/, '')]) {
      const parsed = parseApiKey(presented);
      expect(parsed?.id).toBe(key.id);
      expect(isSecretOf(key, parsed?.secret ?? '')).toBe(true);
    }
  });

  test('is kept as it was asked for, without its secret', () => {
    const { key, text } = mint();
    expect(key).toEqual({ ...of, id: text.slice(3, 15), secretHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(JSON.stringify(key)).not.toContain(text.slice(-32));
  });

  test('has an id that is told from other texts', () => {
    expect(isApiKeyId(mint().key.id)).toBe(true);
    for (const text of ['', mint().text, `${mint().key.id}\n`, 'ABCDEFGHJKMN', 'abcdefghijkl']) {
      expect(isApiKeyId(text)).toBe(false);
    }
  });

  test('is refused with any one character changed', () => {
    const { key, text } = mint();
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0123456789abcdefghjkmnpqrstvwxyz_ ~'), (at, letter) => {
        fc.pre(text[at] !== letter);
        const parsed = parseApiKey(text.slice(0, at) + letter + text.slice(at + 1));
        expect(parsed !== undefined && parsed.id === key.id && isSecretOf(key, parsed.secret)).toBe(false);
      }),
    );
  });

  test('is not read out of any other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseApiKey(text)).toBeUndefined();
      }),
    );
    const { text } = mint();
    for (const other of [`${text}\n`, ` ${text}`, `ei_${text}`, text.toUpperCase()]) {
      expect(parseApiKey(other)).toBeUndefined();
    }
  });

  test('draws every letter from the random source', () => {
    const { text } = mintApiKey(of, (count) => new Uint8Array(count).fill(255));
    expect(text).toBe(`ei_${'z'.repeat(12)}_${'z'.repeat(32)}`);
  });
});

describe("a key's standing", () => {
  test('is active until it expires, to the millisecond', () => {
    expect(standingOfKey({}, now)).toBe('active');
    expect(standingOfKey({ expiresAt: now + 1 }, now)).toBe('active');
    expect(standingOfKey({ expiresAt: now }, now)).toBe('expired');
    expect(standingOfKey({ expiresAt: now - 1 }, now)).toBe('expired');
    expect(standingOfKey({ expiresAt: 0 }, now)).toBe('expired');
  });

  test('is revoked from the moment that is noted, whatever the clock or the expiry says', () => {
    for (const revokedAt of [0, now - 1, now, now + 1]) {
      expect(standingOfKey({ revokedAt }, now)).toBe('revoked');
      expect(standingOfKey({ revokedAt, expiresAt: now - 1 }, now)).toBe('revoked');
      expect(standingOfKey({ revokedAt, expiresAt: now + 1 }, now)).toBe('revoked');
    }
  });
});
