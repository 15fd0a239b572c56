import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCredential, parseTarget } from '../../../functions/core/storage/parse-target.ts';
import { describeSecret, secretFormOf } from '../../../functions/core/validation/secret-form.ts';

/** Made-up secrets in the form of each vendor's own. */
const secretKeys = {
  aws: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYcanaryKEY0',
  google: 'bGoa+V7g/yqDXvKRqq+JTFn4uQZbPiQJo4pf9Rz1',
  oci: 'q1Zx8tB4m7Kc9vR2pL5nW3sD6fH0jY8aE1gT4uI7oXc=',
  azure: `${'aZ9+bY8/'.repeat(10)}cX7dW6==`,
} as const;
const signature = 'q3mZ2JmVwQ5cXbX1yT9uYw0sKfR7hP4nL8dG6eA1iBk';

describe('the form of a secret', () => {
  test.each([
    [
      'connection-string',
      `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${secretKeys.azure};EndpointSuffix=x`,
    ],
    ['connection-string', `accountkey=${secretKeys.azure};accountname=a`],
    ['connection-string', 'BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature=sv=2022-11-02&sig=x'],
    ['connection-string', 'https://acct.blob.core.windows.net/;SharedAccessSignature=sv=2022-11-02'],
    ['signed-url', `https://a.blob.core.windows.net/box?sv=2022-11-02&sig=${signature}%3D`],
    ['signed-url', `https://a.blob.core.windows.net/box%3Fsv%3D2022%26sig%3D${signature}`],
    ['signed-url', `sv=2022-11-02&ss=b&sig=${signature}`],
    ['signed-url', `https://b.s3.amazonaws.com/k?X-Amz-Signature=${'0a'.repeat(32)}`],
    ['pem', '-----BEGIN PRIVATE KEY-----\nMIIE'],
    ['pem', '-----BEGIN RSA PRIVATE KEY----- MIIE'],
    ['key-file', '{"type": "service_account", "private_key": "x"}'],
    ...Object.values(secretKeys).map((key) => ['secret-key', key] as const),
    ['secret-key', ` ${secretKeys.aws}\n`],
  ] as const)('%s is recognized: %#', (form, text) => {
    expect(secretFormOf(text)).toBe(form);
  });

  test.each([
    ['an AWS access key id', 'AKIAIOSFODNN7EXAMPLE'],
    ['a Google HMAC access id', `GOOG1E${'A1B2C'.repeat(11)}`],
    ['a short Google HMAC access id', 'GOOGTS7C7FUP3AIRVJTE2BCD'],
    ['a Wasabi access key', 'JQ4FTV5RTO9N9M0XIYZ1'],
    ['a MinIO access key', 'minioadmin'],
    ['a random MinIO access key', 'b3dtrDGzu0hLbKmnG6cF'],
    ['an R2 access key id', '9f86d081884c7d659a2feaa0c55ad015'],
    ['an IBM COS access key id', 'fab1234567890abcdef1234567890abc'],
    ['an OCI access key', '3a7bd3e2360a3d29eea436fcfb7e44c735d117c4'],
    ['a Backblaze key id', '0012a3b4c5d6e7f0000000001'],
    ['a Scaleway access key', 'SCWXXXXXXXXXXXXXXXXX'],
    ['an Alibaba access key id', 'LTAI5tFvhJYtM6nDb7h8Kx9Q'],
    ['a Tencent secret id', 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE'],
    ['an Azure account name', 'acmestorage001'],
    ['a service account', 'reader@project.iam.gserviceaccount.com'],
    ['a role', 'arn:aws:iam::123456789012:role/storage'],
    ['a Swift user', 'project:user'],
    ['a hash', '3a7bd3e2360a3d29eea436fcfb7e44c735d117c43a7bd3e2360a3d29eea436fc'],
    ['a partition of a dataset', 'sig=1/day=2026-01-01/'],
    ['a plain prefix', 'data/2026/'],
    ['a name', 'Training data (signed off)'],
  ])('%s is none', (_, text) => {
    expect(secretFormOf(text)).toBeUndefined();
  });

  test('no description repeats the secret', () => {
    for (const form of ['connection-string', 'signed-url', 'pem', 'key-file', 'secret-key'] as const)
      expect(describeSecret(form)).toMatch(/^(must|has)/);
  });

  test('any text of 64 kB is examined in linear time', () => {
    const parts = fc.constantFrom(
      'sig=',
      'a',
      '-----BEGIN ',
      ';',
      'AccountKey',
      '%3D',
      ' ',
      '"private_key',
      'A'.repeat(40),
    );
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const text = (one + other).repeat(Math.ceil(65_536 / (one.length + other.length)));
        const began = process.cpuUsage();
        secretFormOf(text);
        const { user } = process.cpuUsage(began);
        expect(user).toBeLessThan(200_000);
      }),
      { numRuns: 60 },
    );
  });
});

