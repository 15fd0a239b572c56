import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { canary } from '../canary.ts';
import { operatorOf } from '../operator.ts';
import { addedOnAzure } from '../storage/on-azure.ts';
import { type AvalaClient, type Config, errorOf } from './avala-client.ts';
import { type AvalaScene, configs, notFound, only, startAvalaScene } from './avala-scene.ts';

/** Avala's document, request by request, and what its clients need besides (functions/dialects/README.md). */
let scene: AvalaScene;
let client: AvalaClient;
beforeAll(async () => {
  scene = await startAvalaScene();
  client = scene.client();
});
afterAll(async () => {
  await scene.service.expectNoLeak();
  await scene.service.stop();
});

const refusal = (of: object) => errorOf(client.create({ ...scene.amazon, ...of }));
/** A config that was created for one test. */
async function withConfig(of: object, use: (config: Config) => Promise<void>): Promise<void> {
  const made = await client.create(of);
  await use(made);
  await client.delete(made.uid);
}

describe('the document', () => {
  let made: Config;

  test('creates a config at Amazon, asking the bucket first', async () => {
    const before = scene.demo.s3.requests.length;
    const reply = await scene.send('POST', '', { body: scene.amazon });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([201, 'application/json']);
    expect(reply.body).toEqual({
      uid: expect.any(String),
      name: 'Production S3 Bucket',
      provider: 'aws_s3',
      s3_bucket_name: 'demo-bucket',
      s3_bucket_region: 'us-east-1',
      s3_bucket_prefix: 'cval/',
      s3_is_accelerated: false,
      s3_auth_method: 'access_key',
      gc_storage_bucket_name: null,
      gc_storage_prefix: null,
      is_verified: true,
      last_verified_at: expect.any(String),
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(scene.demo.s3.requests.slice(before)).toMatchObject([
      { host: 'demo-bucket.s3.us-east-1.amazonaws.com', query: { prefix: 'cval/' }, status: 200 },
    ]);
    made = await client.get(z.looseObject({ uid: z.uuid() }).parse(reply.body).uid);
    expect(made).toEqual(reply.body);
    for (const time of [made.created_at, made.updated_at, made.last_verified_at]) {
      expect(Math.abs(Date.parse(time ?? '') - Date.now())).toBeLessThan(60_000);
    }
  });

  test('lists configs, the most recent first, and nothing that it has no provider for', async () => {
    const onAzure = await addedOnAzure(scene.service);
    const google = await client.create(scene.googles);
    expect(google).toMatchObject({
      provider: 'gc_storage',
      ...{ s3_bucket_name: null, s3_bucket_region: null, s3_bucket_prefix: null, s3_is_accelerated: false },
      ...{ gc_storage_bucket_name: 'demo-bucket', gc_storage_prefix: 'cval/', s3_auth_method: null, is_verified: true },
    });
    const { status, body } = await scene.send('GET', '');
    expect(status).toBe(200);
    expect(body).toEqual({ next: null, previous: null, results: [google, made] });
    for (const call of [client.get, client.test, client.delete]) expect(await errorOf(call(onAzure))).toEqual(notFound);
    expect(await client.test(google.uid)).toEqual({ verified: true });
    await client.delete(google.uid);
  });

  test('tests a config again, and notes what came of it', async () => {
    const reply = await scene.send('POST', `${made.uid}/test/`);
    expect([reply.status, reply.body]).toEqual([200, { verified: true }]);
    for (const options of [{ headers: { 'content-type': 'application/json' } }, { body: {} }]) {
      expect((await scene.send('POST', `${made.uid}/test/`, options)).body).toEqual({ verified: true });
    }
    const { is_verified, last_verified_at } = await client.get(made.uid);
    expect(is_verified).toBe(true);
    expect(Date.parse(last_verified_at ?? '')).toBeGreaterThan(Date.parse(made.last_verified_at ?? ''));
  });

  test('answers a test that fails with 200 too, and notes that', async () => {
    const { s3, keys } = scene.demo;
    await s3.setKeyActive(keys.s3.accessKey, false);
    const reply = await scene.send('POST', `${made.uid}/test/`);
    const errors = { s3_access_key_id: [expect.stringMatching(/^The storage does not know this access key\./)] };
    expect([reply.status, reply.body]).toEqual([200, { verified: false, errors }]);
    expect(await client.get(made.uid)).toMatchObject({ is_verified: false, last_verified_at: expect.any(String) });
    await s3.setKeyActive(keys.s3.accessKey, true);
    expect((await scene.send('POST', `${made.uid}/test/`)).body).toEqual({ verified: true });
    expect((await client.list()).items).toMatchObject([{ is_verified: true }]);
  });

  test('says which account and which external id a role is to trust', async () => {
    const { organizationSlug, externalId } = scene.service.target.seeded;
    const reply = await scene.send('GET', `setup-info/?organization=${organizationSlug}`);
    const info = { avala_aws_account_id: '000000000000', external_id: externalId };
    expect([reply.status, reply.body]).toEqual([200, info]);
    expect(await client.setupInfo()).toEqual(info);
  });

  test('deletes a config without a word', async () => {
    const reply = await scene.send('DELETE', `${made.uid}/`);
    expect([reply.status, reply.body]).toEqual([204, '']);
    expect(await errorOf(client.get(made.uid))).toEqual(notFound);
    expect(await errorOf(client.delete(made.uid))).toEqual(notFound);
  });

  test('answers errors in its own words', async () => {
    const unauthorized = { status: 401, body: { detail: 'Invalid API key.' } };
    expect(await scene.service.send('GET', configs)).toMatchObject(unauthorized);
    expect(await errorOf(scene.client('avk_none').list())).toEqual(unauthorized);
    expect(await errorOf(client.list({ organization: 'somebody-elses' }))).toEqual({
      status: 403,
      body: { detail: 'You do not have permission to perform this action.' },
    });
    expect(await errorOf(client.test('a1b2c3d4-e5f6-7890-abcd-ef1234567890'))).toEqual(notFound);
    expect(await refusal({ provider: 'azure_blob' })).toEqual({
      status: 400,
      body: { provider: ['Unsupported provider: azure_blob'] },
    });
    expect(await refusal({ s3_bucket_name: 'acme-nothing' })).toEqual(only('s3_bucket_name', /^There is no bucket/));
  });
});

describe('what the storage refuses', () => {
  test.each<[object, string, RegExp]>([
    [{ s3_secret_access_key: canary.secret }, 's3_secret_access_key', /^The secret key does not belong/],
    [{ s3_access_key_id: 'AKIAUNKNOWN' }, 's3_access_key_id', /^The storage does not know this access key/],
    [{ s3_bucket_region: 'eu-west-1' }, 's3_bucket_region', /^The bucket is in the region us-east-1\. Set the region/],
    [{ s3_bucket_name: 'demo-dataset', s3_is_accelerated: true }, 's3_is_accelerated', /Enable transfer acceleration/],
  ])('%o is told at %s, and nothing is stored', async (of, field, message) => {
    const [rows, secrets] = [(await scene.service.stored()).length, scene.service.target.wire.observe.secrets().length];
    expect(await refusal(of)).toEqual(only(field, message));
    expect(await scene.service.stored()).toHaveLength(rows);
    expect(scene.service.target.wire.observe.secrets()).toHaveLength(secrets);
  });

  test('of Google is told at its fields', async () => {
    const ofGoogle = (of: object) => errorOf(client.create({ ...scene.googles, ...of }));
    expect(await ofGoogle({ gc_storage_bucket_name: 'acme-nothing' })).toEqual(
      only('gc_storage_bucket_name', /bucket/),
    );
    const other = scene.demo.gcs.keyFile.replaceAll('demo@', 'nobody@');
    expect(await ofGoogle({ gc_storage_auth_json_content: other })).toEqual(
      only('gc_storage_auth_json_content', /service account/),
    );
  });
});

describe('a bucket at Amazon', () => {
  test('is reached through transfer acceleration when it says so, and a distribution is kept', async () => {
    const before = scene.demo.s3.requests.length;
    const cloudFront = {
      s3_cloudfront_domain: 'd111111abcdef8.cloudfront.net',
      s3_cloudfront_public_key_id: 'K2JCJMDEHXQW5F',
    };
    const fast = { ...scene.amazon, ...cloudFront, s3_bucket_prefix: null, s3_is_accelerated: true };
    await withConfig(fast, async (made) => {
      expect(made).toMatchObject({ s3_is_accelerated: true, s3_bucket_region: 'us-east-1', s3_bucket_prefix: null });
      const limits = { limit: 60_000, remaining: expect.any(Number), reset: expect.any(Number) };
      expect(client.rateLimit()).toEqual(limits);
      expect(await client.test(made.uid)).toEqual({ verified: true });
      expect(client.rateLimit()).toEqual(limits);
      const rows = JSON.stringify(await scene.service.stored());
      for (const kept of Object.values(cloudFront)) expect(rows).toContain(kept);
    });
    const hosts = new Set(scene.demo.s3.requests.slice(before).map(({ host }) => host));
    expect(hosts).toEqual(new Set(['demo-bucket.s3-accelerate.amazonaws.com']));
  });

  test('is reached by a role that trusts this account under the external id, and by no other', async () => {
    const { s3_access_key_id: _, s3_secret_access_key: __, ...keyless } = scene.amazon;
    const by = (s3_role_arn: string) => ({ ...keyless, s3_auth_method: 'iam_role', s3_role_arn });
    await withConfig(by(scene.demo.roles.storage), async (made) => {
      expect(made).toMatchObject({ s3_auth_method: 'iam_role', is_verified: true });
      expect(await client.test(made.uid)).toEqual({ verified: true });
    });
    const missing = await errorOf(client.create(by(`${scene.demo.roles.storage}-missing`)));
    expect(missing).toEqual(only('s3_role_arn', /external id/));
    expect(await errorOf(client.create(by(scene.demo.roles.open)))).toEqual(only('s3_role_arn', /external id/));
  });
});

describe('pages', () => {
  test('lead by absolute URLs to all configs and back, and the last says null', async () => {
    const made: string[] = [];
    for (const name of ['one', 'two', 'two', 'drei ü', 'fünf 🪣']) {
      const config = await client.create({ ...scene.amazon, name });
      expect(config.name).toBe(name);
      made.unshift(config.uid);
    }
    const seen: string[][] = [];
    let page = await client.list({ limit: 2 });
    expect(page.links.previous).toBeNull();
    expect(page.links.next?.startsWith(`${scene.service.target.url}${configs}?limit=2&cursor=`)).toBe(true);
    for (;;) {
      seen.push(page.items.map(({ uid }) => uid));
      if (page.links.next === null) break;
      // As a script follows it: the URL as it is.
      const direct = await scene.send('GET', new URL(page.links.next).search);
      page = await client.list({ cursor: page.next, limit: 2 });
      expect(direct.body).toMatchObject({ results: page.items, next: page.links.next });
    }
    expect(seen).toEqual([made.slice(0, 2), made.slice(2, 4), made.slice(4)]);
    const before = await client.list({ cursor: page.previous, limit: 2 });
    expect(before.items.map(({ uid }) => uid)).toEqual(made.slice(2, 4));
    for (const uid of made) await client.delete(uid);
  });

  test('are of the organization that was named; a cursor of another is none', async () => {
    const api = operatorOf(scene.service);
    const [acme, globex] = [await api.newOrganization('acme'), await api.newOrganization('globex')];
    const both = scene.client((await api.newKey('acme', { organizations: ['globex'] })).key);
    for (const call of [() => both.list(), () => both.create(scene.amazon), () => both.setupInfo()]) {
      expect(await errorOf(call())).toEqual(only('organization', /^This field is required, because/));
    }
    const inAcme = await both.create(scene.amazon, { organization: 'acme' });
    await both.create(scene.amazon, { organization: 'globex' });
    const last = await both.create(scene.amazon, { organization: 'globex' });
    expect((await both.list({ organization: 'acme' })).items).toEqual([inAcme]);
    const page = await both.list({ organization: 'globex', limit: 1 });
    expect(page.items).toEqual([last]);
    expect(new URL(page.links.next ?? '').searchParams.get('organization')).toBe('globex');
    const followed = await both.list({ organization: 'globex', cursor: page.next });
    expect([followed.items.length, followed.links.next]).toEqual([1, null]);
    const foreign = await errorOf(both.list({ organization: 'acme', cursor: page.next }));
    expect(foreign).toEqual({ status: 404, body: { detail: 'Invalid cursor' } });

    expect((await both.setupInfo({ organization: 'acme' })).external_id).toBe(acme.externalId);
    expect((await both.setupInfo({ organization: 'globex' })).external_id).toBe(globex.externalId);
    // A uid needs no organization, whichever of the caller's it is in; another's is not there.
    expect(await both.get(last.uid)).toEqual(last);
    expect(await errorOf(client.get(last.uid))).toEqual(notFound);
    expect(await errorOf(client.delete(last.uid))).toEqual(notFound);
  });
});
