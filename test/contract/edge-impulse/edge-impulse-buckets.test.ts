import { EdgeImpulseApi } from 'edge-impulse-api';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { canary, canaryAccountKey } from '../canary.ts';
import { type Service, startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.expectNoLeak();
  await service.stop();
});

const path = '/v1/api/organizations/1/buckets';
const send = (method: string, below = '', body?: unknown) =>
  service.send(method, path + below, { body, headers: { 'x-api-key': service.target.seeded.key } });

function demo() {
  const { demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  return demo;
}
const s3 = () => ({
  ...demo().keys.s3,
  endpoint: demo().s3.endpoint,
  bucket: demo().s3.bucket,
  region: demo().s3.region,
});
const azure = () => ({
  storageProvider: 'azure' as const,
  accessKey: demo().keys.azure.account,
  secretKey: demo().keys.azure.key,
  endpoint: demo().azure.endpoint,
  bucket: demo().azure.container,
  region: '',
});

const addedAs = async (body: object): Promise<number> => {
  const reply = await send('POST', '', body);
  expect(reply.body).toEqual({ success: true, id: expect.any(Number) });
  return z.object({ id: z.int() }).parse(reply.body).id;
};
const bucketIs = async (id: number, fields: object): Promise<void> => {
  expect((await send('GET', `/${id}`)).body).toEqual({ success: true, bucket: expect.objectContaining(fields) });
};

describe('a saved bucket', () => {
  test('is added, read, listed, verified and removed by the unmodified client', async () => {
    const api = new EdgeImpulseApi({ endpoint: service.target.url });
    await api.authenticate({ method: 'apiKey', apiKey: service.target.seeded.key });
    const data = api.organizationData;
    const { id } = await data.addOrganizationBucket(1, { ...s3(), checkConnectivityPrefix: 'cval/' });
    const bucket = {
      id,
      accessKey: s3().accessKey,
      endpoint: s3().endpoint,
      bucket: s3().bucket,
      region: s3().region,
      connected: true,
      storageProvider: 'other',
      checkConnectivityPrefix: 'cval/',
    };
    expect((await data.getOrganizationBucket(1, id)).bucket).toEqual(bucket);
    expect((await data.listOrganizationBuckets(1)).buckets).toContainEqual(bucket);
    expect(await data.verifyExistingOrganizationBucket(1, id, { prefix: 'sensors/' })).toMatchObject({
      connectionStatus: 'connected',
      hasInfoLabelsFile: false,
    });
    await data.updateOrganizationBucket(1, id, { checkConnectivityPrefix: 'sensors/' });
    expect((await data.getOrganizationBucket(1, id)).bucket).toMatchObject({ checkConnectivityPrefix: 'sensors/' });
    expect(await data.removeOrganizationBucket(1, id)).toMatchObject({ success: true });
    await expect(data.getOrganizationBucket(1, id)).rejects.toThrow('Not found');
  });

  test('on Azure is not connected until the loop has decided', async () => {
    const id = await addedAs(azure());
    await vi.waitFor(() => bucketIs(id, { connected: true }), { timeout: 20_000, interval: 100 });
    await bucketIs(id, { storageProvider: 'azure', storageAccountName: 'demoaccount', region: '' });
    const wrong = await addedAs({ ...azure(), secretKey: canaryAccountKey });
    await vi.waitFor(
      async () => {
        const rows = await service.target.wire.observe.rows();
        expect(rows).toContainEqual(
          expect.objectContaining({
            item: expect.objectContaining({
              id: { N: String(wrong) },
              verification: { M: expect.objectContaining({ status: { S: 'error' } }) },
            }),
          }),
        );
      },
      { timeout: 20_000, interval: 100 },
    );
    await bucketIs(wrong, { connected: false });
    expect((await send('DELETE', `/${id}`)).body).toEqual({ success: true });
  });

  test('never shows its secret, in any call', async () => {
    const id = await addedAs(s3());
    const replies = [await send('GET'), await send('GET', `/${id}`), await send('DELETE', `/${id}`)];
    for (const { body } of replies) {
      expect(JSON.stringify(body)).not.toContain(s3().secretKey);
      expect(JSON.stringify(body)).not.toContain('secretKey');
    }
  });

  test('that the storage refuses is not stored', async () => {
    const before = (await service.stored()).length;
    const secrets = service.target.wire.observe.secrets().length;
    expect(await send('POST', '', { ...s3(), secretKey: canary.secret })).toMatchObject({
      status: 400,
      body: { success: false, error: expect.stringMatching(/^secretKey: /) },
    });
    expect(await service.stored()).toHaveLength(before);
    expect(service.target.wire.observe.secrets()).toHaveLength(secrets);
  });

  test('is changed only in what was sent, under a new secret too', async () => {
    const id = await addedAs({ ...s3(), checkConnectivityPrefix: 'cval/' });
    expect((await send('POST', `/${id}`, { region: null, checkConnectivityPrefix: '' })).body).toEqual({
      success: true,
    });
    const { bucket } = z.object({ bucket: z.looseObject({}) }).parse((await send('GET', `/${id}`)).body);
    expect(bucket).not.toHaveProperty('checkConnectivityPrefix');
    expect(bucket).toMatchObject({ region: 'us-east-1', connected: true });
    expect((await send('POST', `/${id}`, { secretKey: s3().secretKey })).body).toEqual({ success: true });
    await bucketIs(id, { connected: true });
    expect((await send('DELETE', `/${id}`)).status).toBe(200);
  });
});

describe('a change that the storage refuses', () => {
  test.each([
    ['secretKey', { secretKey: canary.secret }],
    ['accessKey', { accessKey: 'nobody', secretKey: canary.secret }],
    ['bucket', { bucket: 'missing-bucket' }],
  ])('is answered as add answers it, names %s, and leaves the bucket as it was', async (field, change) => {
    const id = await addedAs(s3());
    const { body: before } = await send('GET', `/${id}`);
    const secrets = () => service.target.wire.observe.secrets().map(({ name, versions }) => [name, versions.length]);
    const held = secrets();
    expect(await send('POST', `/${id}`, change)).toMatchObject({
      status: 400,
      body: { success: false, error: expect.stringMatching(new RegExp(`^${field}: `)) },
    });
    expect((await send('GET', `/${id}`)).body).toEqual(before);
    expect(secrets()).toEqual(held);
    expect((await send('POST', `/${id}/verify`, { prefix: '' })).body).toMatchObject({ connectionStatus: 'connected' });
    expect((await send('DELETE', `/${id}`)).status).toBe(200);
  });
});

describe('the status of a saved bucket', () => {
  const timeOf = (body: unknown) => z.object({ connectionStatusSince: z.string() }).parse(body).connectionStatusSince;

  test('is told since when it has been so, whenever and however often that is asked', async () => {
    const id = await addedAs(s3());
    const [first, second] = [
      timeOf((await send('POST', `/${id}/verify`, { prefix: '' })).body),
      timeOf((await send('POST', `/${id}/verify`, { prefix: '' })).body),
    ];
    expect(second).toBe(first);
    const { secretKey: _, ...rest } = s3();
    expect(timeOf((await send('POST', '/verify', { ...rest, bucketId: id })).body)).toBe(first);
    expect((await send('DELETE', `/${id}`)).status).toBe(200);
  });

  test('is answered to each of 60 that ask for it at once, through two APIs', async () => {
    const id = await addedAs({ ...s3(), endpoint: 'https://s3.us-east-1.amazonaws.com' });
    const headers = { 'x-api-key': service.target.seeded.key };
    const listed = await service.send('GET', '/api/v1/storage-configs/', { headers });
    const { uid } = z.object({ results: z.array(z.object({ uid: z.string() })).check(z.length(1)) }).parse(listed.body)
      .results[0] ?? { uid: '' };
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, count) =>
        count % 2 === 0
          ? send('POST', `/${id}/verify`, { prefix: '' })
          : service.send('POST', `/api/v1/storage-configs/${uid}/test/`, { headers }),
      ),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    for (const [count, { body }] of replies.entries())
      expect(body).toMatchObject(count % 2 === 0 ? { connectionStatus: 'connected' } : { verified: true });
    expect((await send('DELETE', `/${id}`)).status).toBe(200);
  });
});

