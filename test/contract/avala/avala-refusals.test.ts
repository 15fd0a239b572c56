import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { scopes } from '../../../functions/core/access/scope.ts';
import { canary, expectNoCanary } from '../canary.ts';
import { operatorOf } from '../operator.ts';
import { type Service, startService } from '../service.ts';
import { configs, documented, notFound, only, sender } from './avala-scene.ts';

/** What Avala's API refuses without asking a storage, in the document's words, storing nothing. */
let service: Service;
let send: ReturnType<typeof sender>;
const answers: unknown[] = [];
beforeAll(async () => {
  // Amazon's hosts lead to a port at which nobody listens.
  service = await startService({
    demo: false,
    parameters: { LimitPerKey: '2', EgressAllow: '127.0.0.1:1', ConnectTo: '*.amazonaws.com:443:127.0.0.1:1' },
  });
  send = async (...request) => {
    const reply = await sender(service)(...request);
    answers.push(reply.body);
    return reply;
  };
});
afterAll(async () => {
  const { logs, wire } = service.target;
  expectNoCanary({ answers, logs: logs(), rows: await wire.observe.rows() });
  await service.stop();
});

const refused = async (body: unknown, query = '') => {
  const rows = (await service.stored()).length;
  const reply = await send('POST', query, { body });
  expect(await service.stored()).toHaveLength(rows);
  return { status: reply.status, body: reply.body };
};

