import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCredentials } from '../../../functions/http/auth/credential-headers.ts';
import { carriersOf } from './credential-headers.ts';

const key = 'abc123_def456';

describe('a credential', () => {
  test.each(carriersOf(key))('is found in %s', (_, headers) => {
    expect(readCredentials(headers)).toEqual([key]);
  });

  test('carried twice is one, two different ones are two', () => {
    expect(readCredentials({ 'x-api-key': key, authorization: `Bearer ${key}` })).toEqual([key]);
    expect(readCredentials({ 'x-api-key': key, authorization: 'Bearer other' })).toEqual([key, 'other']);
  });

  test('in a cookie counts only with a JSON content type', () => {
    const cookie = `jwt=${key}`;
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect(readCredentials({ cookie, 'content-type': type })).toEqual([]);
    }
    expect(readCredentials({ cookie, 'content-type': 'application/json; charset=utf-8' })).toEqual([key]);
  });

  test('is absent from nothing and from blanks, and no header breaks the search', () => {
    expect(readCredentials({})).toEqual([]);
    expect(readCredentials({ 'x-api-key': '  ', authorization: '' })).toEqual([]);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (authorization, cookie, type) => {
        for (const found of readCredentials({ authorization, cookie, 'content-type': type })) {
          expect(found.trim()).not.toBe('');
        }
      }),
    );
  });
});
