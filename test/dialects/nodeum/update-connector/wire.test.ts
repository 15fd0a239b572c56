import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../../functions/core/records/connection.ts';
import { toConnector } from '../../../../functions/dialects/nodeum/to-connector.ts';
import { fromUpdateRequest } from '../../../../functions/dialects/nodeum/update-connector/wire.ts';
import { faultsOf, problemOf } from '../refused.ts';

const externalId = '5a2c7c1e-0000-4000-8000-000000000001';
const roleArn = 'arn:aws:iam::123456789012:role/storage';

const saved: Connection = {
  ...{ uid: 'u', id: 7, organizationId: 1, name: 'c', revealable: true, synchronize: false, options: 'ro' },
  target: {
    ...{ provider: 's3', vendor: 'other', endpoint: 'https://s3.example.com', region: 'here', prefix: '' },
    proxy: 'http://proxy.example.com:3128',
  },
  credential: { kind: 'access-key-pair', accessKey: 'key', version: 'v' },
  verification: { status: 'unverified', since: 0 },
  ...{ createdAt: 0, updatedAt: 0, version: 1 },
};
const atAmazon: Connection = {
  ...saved,
  target: {
    ...{ provider: 's3', vendor: 'amazon', endpoint: 'https://s3.eu-west-1.amazonaws.com' },
    ...{ region: 'eu-west-1', prefix: '' },
  },
};
const byRole: Connection = { ...atAmazon, credential: { kind: 'assumed-role', accessKey: roleArn, version: 'v' } };

const read = (body: unknown, seen = saved) => fromUpdateRequest(body, seen, externalId);
const faults = (body: unknown, seen = saved) => faultsOf(() => read(body, seen));

