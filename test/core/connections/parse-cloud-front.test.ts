import { describe, expect, test } from 'vitest';
import { parseCloudFront } from '../../../functions/core/connections/parse-cloud-front.ts';

const faultsOf = (given: Parameters<typeof parseCloudFront>[0]) => {
  const parsed = parseCloudFront(given);
  return parsed.ok ? [] : parsed.faults.map(({ field }) => field);
};

describe('a distribution', () => {
  test('is kept as far as it was given', () => {
    const both = { domain: 'd111111abcdef8.cloudfront.net', publicKeyId: 'K2JCJMDEHXQW5F' };
    for (const given of [both, { domain: 'CDN.example.co.uk' }, { publicKeyId: 'APKA9ONS7QCOWEXAMPLE' }]) {
      expect(parseCloudFront(given)).toEqual({ ok: true, value: given });
    }
    expect(parseCloudFront({})).toEqual({ ok: true, value: undefined });
  });

  test.each([
    '',
    'localhost',
    'https://d1.cloudfront.net',
    'd1.cloudfront.net/',
    'd1..net',
    '-d.net',
    'a b.net',
    '10.0.0.1',
    'ü.net',
    'd1.net\n',
  ])('has no domain %j', (domain) => {
    expect(faultsOf({ domain })).toEqual(['domain']);
  });

  test.each(['', 'k2jcjmdehxqw5f', 'E2JCJMDEHXQW5F', 'K2', 'K2JCJMDEHXQW5F\n'])('has no key %j', (publicKeyId) => {
    expect(faultsOf({ publicKeyId })).toEqual(['publicKeyId']);
    expect(faultsOf({ domain: '', publicKeyId })).toEqual(['domain', 'publicKeyId']);
  });

  test('is not as long as a caller pleases', () => {
    expect(faultsOf({ domain: `${'a.'.repeat(130)}net`, publicKeyId: 'K'.repeat(10_000) })).toEqual([
      'domain',
      'publicKeyId',
    ]);
  });
});
