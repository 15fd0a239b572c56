import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { type Diagnosis, diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import { newUid } from '../../../functions/core/uid.ts';
import { createConfig } from '../../../functions/dialects/avala/create-config/endpoint.ts';
import { getConfig } from '../../../functions/dialects/avala/get-config/endpoint.ts';
import { listConfigs } from '../../../functions/dialects/avala/list-configs/endpoint.ts';
import { removeConfig } from '../../../functions/dialects/avala/remove-config/endpoint.ts';
import { setupInfo } from '../../../functions/dialects/avala/setup-info/endpoint.ts';
import { testConfig } from '../../../functions/dialects/avala/test-config/endpoint.ts';
import type { Request } from '../../../functions/http/endpoints/endpoint.ts';
import { type Problem, Refused } from '../../../functions/http/problem.ts';
import { organization } from '../../http/auth/callers.ts';
import { memoryService } from '../../memory/service.ts';

const [home, other] = [organization(7), organization(8, { externalId: 'other' })];
const url = 'https://storage.example.com/api/v1/storage-configs/';
const body = {
  ...{ name: 'The bucket', provider: 'aws_s3', s3_bucket_name: 'acme', s3_bucket_region: 'us-west-2' },
  ...{ s3_access_key_id: 'name', s3_secret_access_key: 'word' },
};

let wrong: Diagnosis | undefined;
let memory: ReturnType<typeof memoryService>;
beforeEach(() => {
  wrong = undefined;
  memory = memoryService({ objects: [{ key: 'a/b', size: 1 }], wrong: () => wrong });
});

const request = (of: Partial<Request> = {}): Request => ({
  ...memory.context(),
  ...{ organizationId: home.id, organization: home, organizations: [home, other] },
  ...{ path: {}, query: {}, url, body: undefined, reveal: async () => false },
  ...of,
});
const named = (uid: string, of: Partial<Request> = {}) => request({ path: { uid }, ...of });

/** Puts a connection there that another API made. */
async function given(of: Partial<Connection> = {}): Promise<Connection> {
  memory.pass(1);
  const connection: Connection = {
    ...{ uid: newUid(memory.now(), Math.random), id: memory.now() % 1_000, organizationId: home.id, name: 'box' },
    ...{ revealable: false, synchronize: false },
    target: { provider: 's3', endpoint: 'https://s3.us-west-2.amazonaws.com', bucket: 'box', prefix: '' },
    credential: { kind: 'access-key-pair', accessKey: 'name', version: 'none' },
    verification: { status: 'connected', since: 5, verifiedAt: 6 },
    ...{ createdAt: 0, updatedAt: 0, version: 1, ...of },
  };
  await memory.ports['connections.write'].create(connection, 'shared');
  return connection;
}

async function refusalOf(answer: Promise<unknown>): Promise<Problem> {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refused) return error.problem;
  throw error ?? new Error('It was not refused.');
}

const config = z.looseObject({ uid: z.string(), name: z.string() });
const page = z.object({ next: z.nullable(z.string()), previous: z.nullable(z.string()), results: z.array(config) });
const created = async (of: object = {}, by: Partial<Request> = {}) => {
  const answer = await createConfig.run(request({ body: { ...body, ...of }, ...by }), memory.ports);
  expect(answer.status).toBe(201);
  return config.parse(answer.body);
};

describe('create', () => {
  test('stores what the storage takes, and says what is left of the limit', async () => {
    const answer = await createConfig.run(request({ body }), memory.ports);
    expect(answer).toMatchObject({
      status: 201,
      body: { name: 'The bucket', is_verified: true, last_verified_at: '2026-01-01T00:00:00.000Z' },
      headers: { 'x-ratelimit-limit': expect.stringMatching(/^\d+$/) },
      trail: { connections: [expect.any(String)], verdict: 'connected' },
    });
    expect([...memory.connections.rows.values()]).toMatchObject([{ revealable: false, name: 'The bucket' }]);
  });

  test('takes a name as often as it comes', async () => {
    expect([(await created()).name, (await created()).name]).toEqual(['The bucket', 'The bucket']);
  });

  test('is refused at the field at fault, and stores nothing', async () => {
    wrong = diagnose('bucket-not-found');
    const refusal = await refusalOf(createConfig.run(request({ body }), memory.ports));
    expect(refusal).toEqual({ kind: 'refused-by-storage', diagnosis: wrong, field: 's3_bucket_name' });
    expect(memory.connections.rows.size).toBe(0);
  });

  test("assumes a role under the organization's external id", async () => {
    const { s3_access_key_id: _id, s3_secret_access_key: _secret, ...keyless } = body;
    const role = { ...keyless, s3_auth_method: 'iam_role', s3_role_arn: 'arn:aws:iam::123456789012:role/storage' };
    const answer = await createConfig.run(
      request({ body: role, organizationId: other.id, organization: other }),
      memory.ports,
    );
    expect(answer.body).toMatchObject({ s3_auth_method: 'iam_role' });
    const [row] = memory.connections.rows.values();
    const kept = row && (await memory.ports['credentials.read'](row.uid, row.credential.version));
    expect(kept).toEqual({ kind: 'assumed-role', roleArn: role.s3_role_arn, externalId: 'other' });
  });
});

