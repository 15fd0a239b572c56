import { describe, expect, test } from 'vitest';
import type { DiagnosisCode } from '../../../functions/core/diagnosis/catalogue.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Connection, SavedTarget } from '../../../functions/core/records/connection.ts';
import { toConfig } from '../../../functions/dialects/avala/config-wire.ts';
import { fieldAtFault } from '../../../functions/dialects/avala/names.ts';
import { toTestResponse } from '../../../functions/dialects/avala/test-config/wire.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const hour = 3_600_000;
const amazon: SavedTarget = {
  ...{ provider: 's3', endpoint: 'https://s3.us-west-2.amazonaws.com', region: 'us-west-2' },
  ...{ bucket: 'acme', prefix: 'a/' },
};
const accelerated: SavedTarget = { ...amazon, endpoint: 'https://s3-accelerate.amazonaws.com' };
const google: SavedTarget = {
  ...{ provider: 'gcs', endpoint: 'https://storage.googleapis.com' },
  ...{ bucket: 'acme', prefix: '' },
};
const connection = (of: Partial<Connection> = {}): Connection => ({
  ...{ uid: '0198c0de-0000-7000-8000-000000000001', id: 1, organizationId: 7, name: 'The bucket' },
  target: amazon,
  credential: { kind: 'access-key-pair', accessKey: 'name', version: 'v' },
  verification: { status: 'connected', since: now - 2 * hour, verifiedAt: now - hour },
  ...{ revealable: false, synchronize: false, createdAt: now - 3 * hour, updatedAt: now - 2 * hour, version: 1 },
  ...of,
});

describe('a config', () => {
  test('of a bucket at Amazon has every field, and no secret', () => {
    expect(toConfig(connection(), now)).toEqual({
      uid: '0198c0de-0000-7000-8000-000000000001',
      name: 'The bucket',
      provider: 'aws_s3',
      s3_bucket_name: 'acme',
      s3_bucket_region: 'us-west-2',
      s3_bucket_prefix: 'a/',
      s3_is_accelerated: false,
      s3_auth_method: 'access_key',
      gc_storage_bucket_name: null,
      gc_storage_prefix: null,
      is_verified: true,
      last_verified_at: '2026-01-02T02:04:05.678Z',
      created_at: '2026-01-02T00:04:05.678Z',
      updated_at: '2026-01-02T01:04:05.678Z',
    });
  });

  test('of a bucket at Google has booleans where clients insist on them', () => {
    for (const kind of ['service-account-key', 'access-key-pair'] as const) {
      const credential = { kind, accessKey: 'name', version: 'v' };
      expect(toConfig(connection({ target: { ...google, prefix: 'b/' }, credential }), now)).toMatchObject({
        provider: 'gc_storage',
        ...{ s3_bucket_name: null, s3_bucket_region: null, s3_bucket_prefix: null },
        ...{ s3_is_accelerated: false, s3_auth_method: null },
        ...{ gc_storage_bucket_name: 'acme', gc_storage_prefix: 'b/', is_verified: true },
      });
    }
  });

  test('says what is known of acceleration, role, region and prefix', () => {
    const { region: _, ...rest } = accelerated;
    const credential = { kind: 'assumed-role', accessKey: 'arn', version: 'v' } as const;
    expect(toConfig(connection({ target: { ...rest, prefix: '' }, credential }), now)).toMatchObject({
      ...{ s3_is_accelerated: true, s3_auth_method: 'iam_role' },
      ...{ s3_bucket_region: null, s3_bucket_prefix: null },
    });
  });

  test.each<[Connection['verification'], boolean, string | null]>([
    [{ status: 'unverified', since: now }, false, null],
    [{ status: 'connecting', since: now, job: 1 }, false, null],
    [{ status: 'connecting', since: now - hour, job: 1 }, false, '2026-01-02T02:21:05.678Z'],
    [
      { status: 'error', since: now - hour, verifiedAt: now, diagnosis: diagnose('bucket-not-found') },
      false,
      '2026-01-02T03:04:05.678Z',
    ],
  ])('that is %j is not verified', (verification, is_verified, last_verified_at) => {
    expect(toConfig(connection({ verification }), now)).toMatchObject({ is_verified, last_verified_at });
  });

  test.each<[string, SavedTarget]>([
    ['on Azure', { ...amazon, provider: 'azure', endpoint: 'https://x.blob.core.windows.net' }],
    ['of another vendor', { ...amazon, endpoint: 'https://s3.example.com' }],
    ['of a vendor that was named', { ...amazon, vendor: 'swift' }],
    ['to an account', { provider: 's3', endpoint: amazon.endpoint, prefix: '' }],
  ])('is not made of a connection %s', (_, target) => {
    expect(toConfig(connection({ target }), now)).toBeUndefined();
  });
});

