import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { canary } from '../canary.ts';
import { type OperatorApi, operatorOf } from '../operator.ts';
import { type Reply, type Service, startService } from '../service.ts';
import { addedOnAzure } from '../storage/on-azure.ts';

let service: Service;
let operator: OperatorApi;
/** A storage that is there throughout. */
let id: string;
/** One that this API has no words for. */
let onAzure: string;
beforeAll(async () => {
  service = await startService();
  operator = operatorOf(service);
  onAzure = await addedOnAzure(service);
  id = z.object({ id: z.string() }).parse((await send('POST', '/api/cloud', good())).body).id;
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
const send = (method: string, path: string, body?: unknown, key = service.target.seeded.key): Promise<Reply> =>
  service.send(method, path, { body, headers: { authorization: `user_api_key:${key}` } });
const kept = async () => [(await service.stored()).length, service.target.wire.observe.secrets().length];

/** Fails unless it was refused in this API's words, under a status that is given, and nothing came of it. */
async function expectRefused(call: () => Promise<Reply>, status: number, detail: RegExp): Promise<void> {
  const before = await kept();
  const { body, headers, ...answer } = await call();
  expect([answer.status, body]).toEqual([status, { detail: expect.stringMatching(detail) }]);
  expect(headers.get('content-type')).toBe('application/json');
  expect(await kept()).toEqual(before);
}

describe('what the storage refuses is refused with what to do about it:', () => {
  test.each<[string, object, RegExp]>([
    [
      'a wrong secret',
      { secret_key: canary.secret },
      /^secret_key: The storage does not accept the signature that is made with this secret key\. /,
    ],
    ['an unknown key', { access_key: 'AKIAUNKNOWN' }, /^access_key: /],
    ['a bucket that is not there', { bucket: 'no-such-bucket' }, /^bucket: /],
    ['a port where nothing is', { endpoint: 'http://127.0.0.1:1' }, /^endpoint: /],
    ['an address of the inside', { endpoint: 'http://169.254.169.254' }, /^endpoint: .*does not connect to/],
    ['a host that is not there', { endpoint: 'https://storage.invalid' }, /^endpoint: /],
  ])('%s', async (_, of, detail) => {
    await expectRefused(() => send('POST', '/api/cloud', { ...good(), ...of }), 422, detail);
  });
});

describe('what is wrong with a request is said by field:', () => {
  test.each<[string, unknown, RegExp]>([
    ['no body', undefined, /^The request body must be a JSON object\.$/],
    ['no JSON', '{"access_key":', /^The request body is not valid JSON\.$/],
    ['a list', [], /^The request body must be a JSON object\.$/],
    ['null', 'null', /^The request body must be a JSON object\.$/],
    [
      'nothing',
      {},
      /^access_key is required; secret_key is required; endpoint is required; bucket is required; synchronize is required\.$/,
    ],
  ])('%s', async (_, body, detail) => {
    await expectRefused(() => send('POST', '/api/cloud', body), 422, detail);
  });

  test.each<[string, object, RegExp]>([
    [
      'two types',
      { access_key: null, synchronize: 'true' },
      /^access_key must be a string; synchronize must be a boolean\.$/,
    ],
    ['a type', { secret_key: 5 }, /^secret_key must be a string\.$/],
    ['another', { bucket: [] }, /^bucket must be a string\.$/],
    ['an empty secret', { secret_key: '' }, /^secret_key can't be blank\.$/],
    ['a space behind', { secret_key: `${canary.secret} ` }, /^secret_key must not begin or end with a space/],
    ['a long secret', { secret_key: canary.secret.repeat(400) }, /^secret_key must be at most 4096 characters long\.$/],
    ['a line break', { access_key: 'a\nb' }, /^access_key must be plain printable ASCII\.$/],
    ['a scheme', { endpoint: 'ftp://example.com' }, /^endpoint must begin with https:\/\/ or http:\/\/\.$/],
    ['a user', { endpoint: 'https://user:word@example.com' }, /^endpoint must not contain a user name or password\.$/],
    ['a query', { endpoint: 'https://example.com/?x' }, /^endpoint must not contain a query or a fragment\.$/],
    ['a path', { bucket: '../other' }, /^bucket must be letters, digits/],
    ['a URL', { bucket: 's3://demo-bucket' }, /^bucket must be the bare name/],
  ])('%s', async (_, of, detail) => {
    await expectRefused(() => send('POST', '/api/cloud', { ...good(), ...of }), 422, detail);
  });

  test('a body that is too large', async () => {
    const body = { ...good(), note: canary.secret.repeat(6_000) };
    await expectRefused(() => send('POST', '/api/cloud', body), 413, /^The request body is larger than 65536 bytes\.$/);
  });
});

test.each<[string, string]>([
  ['a word', 'everything'],
  ['a number', '0'],
  ['a uid of nothing', '00000000-0000-7000-8000-000000000000'],
  ['an escape', '%00'],
  ['a path', '..%2Fcloud'],
  ['a uid in braces', `%7B${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}%7D`],
  ['more than a row is found by', 'x'.repeat(2_000)],
])('a storage called by %s is not there', async (_, name) => {
  for (const base of ['/api', '/api/api']) {
    for (const [method, query] of [
      ['GET', ''],
      ['PUT', '?synchronize=True'],
      ['DELETE', ''],
    ] as const) {
      const call = () => send(method, `${base}/cloud/${name}${query}`);
      await expectRefused(call, 404, /^There is no such storage\.$/);
    }
  }
});

test('a storage that this API has no words for is not there', async () => {
  for (const [method, query] of [
    ['GET', ''],
    ['PUT', '?synchronize=True'],
    ['DELETE', ''],
  ] as const) {
    await expectRefused(() => send(method, `/api/cloud/${onAzure}${query}`), 404, /^There is no such storage\.$/);
  }
  expect((await send('GET', '/api/cloud/all')).body).toMatchObject([{ id }]);
});

describe('whoever calls', () => {
  const calls = () =>
    [
      ['POST', '/api/cloud', 'create'],
      ['GET', `/api/cloud/${id}`, 'read'],
      ['GET', '/api/cloud/all', 'list'],
      ['GET', '/api/api/clouds/all', 'list'],
      ['PUT', `/api/cloud/${id}?synchronize=True`, 'update'],
      ['DELETE', `/api/api/cloud/${id}`, 'delete'],
    ] as const;

  test('needs a key', async () => {
    for (const [method, path] of calls()) {
      const body = method === 'POST' ? '{' : undefined;
      await expectRefused(() => service.send(method, path, { body }), 401, /^No valid API key\. .*user_api_key:/);
      await expectRefused(() => send(method, path, body, 'ei_nonsense'), 401, /^No valid API key\. /);
    }
  });

  test('needs the right for it, and no other', async () => {
    const others = (own: string) =>
      ['create', 'read', 'list', 'update', 'delete']
        .filter((scope) => scope !== own)
        .map((scope) => `connections:${scope}`);
    for (const [method, path, scope] of calls()) {
      const { key } = await operator.newKey('demo', { scopes: [...others(scope), 'credentials:reveal'] });
      await expectRefused(
        () => send(method, path, undefined, key),
        403,
        new RegExp(`^This API key may not do that: it lacks the scope connections:${scope}\\.$`),
      );
    }
  });

  test('is told of what is at no path in JSON too', async () => {
    for (const [method, path] of [
      ['POST', `/api/cloud/${id}`],
      ['PUT', '/api/cloud/all'],
      ['GET', '/api/cloud'],
      ['GET', '/api/clouds'],
    ] as const) {
      const { status, body } = await send(method, path);
      expect([status, body]).toEqual([404, expect.objectContaining({ detail: expect.any(String) })]);
    }
  });
});