describe('list', () => {
  test('leads through what this API shows, newest first, by links alone', async () => {
    for (const name of ['1', '2', '3']) await given({ name });
    await given({
      name: 'azure',
      target: { provider: 'azure', endpoint: 'https://x.example', bucket: 'b', prefix: '' },
    });
    await given({ name: 'account', target: { provider: 's3', endpoint: 'https://s3.amazonaws.com', prefix: '' } });
    await given({ name: 'vendor', target: { provider: 's3', endpoint: 'https://x.example', bucket: 'b', prefix: '' } });
    await given({ name: '4', target: { provider: 'gcs', endpoint: 'https://x.example', bucket: 'b', prefix: '' } });
    await given({ name: 'of another', organizationId: other.id });

    const at = async (query: Request['query']) => {
      const answer = await listConfigs.run(request({ query }), memory.ports);
      expect(answer.status).toBe(200);
      return page.parse(answer.body);
    };
    const follow = (link: string | null) => at(Object.fromEntries(new URL(link ?? '').searchParams));
    const names = ({ results }: z.infer<typeof page>) => results.map(({ name }) => name);

    const first = await at({ limit: '3', organization: home.slug });
    const last = await follow(first.next);
    expect([names(first), names(last)]).toEqual([['4', '3', '2'], ['1']]);
    expect([first.previous, last.next]).toEqual([null, null]);
    expect(names(await follow(last.previous))).toEqual(names(first));
    expect(first.next).toMatch(
      /^https:\/\/storage\.example\.com\/api\/v1\/storage-configs\/\?organization=o7&limit=3&cursor=/,
    );
  });

  test.each(['x', 'cD0yMDI0LTAx', 'A'.repeat(44)])('of a cursor that is none is not there: %s', async (cursor) => {
    const answer = await listConfigs.run(request({ query: { cursor } }), memory.ports);
    expect(answer).toEqual({ status: 404, body: { detail: 'Invalid cursor' } });
  });
});

describe('by uid', () => {
  const calls = {
    get: (of: Request) => getConfig.run(of, memory.ports),
    test: (of: Request) => testConfig.run(of, memory.ports),
    remove: (of: Request) => removeConfig.run(of, memory.ports),
  };
  const notFound = { kind: 'not-found' };

  test.each(Object.entries(calls))('%s finds it in any organization of the caller, in any case', async (_, call) => {
    const { uid } = await created({}, { organizationId: other.id, organization: other });
    expect((await call(named(uid.toUpperCase()))).status).toBeLessThan(300);
  });

  test.each(Object.entries(calls))('%s finds it in no other than the one that was named', async (_, call) => {
    const { uid } = await created({}, { organizationId: other.id, organization: other });
    expect(await refusalOf(call(named(uid, { query: { organization: home.slug } })))).toEqual(notFound);
    const there = { organizationId: other.id, organization: other, query: { organization: other.slug } };
    expect((await call(named(uid, there))).status).toBeLessThan(300);
  });

  test.each(Object.entries(calls))('%s finds nothing that this API does not show, nor of others', async (_, call) => {
    const azure = { provider: 'azure', endpoint: 'https://x.example', bucket: 'b', prefix: '' } as const;
    const hidden = [
      (await given({ target: azure })).uid,
      (await given({ organizationId: 9 })).uid,
      newUid(memory.now(), Math.random),
      ...['', 'x', "' OR 1=1", 'x'.repeat(10_000), '..%2f'],
    ];
    for (const uid of hidden) expect(await refusalOf(call(named(uid)))).toEqual(notFound);
    expect(memory.connections.rows.size).toBe(2);
  });
});

describe('test', () => {
  test('answers 200 whatever comes out, and the config says so from then on', async () => {
    const { uid } = await created();
    memory.pass(1_000);
    wrong = diagnose('secret-key-wrong');
    expect(await testConfig.run(named(uid), memory.ports)).toMatchObject({
      status: 200,
      body: { verified: false, errors: { s3_secret_access_key: [expect.stringMatching(/^The secret key /)] } },
      headers: { 'x-ratelimit-remaining': expect.stringMatching(/^\d+$/) },
      trail: { connections: [uid], verdict: 'secret-key-wrong' },
    });
    expect((await getConfig.run(named(uid), memory.ports)).body).toMatchObject({
      is_verified: false,
      last_verified_at: '2026-01-01T00:00:01.000Z',
    });
    memory.pass(1_000);
    wrong = undefined;
    expect((await testConfig.run(named(uid), memory.ports)).body).toEqual({ verified: true });
    expect((await getConfig.run(named(uid), memory.ports)).body).toMatchObject({
      is_verified: true,
      last_verified_at: '2026-01-01T00:00:02.000Z',
    });
  });
});

test('setup-info says whom a role has to trust, and under what', async () => {
  const answer = await setupInfo.run(request({ organization: other }), memory.ports);
  expect(answer).toEqual({ status: 200, body: { avala_aws_account_id: '123456789012', external_id: 'other' } });
});

test('remove takes the config and its secret, and answers without a body', async () => {
  const { uid } = await created();
  const { status, body, trail } = await removeConfig.run(named(uid), memory.ports);
  expect([status, body, trail?.connections]).toEqual([204, undefined, [uid]]);
  expect(memory.connections.rows.size).toBe(0);
  expect(await refusalOf(removeConfig.run(named(uid), memory.ports))).toEqual({ kind: 'not-found' });
});