describe('the field at fault', () => {
  type Kind = Connection['credential']['kind'];
  const cases: readonly [Exclude<DiagnosisCode, 'region-wrong'>, SavedTarget, Kind, string][] = [
    ['bucket-not-found', amazon, 'access-key-pair', 's3_bucket_name'],
    ['access-key-unknown', amazon, 'access-key-pair', 's3_access_key_id'],
    ['secret-key-wrong', amazon, 'access-key-pair', 's3_secret_access_key'],
    ['list-denied', amazon, 'access-key-pair', 's3_bucket_prefix'],
    ['list-denied', { ...amazon, prefix: '' }, 'access-key-pair', 's3_bucket_name'],
    ['region-unclear', amazon, 'access-key-pair', 's3_bucket_region'],
    ['host-not-found', amazon, 'access-key-pair', 's3_bucket_region'],
    ['connection-timed-out', amazon, 'access-key-pair', 'non_field_errors'],
    ['storage-busy', amazon, 'access-key-pair', 'non_field_errors'],
    ['acceleration-off', accelerated, 'access-key-pair', 's3_is_accelerated'],
    ['role-not-assumable', amazon, 'assumed-role', 's3_role_arn'],
    ['encryption-key-denied', amazon, 'assumed-role', 's3_role_arn'],
    ['bucket-not-found-or-denied', google, 'service-account-key', 'gc_storage_bucket_name'],
    ['list-denied', { ...google, prefix: 'a/' }, 'service-account-key', 'gc_storage_prefix'],
    ['service-account-key-revoked', google, 'service-account-key', 'gc_storage_auth_json_content'],
    ['api-disabled', google, 'service-account-key', 'gc_storage_auth_json_content'],
    ['host-not-found', google, 'service-account-key', 'non_field_errors'],
    ['secret-key-wrong', google, 'access-key-pair', 'non_field_errors'],
  ];
  test.each(cases)('%s of %o by %s is %s', (code, target, kind, field) => {
    expect(fieldAtFault(diagnose(code), target, kind)).toBe(field);
  });
});

describe('what a test came to', () => {
  test('is true, or by field what is wrong and what to do', () => {
    const verdict = { status: 'connected', findings: [], sample: [], hasInfoLabels: false } as const;
    const connected = { status: 'connected', since: now, verdict, signedUrl: 'https://signed.example' } as const;
    expect(toTestResponse(connected, connection())).toEqual({ verified: true });
    const wrong = {
      status: 'error',
      since: now,
      diagnosis: diagnose('region-wrong', { region: 'eu-west-1' }),
    } as const;
    expect(toTestResponse(wrong, connection())).toEqual({
      verified: false,
      errors: {
        s3_bucket_region: [
          'The bucket is in the region eu-west-1. Set the region to eu-west-1, and an endpoint that serves it.',
        ],
      },
    });
    expect(toTestResponse({ status: 'connecting', since: now }, connection())).toEqual({
      verified: false,
      errors: { non_field_errors: [expect.stringMatching(/\.$/)] },
    });
  });
});
