import { describe, expect, test } from 'vitest';
import { warnOfPrefix } from '../../../functions/core/storage/check-prefix.ts';
import { parseTarget } from '../../../functions/core/storage/parse-target.ts';

const good = { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box' } as const;

describe('the name of a bucket', () => {
  test.each([
    ['box--use1-az4--x-s3', 'directory bucket'],
    ['ap--use1-az4--xa-s3', 'directory bucket'],
    ['ap-x1y2--ol-s3', 'Object Lambda'],
    ['ap-x1y2--op-s3', 'Outposts'],
    ['tables--table-s3', 'table bucket'],
    ['mfzwi23gnjvgw.mrap', 'Multi-Region'],
    ['ap-x1y2-s3alias', 'access point'],
    ['arn:aws:s3:us-west-2:123456789012:accesspoint/test', 'access point'],
    ['arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap', 'Multi-Region'],
    ['arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/x', 'access point'],
  ])('%s is refused as what it is, with what to use instead', (bucket, is) => {
    expect(parseTarget({ ...good, bucket })).toMatchObject({
      faults: [{ field: 'bucket', code: 'invalid', message: expect.stringMatching(`${is}.*not supported here: use `) }],
    });
  });

  test('may have the tenant of a Ceph bucket before it, at S3 storages only', () => {
    expect(parseTarget({ ...good, bucket: 'tenant:box' })).toMatchObject({ ok: true, value: { bucket: 'tenant:box' } });
    expect(parseTarget({ ...good, bucket: 'a:b:c' }).ok).toBe(false);
    expect(parseTarget({ ...good, bucket: ':box' }).ok).toBe(false);
    expect(parseTarget({ ...good, bucket: 'tenant:' }).ok).toBe(false);
    expect(parseTarget({ ...good, bucket: 's3:box' }).ok).toBe(false);
    expect(parseTarget({ ...good, provider: 'azure', bucket: 'tenant:box' }).ok).toBe(false);
  });
});

describe('a prefix', () => {
  test.each(['s3://box/data/', 'S3a://box/', 'gs://box', 'https://box.s3.amazonaws.com/data', 'arn:aws:s3:::box/data'])(
    'that repeats the bucket (%s) is refused',
    (prefix) => {
      expect(parseTarget({ ...good, prefix })).toMatchObject({ faults: [{ field: 'prefix', code: 'invalid' }] });
    },
  );

  test('that probably matches no key is accepted, with a warning', () => {
    for (const prefix of ['/data/', 'data/*']) {
      expect(parseTarget({ ...good, prefix }).ok).toBe(true);
      expect(warnOfPrefix(prefix)).toMatch(/Leave /);
    }
    for (const prefix of ['', 'data/', 'a*b/']) expect(warnOfPrefix(prefix)).toBeUndefined();
  });
});