describe('an update', () => {
  test('of what was read changes nothing', () => {
    for (const seen of [saved, atAmazon, byRole]) {
      expect(read(toConnector(seen), seen)).toEqual({});
      expect(read({ id: 9, color: 'red', name: null, url_proxy: null, secret_key: null }, seen)).toEqual({});
    }
  });

  test('is of the fields that were sent', () => {
    expect(read({ name: 'd' })).toEqual({ name: 'd' });
    expect(read({ options: 'rw', region: 'there' })).toEqual({ options: 'rw', region: 'there' });
    expect(read({ options: '', region: '' })).toEqual({ options: '', region: '' });
    expect(read({ secret_key: 'word' })).toEqual({ accessKey: 'key', secretKey: 'word' });
    expect(read({ access_key: 'other', secret_key: 'word' })).toEqual({ accessKey: 'other', secretKey: 'word' });
  });

  test.each<[object, object]>([
    [{ provider: 'scality_ring' }, { provider: 's3', vendor: 'scality' }],
    [{ url: 'https://other.example.com' }, { provider: 's3', vendor: 'other', endpoint: 'https://other.example.com' }],
    [{ url_proxy: '' }, { proxy: '' }],
    [{ url_proxy: 'http://other.example.com:80' }, { proxy: 'http://other.example.com' }],
    [
      { url_proxy: 'http://me:word@other.example.com:81' },
      { proxy: 'http://other.example.com:81', proxyUser: 'me:word' },
    ],
    [{ url_proxy: 'http://me:word@proxy.example.com:3128' }, { proxyUser: 'me:word' }],
    [{ access_key: 'other' }, { accessKey: 'other' }],
  ])('of %j needs the secret again', (sent, changes) => {
    expect(faults(sent)).toEqual(['secret_key blank']);
    expect(faults({ ...sent, secret_key: '' })).toEqual(['secret_key blank']);
    expect(read({ ...sent, secret_key: 'word' })).toEqual({ accessKey: 'key', secretKey: 'word', ...changes });
  });

  test('spelt in another way is of nothing', () => {
    expect(read({ url: 'HTTPS://S3.example.com:443/', url_proxy: 'http://proxy.example.com:3128/' })).toEqual({});
  });

  test('of the region makes an address anew that was made of it, which needs the secret', () => {
    expect(faults({ region: 'eu-west-3' }, atAmazon)).toEqual(['secret_key blank']);
    expect(read({ ...toConnector(atAmazon), region: 'cn-north-1', secret_key: 'word' }, atAmazon)).toEqual({
      ...{ provider: 's3', vendor: 'amazon', endpoint: 'https://s3.cn-north-1.amazonaws.com.cn', region: 'cn-north-1' },
      ...{ accessKey: 'key', secretKey: 'word' },
    });
    expect(read({ region: '', secret_key: 'word' }, atAmazon)).toMatchObject({
      ...{ endpoint: 'https://s3.us-east-1.amazonaws.com', region: '' },
    });
    expect(faults({ region: 'mars', secret_key: 'word' }, atAmazon)).toEqual(['region invalid']);
  });

  test('of the provider takes a public endpoint along, and never keeps that of another', () => {
    const secret = { secret_key: 'word' };
    expect(read({ provider: 'wasabi', region: '', ...secret }, atAmazon)).toMatchObject({
      ...{ provider: 's3', vendor: 'wasabi', endpoint: 'https://s3.us-east-1.wasabisys.com' },
    });
    expect(read({ provider: 'google_cloud_storage', ...secret }, atAmazon)).toMatchObject({
      ...{ provider: 'gcs', endpoint: 'https://storage.googleapis.com' },
    });
    expect(faults({ provider: 'scality_ring', ...secret }, atAmazon)).toEqual(['url blank']);
    expect(faults({ provider: 'azure', url: 'https://s3.eu-west-3.amazonaws.com', ...secret }, atAmazon)).toEqual([
      'url invalid',
    ]);
    expect(read({ provider: 'amazon_aws_s3', url: '', region: '', ...secret })).toMatchObject({
      ...{ vendor: 'amazon', endpoint: 'https://s3.us-east-1.amazonaws.com' },
    });
    expect(faults({ url: '', ...secret })).toEqual(['url blank']);
  });

  test('to a role needs no secret, and from one does', () => {
    const role = { kind: 'assumed-role', roleArn, externalId };
    expect(read({ access_key: roleArn }, atAmazon)).toEqual({ role });
    expect(read({ access_key: `${roleArn}2`, secret_key: '' }, byRole)).toEqual({
      role: { ...role, roleArn: `${roleArn}2` },
    });
    expect(faults({ secret_key: 'word' }, byRole)).toEqual(['secret_key invalid']);
    expect(faults({ access_key: 'arn:aws:iam::1:user/me' }, byRole)).toEqual(['access_key invalid']);
    expect(faults({ access_key: 'key' }, byRole)).toEqual(['secret_key blank']);
    expect(read({ access_key: 'key', secret_key: 'word' }, byRole)).toEqual({ accessKey: 'key', secretKey: 'word' });
  });

  test('of where a role is used names the role again', () => {
    expect(faults({ region: 'eu-west-3' }, byRole)).toEqual(['access_key blank']);
    expect(read({ region: 'eu-west-3', access_key: roleArn }, byRole)).toMatchObject({
      ...{ endpoint: 'https://s3.eu-west-3.amazonaws.com', role: { roleArn, externalId } },
    });
    expect(faults({ provider: 'wasabi', region: '' }, byRole)).toEqual(['secret_key blank']);
  });

  test('says everything that is wrong at once', () => {
    expect(problemOf(() => read({ name: ' ', provider: 'ftp', options: '\u0007' }))).toMatchObject({
      faults: [
        { field: 'name', code: 'blank' },
        { field: 'provider', code: 'invalid', value: 'ftp' },
        { field: 'options', code: 'invalid', value: '\u0007' },
      ],
    });
    expect(faults({ url: 'ftp://x', url_proxy: 'x/y', access_key: '', secret_key: '' })).toEqual([
      ...['url invalid', 'url_proxy invalid', 'access_key blank', 'secret_key blank'],
    ]);
    expect(faults({ name: 1, secret_key: 2 })).toEqual(['name invalid', 'secret_key invalid']);
    expect(faults({ provider: '' })).toEqual(['provider blank']);
  });

  test('leaves alone what another API made and this one could not', () => {
    const name = `${'x'.repeat(300)}`;
    const odd: Connection = {
      ...saved,
      name,
      target: { provider: 'gcs', endpoint: 'https://s3.amazonaws.com', bucket: 'box', prefix: 'a/' },
    };
    expect(read({ ...toConnector(odd), options: 'rw' }, odd)).toEqual({ options: 'rw' });
  });
});
