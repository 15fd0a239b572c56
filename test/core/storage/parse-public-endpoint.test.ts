import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePublicEndpoint } from '../../../functions/core/storage/parse-public-endpoint.ts';
import { parseAccountTarget } from '../../../functions/core/storage/parse-target.ts';
import { s3VendorNames, s3Vendors } from '../../../functions/core/storage/s3-vendors.ts';

test.each([
  ['amazon', undefined, 'https://s3.us-east-1.amazonaws.com'],
  ['amazon', 'ap-southeast-2', 'https://s3.ap-southeast-2.amazonaws.com'],
  ['amazon', 'cn-northwest-1', 'https://s3.cn-northwest-1.amazonaws.com.cn'],
  ['amazon', 'us-gov-west-1', 'https://s3.us-gov-west-1.amazonaws.com'],
  ['wasabi', '', 'https://s3.us-east-1.wasabisys.com'],
  ['wasabi', 'eu-central-2', 'https://s3.eu-central-2.wasabisys.com'],
  ['google', undefined, 'https://storage.googleapis.com'],
] as const)('%s in %s is at %s', (vendor, region, value) => {
  expect(parsePublicEndpoint(vendor, region)).toEqual({ ok: true, value });
});

test.each(s3VendorNames)('%s has an endpoint or asks for one', (vendor) => {
  const parsed = parsePublicEndpoint(vendor, undefined);
  const hasOne = s3Vendors[vendor].publicEndpoint !== undefined;
  expect(parsed).toMatchObject(hasOne ? { ok: true } : { ok: false, faults: [{ field: 'endpoint', code: 'blank' }] });
});

test('no region leads anywhere but to the vendor', () => {
  const region = fc.oneof(
    fc.string(),
    fc.constantFrom('evil.example/', '@evil.example', 'x#', 'x.evil', 'US-EAST-1', 'us-east-1/', '..', '{region}'),
  );
  fc.assert(
    fc.property(fc.constantFrom('amazon', 'wasabi'), region, (vendor, text) => {
      const parsed = parsePublicEndpoint(vendor, text);
      if (parsed.ok) {
        expect(s3Vendors[vendor].hosts?.test(new URL(parsed.value).hostname)).toBe(true);
        const target = parseAccountTarget({ provider: 's3', endpoint: parsed.value });
        expect(target).toMatchObject({ value: { endpoint: parsed.value } });
      } else {
        expect(parsed.faults).toMatchObject([{ field: 'region', code: 'invalid' }]);
      }
    }),
  );
});