const shownFields = ['endpoint', 'region', 'bucket', 'prefix'] as const;
const target = { provider: 'azure', endpoint: 'https://a.blob.core.windows.net', bucket: 'box', prefix: '' } as const;
const pasted = [
  `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${secretKeys.azure};EndpointSuffix=core.windows.net`,
  `https://acct.blob.core.windows.net/;SharedAccessSignature=sv=2022-11-02&sig=${signature}`,
  `https://acct.blob.core.windows.net/box/sig=${signature}`,
  `https://acct.blob.core.windows.net/%3Fsv=1%26sig%3D${signature}`,
  `-----BEGIN PRIVATE KEY-----\n${secretKeys.google}`,
  secretKeys.aws,
  secretKeys.azure,
];

describe('a secret in a field that is shown', () => {
  test.each(pasted.flatMap((text) => shownFields.map((field) => [field, text] as const)))(
    'is refused in %s: %#',
    (field, text) => {
      const parsed = parseTarget({ ...target, [field]: text });
      expect(parsed).toMatchObject({ ok: false, faults: [{ field }] });
      for (const secret of [...Object.values(secretKeys), signature])
        expect(JSON.stringify(parsed)).not.toContain(secret.slice(0, 16));
    },
  );

  test('a pasted connection string is told where its parts go', () => {
    for (const change of [{ endpoint: pasted[0] ?? '' }]) {
      expect(parseTarget({ ...target, ...change })).toMatchObject({
        faults: [
          { message: expect.stringMatching(/BlobEndpoint.*endpoint.*AccountName.*access key.*AccountKey.*secret key/) },
        ],
      });
    }
  });

  test.each([
    'https://a;b.example.com',
    'https://a=b.example.com',
    'a;b',
    'https://host/x;Name=1',
    'https://host/x=1',
    'https://host/a&b',
    'https://host/a%3Bb',
    'https://host/a%3db',
  ])('the endpoint %s is refused for its form', (endpoint) => {
    expect(parseTarget({ ...target, endpoint })).toMatchObject({
      ok: false,
      faults: [{ field: 'endpoint', code: 'invalid' }],
    });
  });

  test('an endpoint that was accepted has no parameter in host or path', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'] }), fc.string(), (url, tail) => {
        const parsed = parseTarget({ ...target, endpoint: url + tail });
        if (parsed.ok) expect(parsed.value.endpoint).not.toMatch(/[;=&?]|%3[bdf]|%26/i);
      }),
    );
  });
});

describe('access key and secret key', () => {
  const swapped = { ok: false, faults: [{ field: 'accessKey', message: expect.stringContaining('swapped') }] };

  test.each([
    ['s3', secretKeys.aws, 'AKIAIOSFODNN7EXAMPLE'],
    ['s3', secretKeys.aws, 'anything'],
    ['s3', 'f'.repeat(64), '9f86d081884c7d659a2feaa0c55ad015'],
    ['s3', 'short-secret', 'AKIAIOSFODNN7EXAMPLE'],
    ['gcs', secretKeys.google, `GOOG1E${'A1B2C'.repeat(11)}`],
    ['azure', secretKeys.azure, 'acmestorage001'],
    ['s3', '-----BEGIN PRIVATE KEY-----', 'x'],
  ] as const)('that are swapped are refused (%s, %#)', (provider, accessKey, secretKey) => {
    expect(parseCredential(provider, { accessKey, secretKey })).toMatchObject(swapped);
  });

  test('a connection string is refused as either', () => {
    for (const field of ['accessKey', 'secretKey'] as const) {
      const raw = { accessKey: 'acmestorage001', secretKey: secretKeys.azure, [field]: pasted[0] ?? '' };
      expect(parseCredential('azure', raw)).toMatchObject({ ok: false, faults: [{ field }] });
    }
  });

  test('a temporary key is refused, because its session token cannot be sent', () => {
    expect(parseCredential('s3', { accessKey: 'ASIAIOSFODNN7EXAMPLE', secretKey: secretKeys.aws })).toMatchObject({
      faults: [{ field: 'accessKey', message: expect.stringContaining('session token') }],
    });
  });
});
