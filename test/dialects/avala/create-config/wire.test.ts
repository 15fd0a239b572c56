import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromCreateRequest } from '../../../../functions/dialects/avala/create-config/wire.ts';
import { avala } from '../../../../functions/dialects/avala/dialect.ts';
import { Refused } from '../../../../functions/http/problem.ts';
import { newKeyPair } from '../../../providers/gcs/gcs-scene.ts';

const externalId = '5f0c1d3e-0000-4000-8000-000000000000';
const s3 = {
  name: 'Production S3 Bucket',
  provider: 'aws_s3',
  s3_bucket_name: 'acme-datasets',
  s3_bucket_region: 'us-west-2',
  s3_access_key_id: 'name',
  s3_secret_access_key: 'word',
};
const { s3_access_key_id: _id, s3_secret_access_key: _secret, ...keyless } = s3;
const role = { ...keyless, s3_auth_method: 'iam_role', s3_role_arn: 'arn:aws:iam::123456789012:role/storage' };
const { privateKey } = newKeyPair();
const email = 'reader@acme.iam.gserviceaccount.com';
const keyFile = (of: object = {}) =>
  JSON.stringify({ type: 'service_account', client_email: email, private_key: privateKey, ...of });
const gc = {
  name: 'Production GCS Bucket',
  provider: 'gc_storage',
  gc_storage_bucket_name: 'acme-datasets',
  gc_storage_auth_json_content: keyFile(),
};

/** The body of the refusal; nothing for what is not refused. */
const refusalOf = (body: unknown) => {
  try {
    fromCreateRequest(body, externalId);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return avala.word(error.problem).body;
    throw error;
  }
};

