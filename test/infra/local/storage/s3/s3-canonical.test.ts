import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalRequest,
  sha256,
  signatureOf,
  signingKey,
  stringToSign,
  uriEncode,
} from '../../../../../infra/local/storage/s3/auth/canonical.ts';
import { decodeChunks } from '../../../../../infra/local/storage/s3/auth/chunks.ts';

// The worked examples of the Amazon S3 API Reference, "Signature Calculations" (header, query and chunked).
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const TIME = '20130524T000000Z';
const SCOPE = { day: '20130524', region: 'us-east-1' };
const EMPTY = sha256('');

interface Example {
  readonly method?: string;
  readonly host?: string;
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly payloadHash?: string;
}

function signature({ method = 'GET', host = 'examplebucket.s3.amazonaws.com', path, ...rest }: Example): string {
  const headers = new Map(Object.entries({ host, ...rest.headers }));
  const canonical = canonicalRequest({
    method,
    path,
    query: rest.query ?? [],
    headers,
    signedHeaders: [...headers.keys()].sort(),
    payloadHash: rest.payloadHash ?? EMPTY,
  });
  return signatureOf(signingKey(SECRET, SCOPE), stringToSign(TIME, SCOPE, canonical));
}

const signedWith = (payloadHash: string): Record<string, string> => ({
  'x-amz-content-sha256': payloadHash,
  'x-amz-date': TIME,
});

describe('the published examples of Signature Version 4', () => {
  test('GET of a range', () => {
    const headers = { range: 'bytes=0-9', ...signedWith(EMPTY) };
    expect(signature({ path: '/test.txt', headers })).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  test('PUT of a key with a dollar sign', () => {
    const payloadHash = sha256('Welcome to Amazon S3.');
    const headers = {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      ...signedWith(payloadHash),
    };
    expect(signature({ method: 'PUT', path: '/test$file.text', headers, payloadHash })).toBe(
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    );
  });

  test('GET of a parameter without a value', () => {
    expect(signature({ path: '/', query: [['lifecycle', '']], headers: signedWith(EMPTY) })).toBe(
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    );
  });

  test('a list with two parameters', () => {
    const query = [
      ['prefix', 'J'],
      ['max-keys', '2'],
    ] as const;
    expect(signature({ path: '/', query, headers: signedWith(EMPTY) })).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    );
  });

  test('a presigned URL', () => {
    const query = [
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'],
      ['X-Amz-Date', TIME],
      ['X-Amz-Expires', '86400'],
      ['X-Amz-SignedHeaders', 'host'],
    ] as const;
    expect(signature({ path: '/test.txt', query, payloadHash: 'UNSIGNED-PAYLOAD' })).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  const CHUNKS = [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ];
  const [first = '', second = '', last = ''] = CHUNKS;
  const chunked = (a: string, b: string, c: string): Buffer =>
    Buffer.from(
      `10000;chunk-signature=${a}\r\n${'a'.repeat(65_536)}\r\n` +
        `400;chunk-signature=${b}\r\n${'a'.repeat(1024)}\r\n` +
        `0;chunk-signature=${c}\r\n\r\n`,
    );
  const signing = {
    key: signingKey(SECRET, SCOPE),
    time: TIME,
    scope: SCOPE,
    seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  };

  test('an upload in signed chunks', () => {
    const { content } = decodeChunks(chunked(first, second, last), signing, false);
    expect(content.toString()).toBe('a'.repeat(66_560));
  });

  test('a chunk whose signature is another one is refused', () => {
    for (const [a, b, c] of [
      [second, second, last],
      [first, first, last],
      [first, second, first],
    ] as const) {
      expect(() => decodeChunks(chunked(a, b, c), signing, false)).toThrow(
        expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
      );
    }
  });
});

describe('encoding', () => {
  test('every text comes back, and only unreserved characters stay as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = uriEncode(text);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(encoded)).toBe(text);
      }),
    );
  });

  test('the order of parameters in the request does not matter', () => {
    const pair = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(fc.array(pair), (query) => {
        expect(signature({ path: '/', query })).toBe(signature({ path: '/', query: query.toReversed() }));
      }),
    );
  });

  test('different paths have different signatures: nothing is normalized', () => {
    const segment = fc.constantFrom('', '.', '..', 'a', 'a b', 'a+b', 'a%20b', 'ä');
    fc.assert(
      fc.property(fc.array(segment), fc.array(segment), (one, other) => {
        const [a, b] = [`/${one.join('/')}`, `/${other.join('/')}`];
        expect(signature({ path: a }) === signature({ path: b })).toBe(a === b);
      }),
    );
  });
});
