import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSecretOf, mintApiKey, parseApiKey } from '../../functions/core/api-key.ts';

const mint = () => mintApiKey({ organizationId: 7, scopes: ['connections:verify'] }, randomBytes);

describe('an API key', () => {
  test('is recognised by its text, with ei_ in front or not', () => {
    const { key, text } = mint();
    for (const presented of [text, text.replace(/^ei_/, '')]) {
      const parsed = parseApiKey(presented);
      expect(parsed?.id).toBe(key.id);
      expect(isSecretOf(key, parsed?.secret ?? '')).toBe(true);
    }
  });

  test('is kept without its secret', () => {
    const { key, text } = mint();
    expect(JSON.stringify(key)).not.toContain(text.slice(-32));
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
    const { text } = mintApiKey({ organizationId: 1, scopes: [] }, (count) => new Uint8Array(count).fill(255));
    expect(text).toBe(`ei_${'z'.repeat(12)}_${'z'.repeat(32)}`);
  });
});