describe('a secret in a field that every answer shows', () => {
  const key = canaryAccountKey.slice(0, 60);
  test.each([
    ['endpoint', `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${key};EndpointSuffix=core.windows.net`],
    ['endpoint', `https://acct.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=${key}`],
    ['endpoint', `https://acct.blob.core.windows.net/box/sig=${key}`],
    ['accessKey', Buffer.from(canary.secret.repeat(5).slice(0, 64)).toString('base64')],
    ['accessKey', `-----BEGIN PRIVATE KEY-----${key}`],
    ['accessKey', `{"private_key":"${key}"}`],
    ['bucket', `sv=1&sig=${key}`],
    ['checkConnectivityPrefix', `?sv=1&sig=${key}`],
  ])('is refused in %s, stored nowhere and repeated to nobody (%#)', async (field, text) => {
    const before = (await service.stored()).length;
    const reply = await send('POST', '', { ...azure(), [field]: text });
    expect(reply).toMatchObject({ status: 400, body: { success: false, error: expect.stringContaining(field) } });
    expect(JSON.stringify(reply.body)).not.toContain(canary.secret);
    expect(await service.stored()).toHaveLength(before);
  });
});

describe('bucketId in verify', () => {
  const verify = (body: object) => send('POST', '/verify', body);
  const without = ({ secretKey: _, ...rest }: ReturnType<typeof s3>) => rest;

  test('uses the stored secret at its own endpoint, for any bucket and prefix there', async () => {
    const bucketId = await addedAs(s3());
    expect((await verify({ ...without(s3()), bucketId })).body).toMatchObject({
      success: true,
      connectionStatus: 'connected',
      signedUrl: expect.any(String),
    });
    expect((await verify({ ...without(s3()), bucketId, prefix: 'cval/' })).body).toMatchObject({
      connectionStatus: 'connected',
      hasInfoLabelsFile: false,
    });
    expect((await verify({ ...without(s3()), bucketId, bucket: 'another' })).body).toMatchObject({
      connectionStatus: 'error',
    });
  });

  test('never at another endpoint or provider: no byte of it is sent there', async () => {
    const bucketId = await addedAs(s3());
    const before = demo().s3.requests.length;
    const refused = {
      status: 400,
      body: { success: false, error: expect.stringMatching(/^secretKey must be sent again/) },
    };
    expect(await verify({ ...without(s3()), bucketId, endpoint: 'https://evil.example' })).toMatchObject(refused);
    expect(await verify({ ...without(s3()), bucketId, storageProvider: 'azure' })).toMatchObject(refused);
    expect(await send('POST', `/${bucketId}`, { endpoint: 'https://evil.example' })).toMatchObject(refused);
    expect(await send('POST', `/${bucketId}`, { accessKey: 'another' })).toMatchObject(refused);
    expect(demo().s3.requests).toHaveLength(before);
    await bucketIs(bucketId, { endpoint: s3().endpoint, accessKey: s3().accessKey });
  });

  test('gives way to a secretKey, and one of them has to be there', async () => {
    const bucketId = await addedAs(s3());
    expect((await verify({ ...s3(), bucketId: bucketId + 1000 })).body).toMatchObject({
      connectionStatus: 'connected',
    });
    expect((await verify({ ...s3(), bucketId, secretKey: canary.secret })).body).toMatchObject({
      connectionStatus: 'error',
    });
    expect(await verify(without(s3()))).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^secretKey is required, unless bucketId/) },
    });
  });

  test('that is not there is not found', async () => {
    expect(await verify({ ...without(s3()), bucketId: 999_999 })).toMatchObject({
      status: 404,
      body: { success: false, error: 'bucketId was not found.' },
    });
  });
});

