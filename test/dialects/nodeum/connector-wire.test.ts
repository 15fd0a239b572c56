import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromCreateRequest, fromTestRequest } from '../../../functions/dialects/nodeum/connector-wire.ts';
import { faultsOf, problemOf } from './refused.ts';

const externalId = '5a2c7c1e-0000-4000-8000-000000000001';
const read = (body: unknown) => fromCreateRequest(body, externalId);
const good = {
  name: 'c',
  provider: 'generic_s3',
  url: 'https://s3.example.com',
  access_key: 'key',
  secret_key: 'word',
};
const { url: _url, ...noUrl } = good;
const { secret_key: _secret, ...noSecret } = good;
const keyFile = JSON.stringify({
  type: 'service_account',
  client_email: 'box@project.iam.gserviceaccount.com',
  private_key: '-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n',
});
const roleArn = 'arn:aws:iam::123456789012:role/storage';

describe('a connector', () => {
  test.each([
    ['generic_s3', 's3', 'other'],
    ['amazon_aws_s3', 's3', 'amazon'],
    ['cloudian_hyperstore', 's3', 'cloudian'],
    ['scality_ring', 's3', 'scality'],
    ['dell_emc_ecs', 's3', 'dell-ecs'],
    ['azure', 'azure', undefined],
    ['google_cloud_storage', 'gcs', undefined],
    ['openstack_swift', 's3', 'swift'],
    ['wasabi', 's3', 'wasabi'],
    ['quantum_activescale', 's3', 'activescale'],
    ['datacore_swarm', 's3', 'datacore-swarm'],
  ])('of provider %s is for %s of %s, and for an account', (provider, core, vendor) => {
    const { target, ...rest } = read({ ...good, provider });
    expect(target).toEqual({
      provider: core,
      ...(vendor && { vendor }),
      endpoint: 'https://s3.example.com',
      prefix: '',
    });
    expect(rest).toMatchObject({ name: { text: 'c', unique: true }, revealable: true, ask: 'later' });
    expect(rest).not.toHaveProperty('options');
  });

  test.each([
    ['amazon_aws_s3', undefined, 'https://s3.us-east-1.amazonaws.com'],
    ['amazon_aws_s3', 'eu-west-1', 'https://s3.eu-west-1.amazonaws.com'],
    ['amazon_aws_s3', 'cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn'],
    ['wasabi', null, 'https://s3.us-east-1.wasabisys.com'],
    ['wasabi', 'eu-central-2', 'https://s3.eu-central-2.wasabisys.com'],
    ['google_cloud_storage', '', 'https://storage.googleapis.com'],
    ['google_cloud_storage', 'europe-west1', 'https://storage.googleapis.com'],
  ])('of %s in %s is at its public endpoint where no other is named', (provider, region, endpoint) => {
    for (const url of [undefined, null, '']) {
      const { target } = read({ ...noUrl, provider, region, url });
      expect(target.endpoint).toBe(endpoint);
      expect(target.region).toBe(region || undefined);
    }
  });

  test.each(['generic_s3', 'cloudian_hyperstore', 'scality_ring', 'dell_emc_ecs', 'azure', 'openstack_swift'])(
    'of %s needs a url',
    (provider) => {
      expect(faultsOf(() => read({ ...noUrl, provider }))).toEqual(['url blank']);
    },
  );

  test('keeps the user and password of its proxy with the secret, never in the target', () => {
    const { target, credential } = read({ ...good, url_proxy: 'http://me:pass%40word@proxy.example.com:3128/' });
    expect(target.proxy).toBe('http://proxy.example.com:3128');
    expect(credential).toMatchObject({ proxyUser: 'me:pass%40word' });
    expect(read({ ...good, url_proxy: '' }).target).not.toHaveProperty('proxy');
  });

  test('may name its proxy by the bare host', () => {
    expect(read({ ...good, url_proxy: 'proxy.example.com:3128' }).target.proxy).toBe('http://proxy.example.com:3128');
    expect(read({ ...good, url_proxy: 'me:word@proxy.example.com' })).toMatchObject({
      target: { proxy: 'http://proxy.example.com' },
      credential: { proxyUser: 'me:word' },
    });
    for (const url_proxy of ['ftp:x', 'a b', 'a/b', '//a', 'javascript:x', 'socks://a']) {
      expect(faultsOf(() => read({ ...good, url_proxy }))).toEqual(['url_proxy invalid']);
    }
  });

  test('at Google is opened by an HMAC key, or by a service account under its e-mail address', () => {
    const google = { ...noUrl, provider: 'google_cloud_storage' };
    expect(read(google).credential).toMatchObject({ kind: 'access-key-pair' });
    const account = { ...google, access_key: 'box@project.iam.gserviceaccount.com', secret_key: keyFile };
    expect(read(account).credential).toMatchObject({ kind: 'service-account-key', clientEmail: account.access_key });
    expect(faultsOf(() => read({ ...account, access_key: 'other@project.iam.gserviceaccount.com' }))).toEqual([
      'access_key invalid',
    ]);
  });

  test('at Amazon is opened by a role without a secret, under the external id of the organization', () => {
    const role = { ...noSecret, url: undefined, provider: 'amazon_aws_s3', access_key: roleArn };
    expect(read(role).credential).toEqual({ kind: 'assumed-role', roleArn, externalId });
    expect(read({ ...role, secret_key: '' }).credential).toMatchObject({ kind: 'assumed-role' });
    expect(faultsOf(() => read({ ...role, secret_key: 'word' }))).toEqual(['secret_key invalid']);
    expect(faultsOf(() => read({ ...role, access_key: 'arn:aws:iam::1:user/me' }))).toEqual(['access_key invalid']);
    expect(faultsOf(() => read({ ...role, provider: 'wasabi' }))).toEqual(['secret_key blank']);
  });

  test('keeps its options, and ignores its id and what is unknown', () => {
    const { options } = read({ ...good, id: 'seven', options: 'ro,use_cache=/tmp', color: {} });
    expect(options).toBe('ro,use_cache=/tmp');
  });

  test('lacks every required attribute by name', () => {
    const none = ['name blank', 'provider blank', 'access_key blank', 'secret_key blank'];
    expect(faultsOf(() => read({}))).toEqual(none);
    expect(faultsOf(() => read({ name: null, provider: '', access_key: null, secret_key: '' }))).toEqual(none);
    expect(faultsOf(() => read({ name: '  ', provider: 'generic_s3' }))).toEqual([
      'name blank',
      'url blank',
      'access_key blank',
      'secret_key blank',
    ]);
  });

  test('of wrong types says so of each', () => {
    const wrong = {
      name: 1,
      url: {},
      url_proxy: true,
      provider: [],
      region: 5,
      access_key: 6,
      secret_key: 7,
      options: 8,
    };
    expect(faultsOf(() => read(wrong))).toEqual(Object.keys(wrong).map((attribute) => `${attribute} invalid`));
  });

  test('says what is wrong with each value', () => {
    const wrong = { ...good, name: 'x'.repeat(10_000), url: 'ftp://x', url_proxy: 'socks://x', region: 'a b' };
    const problem = problemOf(() => read({ ...wrong, access_key: ' k', options: '\u0000' }));
    expect(problem).toMatchObject({
      faults: [
        { field: 'name', code: 'too_long', count: 255 },
        { field: 'url', code: 'invalid', value: 'ftp://x' },
        { field: 'region', code: 'invalid', value: 'a b' },
        { field: 'url_proxy', code: 'invalid' },
        { field: 'access_key', code: 'invalid' },
        { field: 'options', code: 'invalid', value: '\u0000' },
      ],
    });
    expect(faultsOf(() => read({ ...good, options: 'x'.repeat(2049) }))).toEqual(['options too_long']);
  });

  test.each([
    ['amazon_aws_s3', 'https://s3.eu-central-1.wasabisys.com'],
    ['wasabi', 'https://s3.eu-west-1.amazonaws.com'],
    ['azure', 'https://s3.eu-west-1.amazonaws.com'],
    ['generic_s3', 'https://acct.blob.core.windows.net'],
    ['google_cloud_storage', 'https://acct.blob.core.windows.net'],
    ['google_cloud_storage', 'https://s3.amazonaws.com'],
    ['openstack_swift', 'https://storage.googleapis.com'],
  ])('of %s is not at %s, which is another provider’s', (provider, url) => {
    expect(faultsOf(() => read({ ...good, provider, url }))).toEqual(['url invalid']);
    expect(read({ ...good, provider: 'generic_s3', url: 'https://s3.amazonaws.com' }).target.vendor).toBe('other');
  });

  test('is refused for a region that its provider has not', () => {
    for (const provider of ['amazon_aws_s3', 'wasabi']) {
      for (const region of ['mars', 'evil.example/', '..', 'a b']) {
        expect(faultsOf(() => read({ ...noUrl, provider, region }))).toEqual(['region invalid']);
      }
    }
  });

  test.each([undefined, null, [], 'text', 5])('of %j is no object', (body) => {
    expect(problemOf(() => read(body))).toEqual({
      kind: 'malformed',
      message: 'The request body must be a JSON object.',
    });
  });

  test('of any JSON is read or refused, and a refusal never repeats what may be a secret', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant('CANARY-VALUE\u0000'), fc.constant('http://CANARY-VALUE'));
    const text = fc.constantFrom(
      good.url,
      'https://CANARY-VALUE@s3.example.com',
      'https://x?sig=CANARY-VALUE',
      undefined,
    );
    const body = fc.record({
      name: fc.constantFrom('c', 5),
      provider: fc.constantFrom('generic_s3', 'azure', 'google_cloud_storage', 'amazon_aws_s3', 'x'),
      url: text,
      url_proxy: value,
      access_key: value,
      secret_key: value,
    });
    fc.assert(
      fc.property(body, (given) => {
        for (const reads of [fromCreateRequest, fromTestRequest]) {
          expect(JSON.stringify(problemOf(() => reads(given, externalId)) ?? '')).not.toContain('CANARY-VALUE');
        }
      }),
    );
  });
});

test('a connector to be tested needs no name, and is the same account', () => {
  const { name: _, ...nameless } = good;
  const { target, credential } = fromTestRequest(nameless, externalId);
  expect({ ...target, prefix: '' }).toEqual(read(good).target);
  expect(credential).toEqual(read(good).credential);
  expect(faultsOf(() => fromTestRequest({ provider: 'x' }, externalId))).toEqual([
    'provider invalid',
    'access_key blank',
    'secret_key blank',
  ]);
});
