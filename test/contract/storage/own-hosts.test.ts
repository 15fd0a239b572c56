import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { reachStorage } from '../../../functions/platform/storage-adapter.ts';
import { putAt } from '../../conformance/storage/put-at.ts';
import { canary } from '../canary.ts';
import { type Service, startService } from '../service.ts';

/**
 * Callers name the providers' own hosts, as an API without an endpoint field always does: the deployment's functions
 * are led to the demo storage instead, where certificates and signatures are those of the hosts named.
 */

let service: Service;
beforeAll(async () => {
  service = await startService({ waits: (seconds) => seconds * 10 });
});
afterAll(async () => {
  await service.expectNoLeak();
  await service.stop();
});

function demo() {
  const { demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  return demo;
}
const s3 = (change: Readonly<Record<string, string>> = {}) => {
  const { s3: place, keys } = demo();
  return { storageProvider: 's3', ...keys.s3, bucket: place.bucket, endpoint: place.ownEndpoint, ...change };
};
const google = (change: Readonly<Record<string, string>> = {}) => {
  const { gcs, keys } = demo();
  const place = { storageProvider: 'google', endpoint: gcs.ownEndpoint, bucket: gcs.bucket };
  return { ...place, accessKey: keys.gcs.clientEmail, secretKey: gcs.keyFile, ...change };
};
const connected = z.object({ connectionStatus: z.literal('connected'), signedUrl: z.string() });
const put = (url: string): Promise<number> => putAt(url, 'written', demo().hosts.port, demo().hosts.ca);

describe('Amazon S3', () => {
  test.each([
    ['of its region', () => ({}), (): string => `${demo().s3.bucket}.s3.us-east-1.amazonaws.com`],
    ['of all regions', () => ({ endpoint: 'https://s3.amazonaws.com' }), () => `${demo().s3.bucket}.s3.amazonaws.com`],
    [
      'with acceleration',
      () => ({ endpoint: demo().s3.acceleratedEndpoint, region: demo().s3.region }),
      () => `${demo().s3.bucket}.s3-accelerate.amazonaws.com`,
    ],
  ])('at the host %s, where its signed URL takes a plain PUT', async (_, change, host) => {
    const { body } = await service.verify(s3(change()));
    expect(body).toMatchObject({ connectionStatus: 'connected', hasInfoLabelsFile: true });
    expect(demo().s3.requests.at(-1)).toMatchObject({ host: host(), operation: 'ListObjectsV2', status: 200 });
    expect(await put(connected.parse(body).signedUrl)).toBe(200);
    expect(demo().s3.requests.at(-1)).toMatchObject({ host: host(), operation: 'PutObject' });
  });

  test.each([
    [
      'another region',
      () => ({ endpoint: 'https://s3.eu-west-3.amazonaws.com', region: 'eu-west-3' }),
      diagnose('region-wrong', { region: 'us-east-1' }),
    ],
    ['a wrong key', () => ({ secretKey: canary.secret }), diagnose('secret-key-wrong')],
    // It is led here as well, but no certificate is made out for it.
    [
      'a host of another service',
      () => ({ endpoint: 'https://dynamodb.us-east-1.amazonaws.com' }),
      diagnose('certificate-name-mismatch'),
    ],
  ])('%s is an error', async (_, change, { sentence }) => {
    expect((await service.verify(s3(change()))).body).toMatchObject({
      connectionStatus: 'error',
      connectionError: expect.stringContaining(sentence),
    });
  });
});

describe('Google Cloud Storage', () => {
  test.each([
    ['a service account', () => google()],
    ['an HMAC key of it', () => google(demo().keys.gcs.hmac)],
  ])('by %s, whose signed URL takes a plain PUT', async (_, body) => {
    const answer = await service.verify(body());
    expect(answer.body).toMatchObject({ connectionStatus: 'connected', hasInfoLabelsFile: true });
    expect(await put(connected.parse(answer.body).signedUrl)).toBe(200);
    expect(demo().gcs.requests.at(-1)).toMatchObject({ method: 'PUT', host: 'storage.googleapis.com', status: 200 });
  });

  test('with a wrong key is an error', async () => {
    expect((await service.verify(google({ ...demo().keys.gcs.hmac, secretKey: canary.secret }))).body).toMatchObject({
      connectionError: expect.stringContaining(diagnose('secret-key-wrong').sentence),
    });
  });
});

test('an Azure container, at the host of its account', async () => {
  const { azure, keys } = demo();
  const body = {
    storageProvider: 'azure',
    accessKey: keys.azure.account,
    secretKey: keys.azure.key,
    bucket: azure.container,
    endpoint: azure.ownEndpoint,
  };
  await vi.waitFor(async () => connected.parse((await service.verify(body)).body), { timeout: 20_000, interval: 100 });
});

describe('a customer’s role', () => {
  const of = (roleArn: string, externalId = service.target.seeded.externalId) =>
    ({ kind: 'assumed-role', roleArn, externalId }) as const;
  /** With what a deployed function that reaches storage has: its variables, and its role's rights. */
  const storage = reachStorage();
  beforeAll(() => {
    const { template, wire } = service.target;
    const fn = template.functions.find(({ environment }) => environment['EGRESS_CA'] !== undefined);
    if (!fn) throw new Error('No function reaches storage.');
    const { accessKeyId, secretAccessKey, sessionToken } = wire.credentialsFor(fn.role);
    const environment = {
      ...fn.environment,
      ...wire.environment(),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    return () => void vi.unstubAllEnvs();
  });
  const list = async (roleArn: string, externalId?: string) => {
    const { ownEndpoint: endpoint, bucket } = demo().s3;
    const target = { provider: 's3', endpoint, bucket, prefix: '' } as const;
    const opened = await storage.open(target, of(roleArn, externalId), AbortSignal.timeout(5_000));
    return opened.ok ? opened.value.list() : opened;
  };

  test('leads to the bucket, under the organization’s external id', async () => {
    expect(await list(demo().roles.storage)).toMatchObject({ ok: true });
    expect(await list(demo().roles.open)).toMatchObject({ ok: true });
    const notAssumable = { ok: false, diagnosis: diagnose('role-not-assumable') };
    expect(await list(demo().roles.storage, 'another-organization')).toEqual(notAssumable);
    expect(await list(`${demo().roles.storage}-missing`)).toEqual(notAssumable);
  });

  test('is open when it asks for no external id', async () => {
    expect(await storage.exposure(of(demo().roles.storage))).toBeUndefined();
    expect(await storage.exposure(of(demo().roles.open))).toEqual(diagnose('role-open'));
  });

  test('is none of the deployment’s own account', async () => {
    const { account = '000000000000' } = service.target.template;
    const before = service.target.logs().length;
    const own = `arn:aws:iam::${account}:role/own`;
    expect(await list(own)).toEqual({ ok: false, diagnosis: diagnose('role-not-assumable') });
    expect(service.target.logs().slice(before).join()).toContain(`is not allowed sts:AssumeRole on ${own}`);
  });
});

test('what leads there leaves room in the four kilobytes that a function has for its variables', () => {
  const sizes = service.target.template.functions.map(({ environment }) => JSON.stringify(environment).length);
  expect(Math.max(...sizes)).toBeGreaterThan(1_000);
  expect(Math.max(...sizes)).toBeLessThan(3_000);
});
