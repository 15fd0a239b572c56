import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { answering } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { bucketAt, listing, outcome, refusal, signedRegion } from './s3-bucket.ts';

describe('what could lead elsewhere', () => {
  test.each([
    '.',
    '..',
    '../x',
    'a/b',
    'a?b',
    'a#b',
    'a%2f..%2fb',
    'evil.test/x',
    '@evil.test',
    'arn:aws:s3:::photos',
    'arn:aws:s3:us-east-1:123456789012:accesspoint/photos',
    'arn:aws:s3-outposts:us-east-1:1:outpost/o/accesspoint/p',
    'photos--use1-az4--x-s3',
    'photos--op-s3',
    'photos--ol-s3',
    'mfzwi23gnjvgw.mrap',
  ])('bucket %s', async (bucket) => {
    const server = await serverThat(answering(listing()));
    expect(await outcome(server, { bucket })).toBe('bucket-name-invalid');
    expect(server.reached()).toBe(0);
    expect(await outcome(server)).toBe('connected');
  });

  test.each(['AKIA TEST', 'AKIA,TEST'])('access key %s', async (accessKey) => {
    const server = await serverThat(answering(listing()));
    expect(await outcome(server, {}, { kind: 'access-key-pair', accessKey, secretKey: 's' })).toBe(
      'access-key-malformed',
    );
    expect(server.reached()).toBe(0);
  });

  test('the environment and the files of the machine', async () => {
    const elsewhere = await serverThat(answering(listing()));
    const server = await serverThat(answering(listing()));
    const url = `http://127.0.0.1:${elsewhere.port}`;
    const directory = await mkdtemp(join(tmpdir(), 's3-environment-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const settings = [
      'region = eu-west-3',
      `endpoint_url = ${url}`,
      'use_fips_endpoint = true',
      'aws_access_key_id = AKIAFILE',
      'aws_secret_access_key = x',
      'max_attempts = 9',
    ];
    await writeFile(join(directory, 'config'), ['[default]', ...settings, ''].join('\n'));
    const variables = {
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'config'),
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_S3: url,
      AWS_REGION: 'eu-west-3',
      AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT',
      AWS_SECRET_ACCESS_KEY: 'environment',
      AWS_SESSION_TOKEN: 'token-of-the-role',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_MAX_ATTEMPTS: '9',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_SUPPORTED',
      AWS_AUTH_SCHEME_PREFERENCE: 'sigv4a',
      AWS_SDK_UA_APP_ID: 'environment-app',
      HTTP_PROXY: url,
      HTTPS_PROXY: url,
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const bucket = await bucketAt(server);
    expect(await bucket.list()).toMatchObject({ ok: true });
    const signed = await bucket.signPut('x', 60);
    expect(elsewhere.reached()).toBe(0);
    expect(server.requests).toHaveLength(1);
    for (const text of [server.requests[0] ?? '', signed]) {
      expect(text).not.toMatch(/eu-west-3|AKIAFILE|AKIAENV|token-of-the-role|security-token|environment-app|checksum/i);
    }
    expect(signedRegion(server.requests[0])).toBe('us-east-1');
  });

  test('a server’s word: it gets the one call, and the host stays', async () => {
    const elsewhere = await serverThat(answering(listing()));
    const server = await serverThat(
      answering(
        refusal(307, 'TemporaryRedirect', `<Endpoint>127.0.0.1:${elsewhere.port}</Endpoint>`, {
          location: `http://127.0.0.1:${elsewhere.port}/photos`,
        }),
      ),
    );
    expect(await outcome(server)).toBe('redirected');
    expect([server.requests.length, elsewhere.reached()]).toEqual([1, 0]);
  });
});
