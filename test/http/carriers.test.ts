import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { credentialsIn } from '../../functions/http/carriers.ts';

const key = 'abc123_def456';
const basic = Buffer.from('abc123:def456').toString('base64');

/** Every carrier that one of the four documents or its clients names. */
export const carriers: readonly (readonly [string, Record<string, string>])[] = [
  ['x-api-key', { 'x-api-key': key }],
  ['X-Avala-Api-Key', { 'x-avala-api-key': key }],
  ['x-jwt-token', { 'x-jwt-token': key }],
  ['Basic', { authorization: `Basic ${basic}` }],
  ['Bearer', { authorization: `Bearer ${key}` }],
  ['bearer in lower case', { authorization: `bearer ${key}` }],
  ['the bare key', { authorization: key }],
  ['user_api_key', { authorization: `user_api_key:${key}` }],
  ['the cookie', { cookie: `theme=dark; jwt=${encodeURIComponent(key)}; x=1`, 'content-type': 'application/json' }],
];

describe('a credential', () => {
  test.each(carriers)('is found in %s', (_, headers) => {
    expect(credentialsIn(headers)).toEqual([key]);
  });

  test('carried twice is one, two different ones are two', () => {
    expect(credentialsIn({ 'x-api-key': key, authorization: `Bearer ${key}` })).toEqual([key]);
    expect(credentialsIn({ 'x-api-key': key, authorization: 'Bearer other' })).toEqual([key, 'other']);
  });

  test('in a cookie counts only with a JSON content type', () => {
    const cookie = `jwt=${key}`;
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect(credentialsIn({ cookie, 'content-type': type })).toEqual([]);
    }
    expect(credentialsIn({ cookie, 'content-type': 'application/json; charset=utf-8' })).toEqual([key]);
  });

  test('is absent from nothing and from blanks, and no header breaks the search', () => {
    expect(credentialsIn({})).toEqual([]);
    expect(credentialsIn({ 'x-api-key': '  ', authorization: '' })).toEqual([]);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (authorization, cookie, type) => {
        for (const found of credentialsIn({ authorization, cookie, 'content-type': type })) {
          expect(found.trim()).not.toBe('');
        }
      }),
    );
  });
});