describe('a create request', () => {
  test('lacks each required field by name', async () => {
    expect(await refused({})).toEqual({
      status: 400,
      body: { name: ['This field is required.'], provider: ['This field is required.'] },
    });
    const { name, provider } = documented;
    const keys = ['s3_bucket_name', 's3_bucket_region', 's3_access_key_id', 's3_secret_access_key'];
    const required = Object.fromEntries(keys.map((key) => [key, ['This field is required.']]));
    expect(await refused({ name, provider })).toEqual({ status: 400, body: required });
    expect(await refused({ name, provider: 'gc_storage' })).toEqual({
      status: 400,
      body: {
        gc_storage_bucket_name: ['This field is required.'],
        gc_storage_auth_json_content: ['This field is required.'],
      },
    });
  });

  test('of wrong types and values is told of each field', async () => {
    const wrong = { name: 5, provider: 'aws_s3', s3_bucket_name: [], s3_is_accelerated: 'yes', s3_auth_method: 'sso' };
    const reply = await refused({ ...documented, ...wrong });
    expect(reply.status).toBe(400);
    const messages = z.record(z.string(), z.array(z.string())).parse(reply.body);
    expect(Object.keys(messages).toSorted()).toEqual(['name', 's3_auth_method', 's3_bucket_name', 's3_is_accelerated']);
  });

  test.each<[object, string, RegExp]>([
    [{ name: 'n'.repeat(10_000) }, 'name', /at most 255 characters/],
    [{ name: ' ' }, 'name', /can't be blank/],
    [{ name: 'a\u0000b' }, 'name', /control characters/],
    [{ name: '\ud800' }, 'name', /well-formed/],
    [{ provider: '\u202e'.repeat(10) }, 'provider', /^Unsupported provider\.$/],
    [{ s3_bucket_name: 'arn:aws:s3:::acme' }, 's3_bucket_name', /bare name/],
    [{ s3_bucket_region: 'us-west-2.evil.example' }, 's3_bucket_region', /must be an AWS region/],
    [{ s3_bucket_prefix: 'a\u001b[31m' }, 's3_bucket_prefix', /control characters/],
    [{ s3_access_key_id: `${canary.secret}\n` }, 's3_access_key_id', /space or line break/],
    [{ s3_cloudfront_domain: 'https://d1.cloudfront.net' }, 's3_cloudfront_domain', /must be a domain name/],
    [{ s3_cloudfront_public_key_id: 'E1' }, 's3_cloudfront_public_key_id', /public key/],
    [{ s3_role_arn: 'arn:aws:iam::123456789012:role/storage' }, 's3_role_arn', /iam_role only/],
    [{ gc_storage_bucket_name: 'acme' }, 'gc_storage_bucket_name', /for the provider gc_storage only/],
  ])('%# is refused at the field that is wrong', async (of, field, message) => {
    expect(await refused({ ...documented, ...of })).toEqual(only(field, message));
  });

  test.each(['external_account', 'authorized_user', 'impersonated_service_account', 7])(
    'with a key file of type %s is refused',
    async (type) => {
      const file = { type, client_email: 'reader@acme.iam.gserviceaccount.com', private_key: canary.secret };
      const of = { gc_storage_auth_json_content: JSON.stringify({ ...file, token_uri: 'https://evil.example' }) };
      const field = 'gc_storage_auth_json_content';
      expect(await refused({ name: 'x', provider: 'gc_storage', gc_storage_bucket_name: 'acme', ...of })).toEqual(
        only(field, /whose type is service_account\.$/),
      );
    },
  );

  test('by a role has no keys, and a role that can be one', async () => {
    const { s3_access_key_id: _, s3_secret_access_key: __, ...keyless } = documented;
    const role = { ...keyless, s3_auth_method: 'iam_role' };
    expect(await refused(role)).toEqual(only('s3_role_arn', /required/));
    expect(await refused({ ...role, s3_role_arn: 'storage' })).toEqual(only('s3_role_arn', /ARN of a role/));
  });

  test.each(['', '{', '[]', '"text"', '5', 'null', '{"name":"\ufffd'])('of the text %j is no object', async (body) => {
    expect(await refused(body)).toEqual(only('non_field_errors', /^The request body /));
  });

  test('that is too large is told how large it may be', async () => {
    expect(await refused({ ...documented, name: 'n'.repeat(70_000) })).toEqual({
      status: 413,
      body: { detail: expect.stringContaining('65536') },
    });
  });

  test('names an organization of the caller or none', async () => {
    expect(await refused(documented, '?organization=nobodys')).toEqual({
      status: 403,
      body: { detail: 'You do not have permission to perform this action.' },
    });
  });
});

describe('a page', () => {
  const page = async (query: string) => {
    const { status, body } = await send('GET', query);
    return { status, body };
  };

  test.each(['0', '-1', 'abc', '1e9', '1.5', '', '%00'])('of limit %s is refused', async (limit) => {
    expect(await page(`?limit=${limit}`)).toEqual(only('limit', /^This field must be a whole number from 1\.$/));
  });

  test('of a limit beyond all bounds is as large as pages get', async () => {
    expect((await page('?limit=1000000000')).status).toBe(200);
  });

  test.each(['x', 'cD0yMDI0', '%00', 'A'.repeat(44), 'A'.repeat(5_000)])(
    'of a cursor %# is not there',
    async (cursor) => {
      expect(await page(`?cursor=${cursor}`)).toEqual({ status: 404, body: { detail: 'Invalid cursor' } });
    },
  );
});

test.each(['x', '0198c0de-0000-7000-8000-00000000000', '%2e%2e%2f', '%00', "'%20OR%201=1", 'x'.repeat(3_000)])(
  'a uid %# is not there',
  async (uid) => {
    for (const [method, path] of [
      ['GET', `${uid}/`],
      ['POST', `${uid}/test/`],
      ['DELETE', `${uid}/`],
    ] as const) {
      expect(await send(method, path)).toMatchObject(notFound);
    }
  },
);

test('a path is answered without its last slash too, and never by a redirect', async () => {
  const headers = { 'x-avala-api-key': service.target.seeded.key };
  const bare = (method: string, below: string) => service.send(method, configs.slice(0, -1) + below, { headers });
  const uid = '0198c0de-0000-7000-8000-000000000000';
  expect((await bare('GET', '')).body).toEqual({ next: null, previous: null, results: [] });
  expect((await bare('GET', '/setup-info')).status).toBe(200);
  expect(await bare('GET', `/${uid}`)).toMatchObject(notFound);
  expect(await bare('POST', `/${uid}/test`)).toMatchObject(notFound);
  expect(await bare('DELETE', `/${uid}`)).toMatchObject(notFound);
});

test('a key does what its scopes say', async () => {
  const api = operatorOf(service);
  await api.newOrganization('scoped');
  const uid = '0198c0de-0000-7000-8000-000000000000';
  const calls = [
    ['GET', '', 'connections:list', 200],
    ['POST', '', 'connections:create', 400],
    ['GET', `${uid}/`, 'connections:read', 404],
    ['POST', `${uid}/test/`, 'connections:verify', 404],
    ['DELETE', `${uid}/`, 'connections:delete', 404],
    ['GET', 'setup-info/', 'connections:read', 200],
  ] as const;
  for (const [method, path, scope, status] of calls) {
    const rest = scopes.filter((other) => other !== scope);
    const [able, unable] = [
      await api.newKey('scoped', { scopes: [scope] }),
      await api.newKey('scoped', { scopes: rest }),
    ];
    const by = (key: string) => send(method, path, { headers: { 'x-avala-api-key': key } });
    expect((await by(able.key)).status, `${method} ${path}`).toBe(status);
    expect(await by(unable.key), `${method} ${path}`).toMatchObject({
      status: 403,
      body: {
        detail: `You do not have permission to perform this action. This API key may not do that: it lacks the scope ${scope}.`,
      },
    });
  }
});

test('too many requests that reach a storage are told when to come back', async () => {
  const create = () => send('POST', '', { body: documented });
  const unreachable = only('non_field_errors', /^Nothing accepts connections/);
  expect([await create(), await create()]).toMatchObject([unreachable, unreachable]);
  const { status, body, headers } = await create();
  const detail = expect.stringMatching(/^Request was throttled\. Expected available in \d+ seconds?\.$/);
  expect([status, body]).toEqual([429, { detail }]);
  const said = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
  const [retryAfter = 0, limit, remaining, reset = 0] = said.map((name) => Number(headers.get(name)));
  expect([limit, remaining]).toEqual([2, 0]);
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(30);
  // When all of it is there again, as Unix time.
  expect(reset - Date.now() / 1000).toBeGreaterThan(20);
  expect(reset - Date.now() / 1000).toBeLessThan(62);
});