describe('a bad request about a saved bucket', () => {
  test.each(['999999', '0', '-1', 'abc', '1e3', '99999999999', '%31'])('for bucket %s is a 404', async (id) => {
    const replies = [
      await send('GET', `/${id}`),
      await send('POST', `/${id}`, { region: 'x' }),
      await send('DELETE', `/${id}`),
      await send('POST', `/${id}/verify`, { prefix: '' }),
    ];
    for (const reply of replies) {
      expect(reply).toMatchObject({ status: 404, body: { success: false, error: 'Not found.' } });
    }
  });

  test.each<[string, string, unknown, RegExp]>([
    [
      'POST',
      '',
      {},
      /^accessKey is required; secretKey is required; endpoint is required; bucket is required; region is required\.$/,
    ],
    [
      'POST',
      '',
      { region: 1, checkConnectivityPrefix: [] },
      /region must be a string; checkConnectivityPrefix must be a string/,
    ],
    ['POST', '/ID', { bucket: 'a/b' }, /^bucket /],
    ['POST', '/ID', { checkConnectivityPrefix: '\u0000' }, /^checkConnectivityPrefix /],
    ['POST', '/ID', { region: 5 }, /^region must be a string/],
    ['POST', '/ID/verify', {}, /^prefix is required/],
    ['POST', '/ID/verify', { prefix: '\u001b' }, /^prefix /],
  ])('%s %s %j is a 400 that says what is wrong', async (method, below, body, error) => {
    const id = await addedAs(s3());
    expect(await send(method, below.replace('ID', String(id)), body)).toMatchObject({
      status: 400,
      body: { success: false, error: expect.stringMatching(error) },
    });
  });

  test('carries a body with a GET or DELETE without harm', async () => {
    const id = await addedAs(s3());
    const headers = { 'x-api-key': service.target.seeded.key, 'content-type': 'application/json' };
    const { status } = await service.send('DELETE', `${path}/${id}`, { body: '{"secretKey":', headers });
    expect(status).toBe(200);
  });
});

test('concurrent changes: one wins, the other is told', async () => {
  const id = await addedAs(s3());
  const changes = ['cval/', 'sensors/', 'audio/', 'x/'].map((checkConnectivityPrefix) =>
    send('POST', `/${id}`, { checkConnectivityPrefix }),
  );
  const statuses = (await Promise.all(changes)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 409]));
});

test('what is removed leaves no row and no secret', async () => {
  const rows = (await service.stored()).length;
  const secrets = service.target.wire.observe.secrets().length;
  const id = await addedAs(s3());
  await send('DELETE', `/${id}`);
  expect(await service.stored()).toHaveLength(rows);
  expect(service.target.wire.observe.secrets()).toHaveLength(secrets);
});
