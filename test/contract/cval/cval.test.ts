import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { canary } from '../canary.ts';
import { type OperatorApi, operatorOf } from '../operator.ts';
import { type Reply, type Service, startService } from '../service.ts';
import { addedOnAzure } from '../storage/on-azure.ts';
import { cvalClient } from './cval-client.ts';

let service: Service;
let operator: OperatorApi;
/** May do everything but see a secret. */
let blindKey: string;
beforeAll(async () => {
  service = await startService();
  operator = operatorOf(service);
  await holdDataset();
  // There throughout, and in no answer: this API has no words for it.
  await addedOnAzure(service);
  const scopes = ['list', 'read', 'create', 'update', 'delete', 'verify'].map((scope) => `connections:${scope}`);
  blindKey = (await operator.newKey('demo', { scopes })).key;
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
const good = () => ({
  access_key: demo().keys.s3.accessKey,
  secret_key: demo().keys.s3.secretKey,
  endpoint: demo().s3.endpoint,
  bucket: demo().s3.bucket,
  synchronize: true,
});

const places = ['images', 'annotations'].flatMap((kind) =>
  ['train', 'test', 'val'].map((part) => `cval/${kind}/${part}`),
);

/** Makes the demo bucket hold a dataset, but for what is left out. */
async function holdDataset(...lacking: readonly string[]): Promise<void> {
  const { accessKey: accessKeyId, secretKey: secretAccessKey } = demo().keys.s3;
  const { endpoint, region, bucket: Bucket } = demo().s3;
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  for (const place of places) {
    // The one file that the demo's own datasets have in each place.
    const Key = `${place}/square.${place.includes('images') ? 'png' : 'json'}`;
    await s3.send(
      lacking.includes(place)
        ? new DeleteObjectCommand({ Bucket, Key })
        : new PutObjectCommand({ Bucket, Key, Body: 'x' }),
    );
  }
  s3.destroy();
}

/** Sends what the document shows, with the key in the client's place. */
const send = (method: string, path: string, body?: unknown, key = service.target.seeded.key): Promise<Reply> =>
  service.send(method, path, { body, headers: { authorization: `user_api_key:${key}` } });
const created = async (of: object = {}): Promise<string> => {
  const { status, body } = await send('POST', '/api/cloud', { ...good(), ...of });
  expect([status, body]).toEqual([200, { id: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
  return z.object({ id: z.string() }).parse(body).id;
};
const get = async (id: string, key?: string) => (await send('GET', `/api/cloud/${id}`, undefined, key)).body;
const whole = { dataset: { complete: true, missing: [] } };
const masked = { secret_key: '********' };

describe.each(['/api', '/api/api'])('as documented, below %s', (base) => {
  test.each(['cloud', 'clouds'])(
    'a storage is created, read, listed at %s/all, changed and deleted',
    async (plural) => {
      const at = `${base}/cloud`;
      const create = await send('POST', at, good());
      const { id } = z.object({ id: z.string() }).parse(create.body);
      expect(create).toMatchObject({ status: 200, body: { id } });
      expect(create.body).toEqual({ id });
      expect(await send('GET', `${at}/${id}`)).toMatchObject({ status: 200, body: { id, ...good() } });
      expect((await send('GET', `${at}/${id}`)).body).toEqual({ id, ...good(), ...whole });
      expect(await send('GET', `${base}/${plural}/all`)).toMatchObject({ status: 200, body: [{ id, ...good() }] });
      const change = await send('PUT', `${at}/${id}?syncronization=false`);
      expect([change.status, change.body]).toEqual([200, { id }]);
      expect(await get(id)).toEqual({ id, ...good(), synchronize: false, ...whole });
      const deleted = await send('DELETE', `${at}/${id}`);
      expect([deleted.status, deleted.body]).toEqual([200, { id }]);
      expect(await send('GET', `${at}/${id}`)).toMatchObject({ status: 404, body: { detail: expect.any(String) } });
      expect((await send('GET', `${base}/${plural}/all`)).body).toEqual([]);
      for (const { headers } of [create, change, deleted]) expect(headers.get('content-type')).toBe('application/json');
    },
  );
});

describe('the client', () => {
  test.each(['/api', ''])('whose base ends in %j goes through all of it, stale bodies and all', async (ending) => {
    const heard: { readonly status: number; readonly type: string; readonly text: string }[] = [];
    const client = cvalClient(service.target.url + ending, service.target.seeded.key, (answer) => heard.push(answer));
    const id = await client.create(good());
    expect(await client.get(id)).toEqual({ id, ...good() });
    expect(await client.getAll()).toEqual([{ id, ...good() }]);
    for (const synchronize of [false, true]) {
      expect(await client.changeSync(id, synchronize)).toEqual({ id });
      expect(await client.get(id)).toMatchObject({ synchronize });
    }
    // What a create leaves behind goes along with the next calls: it is neither read nor kept.
    await expect(client.create({ ...good(), secret_key: canary.secret })).rejects.toThrow(/^422$/);
    expect(await client.get(id)).toEqual({ id, ...good() });
    expect(await client.delete(id)).toEqual({ id });
    await expect(client.get(id)).rejects.toThrow(/^404$/);
    await expect(client.delete(id)).rejects.toMatchObject({ body: { detail: expect.any(String) } });
    expect(heard.map(({ type }) => type)).toEqual(heard.map(() => 'application/json'));
    expect(JSON.stringify(heard)).not.toContain(canary.secret);
  });

  test('that may not see secrets reads a mask', async () => {
    const client = cvalClient(service.target.url, blindKey, () => undefined);
    const id = await client.create(good());
    expect(await client.get(id)).toEqual({ id, ...good(), ...masked });
    expect(await client.getAll()).toEqual([{ id, ...good(), ...masked }]);
    expect(await get(id)).toMatchObject(good());
    await client.delete(id);
  });

  test('with a key that is none gets a sentence', async () => {
    const client = cvalClient(service.target.url, 'nonsense', () => undefined);
    await expect(client.getAll()).rejects.toMatchObject({
      message: 'UnknownException',
      body: { detail: expect.stringMatching(/^No valid API key\./) },
    });
  });
});

describe('synchronization', () => {
  let id: string;
  beforeAll(async () => {
    id = await created();
  });
  beforeEach(() => send('PUT', `/api/cloud/${id}?synchronize=False`));
  afterAll(() => send('DELETE', `/api/cloud/${id}`));

  test.each<[string, unknown]>([
    ['?synchronize=True', undefined],
    ['?synchronize=true', ''],
    ['?syncronization=TRUE', undefined],
    ['?limit=1&syncronization=tRuE', {}],
    ['', { synchronize: true }],
    ['', { syncronization: 'True' }],
    ['?synchronize=true', { synchronize: true, id: 'x' }],
  ])('is turned on by %j with a body of %j', async (query, body) => {
    expect(await send('PUT', `/api/cloud/${id}${query}`, body)).toMatchObject({ status: 200, body: { id } });
    expect(await get(id)).toMatchObject({ synchronize: true });
  });

  test.each<[string, unknown, string]>([
    ['', undefined, 'synchronize is required.'],
    ['?sync=true', {}, 'synchronize is required.'],
    ['?synchronize=', undefined, 'synchronize must be true or false.'],
    ['?synchronize=1', undefined, 'synchronize must be true or false.'],
    ['', { syncronization: null }, 'syncronization must be true or false.'],
    ['?synchronize=True', { synchronize: false }, 'synchronize is given as true and as false.'],
    ['?synchronize=True', [], 'The request body must be a JSON object.'],
    ['?synchronize=True', '{', 'The request body is not valid JSON.'],
  ])('is not changed by %j with a body of %j', async (query, body, detail) => {
    const reply = await send('PUT', `/api/cloud/${id}${query}`, body);
    expect([reply.status, reply.body]).toEqual([422, { detail }]);
    expect(await get(id)).toMatchObject({ synchronize: false });
  });

  test('can be changed by several at once', async () => {
    const changes = Array.from({ length: 3 }, () => send('PUT', `/api/cloud/${id}?synchronize=True`));
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    expect(await get(id)).toMatchObject({ synchronize: true });
  });
});

test('a bucket that lacks a part of the dataset is taken, and both answers say which', async () => {
  await holdDataset('cval/images/val', 'cval/annotations/test');
  const dataset = { complete: false, missing: ['cval/images/val', 'cval/annotations/test'] };
  const { status, body } = await send('POST', '/api/cloud', good());
  expect([status, body]).toEqual([200, { id: expect.any(String), dataset }]);
  const { id } = z.object({ id: z.string() }).parse(body);
  expect(await get(id)).toEqual({ id, ...good(), dataset });
  // It is no part of the verdict.
  const { key } = service.target.seeded;
  const buckets = await service.send('GET', '/v1/api/organizations/1/buckets', { headers: { 'x-api-key': key } });
  expect(buckets.body).toMatchObject({
    buckets: [{ storageProvider: 'other', connected: true }, { storageProvider: 'azure' }],
  });
  await send('DELETE', `/api/cloud/${id}`);
  await holdDataset();
});

test('a storage is looked up in every organization of the key, and listed in its home', async () => {
  const away = await operator.newOrganization('away');
  const [{ key: theirs }, { key: both }] = [
    await operator.newKey('away'),
    await operator.newKey('demo', { organizations: ['away'] }),
  ];
  const own = await created();
  const { id } = z.object({ id: z.string() }).parse((await send('POST', '/api/cloud', good(), theirs)).body);
  expect(away.id).not.toBe(service.target.seeded.organizationId);
  expect(await get(id, both)).toEqual({ id, ...good(), ...whole });
  expect(await get(id.toUpperCase(), both)).toMatchObject({ id });
  expect((await send('GET', '/api/cloud/all', undefined, both)).body).toMatchObject([{ id: own }]);
  expect((await send('GET', '/api/cloud/all', undefined, theirs)).body).toMatchObject([{ id }]);
  expect(await send('GET', `/api/cloud/${own}`, undefined, theirs)).toMatchObject({ status: 404 });
  expect(await send('GET', `/api/cloud/${id}`)).toMatchObject({ status: 404 });
  expect(await send('PUT', `/api/cloud/${id}?synchronize=False`)).toMatchObject({ status: 404 });
  expect(await send('DELETE', `/api/cloud/${id}`)).toMatchObject({ status: 404 });
  expect(await send('PUT', `/api/cloud/${id}?synchronize=False`, undefined, both)).toMatchObject({ status: 200 });
  expect(await send('DELETE', `/api/cloud/${id}`, undefined, both)).toMatchObject({ status: 200, body: { id } });
  await send('DELETE', `/api/cloud/${own}`);
});

test('the trail says whose secrets were seen, a list once, and never that a mask was', async () => {
  const ids = [await created(), await created()].toReversed();
  const seen = async () =>
    (await operator.pages('/organizations/demo/audit', 'entries', { limit: '200' }))
      .flat()
      .map((entry) =>
        z.object({ action: z.string(), endpoint: z.string(), connections: z.array(z.string()) }).parse(entry),
      )
      .filter(({ action }) => action === 'credentials.reveal')
      .map(({ endpoint, connections }) => [endpoint, connections]);
  const before = await seen();
  await send('GET', '/api/clouds/all', undefined, blindKey);
  await get(ids[0] ?? '', blindKey);
  expect(await seen()).toEqual(before);
  await send('GET', '/api/clouds/all');
  await get(ids[0] ?? '');
  expect(await seen()).toEqual([['cval/get-storage', [ids[0]]], ['cval/list-storages', ids], ...before]);
  for (const id of ids) await send('DELETE', `/api/cloud/${id}`);
});
