import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCredential, parseTarget, type RawTarget } from '../../../functions/core/storage/parse-target.ts';
import { both } from '../../../functions/core/validation/result.ts';

const good: RawTarget = { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'my-bucket' };
const parse = (change: Partial<RawTarget>) => parseTarget({ ...good, ...change });
const faultOf = (change: Partial<RawTarget>) => {
  const parsed = parse(change);
  return parsed.ok ? 'accepted' : parsed.faults.map(({ field, code }) => `${field} ${code}`).join(', ');
};

describe('a target', () => {
  test.each([
    ['https://s3.example.com', 'https://s3.example.com'],
    ['https://s3.example.com/', 'https://s3.example.com'],
    ['https://S3.Example.com:443/', 'https://s3.example.com'],
    ['s3.example.com', 'https://s3.example.com'],
    ['s3.example.com:9000', 'https://s3.example.com:9000'],
    ['http://127.0.0.1:10000/account/', 'http://127.0.0.1:10000/account'],
  ])('reads the endpoint %s as %s', (endpoint, read) => {
    expect(parse({ endpoint })).toEqual({ ok: true, value: { ...good, prefix: '', endpoint: read } });
  });

  test.each([
    'ftp://s3.example.com',
    'file:///etc/passwd',
    'https://user:password@s3.example.com',
    'https://user@s3.example.com',
    'https://s3.example.com?x=1',
    'https://s3.example.com?',
    'https://s3.example.com#x',
    'https://',
    'https://s3.example.com\\@evil.example',
    'https://s3 .example.com',
    'https://s3.example.com\n',
    'javascript:alert(1)',
    '//',
  ])('refuses the endpoint %j', (endpoint) => {
    expect(faultOf({ endpoint })).toBe('endpoint invalid');
  });

  test.each([
    '.',
    '..',
    '...',
    'a/b',
    'a?b',
    'a b',
    'a%2fb',
    's3://my-bucket',
    'https://my-bucket.s3.amazonaws.com',
    'arn:aws:s3:us-east-1:123456789012:accesspoint/x',
    'büchse',
    'a\u0000b',
    'a\nb',
  ])('refuses the bucket %j', (bucket) => {
    expect(faultOf({ bucket })).toBe('bucket invalid');
  });

  test.each(['a\u0000', 'a\u001bb', 'a\u007f', 'a\u0085', 'a\u2028', '\ud800'])('refuses the prefix %j', (prefix) => {
    expect(faultOf({ prefix })).toBe('prefix invalid');
  });

  test('keeps a prefix of any printable text', () => {
    expect(parse({ prefix: 'a b/ü/日本/%2F+' })).toMatchObject({ ok: true, value: { prefix: 'a b/ü/日本/%2F+' } });
  });

  test.each(['http://proxy.example:3128', 'http://10.0.0.1:8080/'])('keeps the proxy %s', (proxy) => {
    expect(parse({ proxy })).toMatchObject({ ok: true, value: { proxy: proxy.replace(/\/$/, '') } });
  });

  test('refuses a proxy with a password: the table is no place for it', () => {
    expect(faultOf({ proxy: 'https://user:word@proxy.example' })).toBe('proxy invalid');
  });

  test.each([
    'proxy',
    'socks5://proxy.example',
    'http://',
    'http://proxy.example/path',
    'http://proxy.example?x',
    'ftp://p',
  ])('refuses the proxy %s', (proxy) => {
    expect(faultOf({ proxy })).toBe('proxy invalid');
  });

  test('tells all faults at once, in the order of the fields', () => {
    expect(faultOf({ endpoint: '', region: 'no region', bucket: 'x'.repeat(256), prefix: '\u0007' })).toBe(
      'endpoint blank, region invalid, bucket too_long, prefix invalid',
    );
  });

  test('that was accepted has an endpoint of scheme, host, port and path only, and never throws', () => {
    const text = fc.oneof(
      fc.string(),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, text, text, (endpoint, bucket, prefix) => {
        const parsed = parseTarget({ ...good, endpoint, bucket, prefix });
        if (!parsed.ok) {
          expect(parsed.faults.length).toBeGreaterThan(0);
          return;
        }
        const url = new URL(parsed.value.endpoint);
        expect(['http:', 'https:']).toContain(url.protocol);
        expect(url.username + url.password + url.search + url.hash).toBe('');
        expect(parsed.value.endpoint).toBe(url.origin + (url.pathname === '/' ? '' : url.pathname));
        expect(new URL(`${url.origin}/${parsed.value.bucket}`).pathname).toBe(`/${parsed.value.bucket}`);
      }),
    );
  });

  test('parsed again is the same', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), (endpoint) => {
        const once = parse({ endpoint });
        if (once.ok) expect(parseTarget(once.value)).toEqual(once);
      }),
    );
  });
});

describe('a credential', () => {
  test('is an account and its key for Azure, a pair for the others', () => {
    const raw = { accessKey: 'name', secretKey: 'word' };
    expect(parseCredential('azure', raw)).toEqual({
      ok: true,
      value: { kind: 'account-key', account: 'name', key: 'word' },
    });
    for (const provider of ['s3', 'gcs'] as const) {
      expect(parseCredential(provider, raw)).toEqual({ ok: true, value: { kind: 'access-key-pair', ...raw } });
    }
  });

  test.each([' word', 'word\n', 'wo\u0000rd', 'wörd', 'w'.repeat(4097), ''])(
    'refuses %j without repeating it',
    (secretKey) => {
      const parsed = parseCredential('s3', { accessKey: 'name', secretKey });
      expect(parsed.ok).toBe(false);
      if (secretKey.trim() !== '') expect(JSON.stringify(parsed)).not.toContain(secretKey.trim().slice(0, 40));
    },
  );
});

test('two parses are one: both values, or the faults of both', () => {
  const fine = { ok: true, value: 1 } as const;
  const bad = (field: 'bucket' | 'region') => ({ ok: false, faults: [{ field, code: 'blank', message: '' }] }) as const;
  expect(both(fine, fine)).toEqual({ ok: true, value: [1, 1] });
  expect(both(bad('bucket'), bad('region'))).toMatchObject({ faults: [{ field: 'bucket' }, { field: 'region' }] });
  expect(both(fine, bad('region'))).toMatchObject({ ok: false, faults: [{ field: 'region' }] });
});