describe('a request for a bucket at Amazon', () => {
  test('is for the endpoint of its region, with a pair of keys', () => {
    expect(fromCreateRequest({ ...s3, s3_bucket_prefix: 'annotations/' }, externalId)).toEqual({
      name: { text: 'Production S3 Bucket', unique: false },
      target: {
        ...{ provider: 's3', endpoint: 'https://s3.us-west-2.amazonaws.com', region: 'us-west-2' },
        ...{ bucket: 'acme-datasets', prefix: 'annotations/' },
      },
      credential: { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' },
      ...{ revealable: false, ask: 'first' },
    });
  });

  test('is for the accelerated endpoint, keeps a distribution, and names the key method, where it says so', () => {
    const more = {
      ...{ s3_is_accelerated: true, s3_auth_method: 'access_key' },
      ...{ s3_cloudfront_domain: 'd1.cloudfront.net', s3_cloudfront_public_key_id: 'K2JCJMDEHXQW5F' },
    };
    expect(fromCreateRequest({ ...s3, ...more }, externalId)).toMatchObject({
      target: { endpoint: 'https://s3-accelerate.amazonaws.com', region: 'us-west-2' },
      cloudFront: { domain: 'd1.cloudfront.net', publicKeyId: 'K2JCJMDEHXQW5F' },
    });
  });

  test("is by a role under the organization's external id, whatever the request says", () => {
    expect(fromCreateRequest({ ...role, external_id: 'mine' }, externalId)).toMatchObject({
      credential: { kind: 'assumed-role', roleArn: role.s3_role_arn, externalId },
    });
  });

  test('may hold what an answer holds, and what is unknown', () => {
    const answered = {
      ...{ uid: 7, is_verified: 'yes', last_verified_at: null, created_at: [], updated_at: {}, color: 'red' },
      ...{ s3_bucket_prefix: null, s3_is_accelerated: false, s3_auth_method: null, s3_role_arn: '' },
      ...{ gc_storage_bucket_name: null, gc_storage_prefix: null, gc_storage_auth_json_content: '' },
    };
    expect(fromCreateRequest({ ...s3, ...answered }, externalId)).toEqual(fromCreateRequest(s3, externalId));
  });

  test.each([
    [{ s3_access_key_id: null, s3_secret_access_key: undefined }, ['s3_access_key_id', 's3_secret_access_key']],
    [{ s3_bucket_name: undefined, s3_bucket_region: undefined }, ['s3_bucket_region', 's3_bucket_name']],
  ])('without %j is told that they are required', (without, fields) => {
    expect(refusalOf({ ...s3, ...without })).toEqual(
      Object.fromEntries(fields.map((field) => [field, ['This field is required.']])),
    );
  });

  test('by a role needs its ARN, and no keys; by keys no ARN', () => {
    expect(refusalOf({ ...role, s3_role_arn: undefined })).toEqual({ s3_role_arn: ['This field is required.'] });
    expect(refusalOf({ ...role, s3_role_arn: 'storage' })).toEqual({
      s3_role_arn: ['This field must be the ARN of a role, such as arn:aws:iam::123456789012:role/storage.'],
    });
    expect(refusalOf({ ...role, s3_access_key_id: 'name' })).toEqual({
      s3_access_key_id: ['This field is not used with s3_auth_method iam_role.'],
    });
    expect(refusalOf({ ...s3, s3_role_arn: role.s3_role_arn })).toEqual({
      s3_role_arn: ['This field is used with s3_auth_method iam_role only.'],
    });
  });

  test('of wrong values is told of all of them', () => {
    const refusal = refusalOf({
      ...s3,
      ...{ name: 'n'.repeat(10_000), s3_bucket_name: 'https://bucket', s3_bucket_region: 'Oregon' },
      ...{ s3_bucket_prefix: 'a\u0000', s3_access_key_id: 'ü', s3_secret_access_key: ' word' },
      ...{ s3_cloudfront_domain: 'https://d1', s3_cloudfront_public_key_id: 'k', gc_storage_prefix: 'x' },
    });
    expect(refusal).toEqual({
      name: ['This field must be at most 255 characters long.'],
      s3_bucket_region: ['This field must be an AWS region, such as us-west-2.'],
      s3_bucket_name: ['This field must be the bare name, not a URL or an ARN.'],
      s3_bucket_prefix: ['This field must not contain control characters.'],
      s3_access_key_id: ['This field must be plain printable ASCII.'],
      s3_secret_access_key: ['This field must not begin or end with a space or line break.'],
      s3_cloudfront_domain: ['This field must be a domain name, such as d111111abcdef8.cloudfront.net.'],
      s3_cloudfront_public_key_id: ['This field must be the id of a CloudFront public key, such as K2JCJMDEHXQW5F.'],
      gc_storage_prefix: ['This field is for the provider gc_storage only.'],
    });
  });
});

describe('a request for a bucket at Google', () => {
  test('is by the two parts of the key file that are used', () => {
    const content = keyFile({ token_uri: 'https://evil.example' });
    expect(fromCreateRequest({ ...gc, gc_storage_prefix: 'a/', gc_storage_auth_json_content: content }, '')).toEqual({
      name: { text: 'Production GCS Bucket', unique: false },
      target: { provider: 'gcs', endpoint: 'https://storage.googleapis.com', bucket: 'acme-datasets', prefix: 'a/' },
      credential: { kind: 'service-account-key', clientEmail: email, privateKey },
      ...{ revealable: false, ask: 'first' },
    });
  });

  test.each([
    [keyFile({ type: 'external_account' }), 'must be a key file whose type is service_account'],
    [keyFile({ type: 'authorized_user' }), 'must be a key file whose type is service_account'],
    ['{', 'must be the JSON key file of a service account, as it was downloaded'],
    ['GOOG1E', 'must be the JSON key file of a service account, as it was downloaded'],
    [keyFile({ private_key: '/etc/passwd' }), 'must have a PEM private key in private_key'],
    ['', "can't be blank"],
  ])('with another file is refused (%#)', (gc_storage_auth_json_content, message) => {
    expect(refusalOf({ ...gc, gc_storage_auth_json_content })).toEqual({
      gc_storage_auth_json_content: [`This field ${message}.`],
    });
  });

  test('lacks what is required by name, and has nothing of the other provider', () => {
    expect(refusalOf({ name: 'x', provider: 'gc_storage', s3_bucket_name: 'x', s3_is_accelerated: true })).toEqual({
      gc_storage_bucket_name: ['This field is required.'],
      gc_storage_auth_json_content: ['This field is required.'],
      s3_bucket_name: ['This field is for the provider aws_s3 only.'],
      s3_is_accelerated: ['This field is for the provider aws_s3 only.'],
    });
  });
});

describe('a request', () => {
  test('for another provider names it, where it can be a name', () => {
    expect(refusalOf({ name: 'x', provider: 'azure_blob' })).toEqual({
      provider: ['Unsupported provider: azure_blob'],
    });
    for (const provider of ['', 'a b', '\u0000', 'x'.repeat(33), '__proto__ ']) {
      expect(refusalOf({ name: 'x', provider })).toEqual({ provider: ['Unsupported provider.'] });
    }
  });

  test('of wrong types says what each should be', () => {
    expect(refusalOf({})).toEqual({ name: ['This field is required.'], provider: ['This field is required.'] });
    expect(
      refusalOf({ ...s3, name: 5, s3_is_accelerated: 'true', s3_auth_method: 'sso', gc_storage_prefix: {} }),
    ).toEqual({
      name: ['This field must be a string.'],
      s3_is_accelerated: ['This field must be a boolean.'],
      s3_auth_method: ['This field must be one of: access_key, iam_role.'],
      gc_storage_prefix: ['This field must be a string.'],
    });
  });

  test.each([undefined, null, [], 'text', 5, true])('of %j is no object', (body) => {
    expect(refusalOf(body)).toEqual({ non_field_errors: ['The request body must be a JSON object.'] });
  });

  test('of any JSON is read or refused in messages by field, which never repeat a value', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant('CANARY-VALUE\u0000'), fc.constant('x'));
    const fields = [...Object.keys(s3), ...Object.keys(gc), 's3_role_arn', 's3_cloudfront_domain'];
    const shape = Object.fromEntries(fields.map((field) => [field, value]));
    const provider = fc.oneof(fc.constantFrom('aws_s3', 'gc_storage'), value);
    fc.assert(
      fc.property(fc.record({ ...shape, provider, name: value }, { requiredKeys: [] }), (given) => {
        const refusal = refusalOf(given);
        expect(JSON.stringify(refusal) ?? '').not.toContain('CANARY-VALUE');
        for (const messages of Object.values(refusal ?? {})) {
          expect(messages).toEqual([expect.stringMatching(/./)]);
        }
      }),
    );
  });
});
