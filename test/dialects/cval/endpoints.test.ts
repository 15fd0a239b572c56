import { beforeEach, describe, expect, test } from 'vitest';
import { type Diagnosis, diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { type Connection, mostConnections } from '../../../functions/core/records/connection.ts';
import { newUid } from '../../../functions/core/uid.ts';
import { changeStorage } from '../../../functions/dialects/cval/change-storage/endpoint.ts';
import { createStorage } from '../../../functions/dialects/cval/create-storage/endpoint.ts';
import { deleteStorage } from '../../../functions/dialects/cval/delete-storage/endpoint.ts';
import { endpoints } from '../../../functions/dialects/cval/endpoints.ts';
import { getStorage } from '../../../functions/dialects/cval/get-storage/endpoint.ts';
import { listStorages } from '../../../functions/dialects/cval/list-storages/endpoint.ts';
import type { Request } from '../../../functions/http/endpoints/endpoint.ts';
import { Refused } from '../../../functions/http/problem.ts';
import { organization } from '../../http/auth/callers.ts';
import { memoryService } from '../../memory/service.ts';

const home = 7;
const other = 8;
const body = {
  access_key: 'name',
  secret_key: 'word',
  endpoint: 'https://s3.example.com',
  bucket: 'box',
  synchronize: true,
};

/** What was asked to be revealed, and what is wrong with the storage from its nth listing on. */
let revealed: (readonly string[])[];
let wrong: (call: number) => Diagnosis | undefined;
let memory: ReturnType<typeof memoryService>;
beforeEach(() => {
  revealed = [];
  wrong = () => undefined;
  memory = memoryService({ objects: [{ key: 'cval/images/val/one.png', size: 1 }], wrong: (call) => wrong(call) });
});

const request = (of: Partial<Request> = {}): Request => ({
  ...memory.context(),
  ...{ organizationId: home, organization: organization(home) },
  organizations: [organization(home), organization(other)],
  ...{ path: {}, query: {}, url: 'https://api.example.com/x', body: undefined },
  reveal: async (connections) => {
    revealed.push(connections.map(({ uid }) => uid));
    return true;
  },
  ...of,
});
const named = (uid: string, of: Partial<Request> = {}) => request({ path: { storage_id: uid }, ...of });

/** Puts a connection there that another API made. */
async function given(of: Partial<Connection> = {}): Promise<Connection> {
  const connection: Connection = {
    ...{ uid: newUid(memory.now(), Math.random), id: 1, organizationId: home, name: 'box' },
    ...{ revealable: false, synchronize: false },
    target: { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: '' },
    credential: { kind: 'access-key-pair', accessKey: 'name', version: 'v' },
    verification: { status: 'connected', since: 5, verifiedAt: 6 },
    ...{ createdAt: 0, updatedAt: 0, version: 1, ...of },
  };
  memory.pass(1);
  await memory.ports['connections.write'].create(connection, 'shared');
  return connection;
}

/** What was refused, of something that has to be. */
async function problemOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refused)) throw new Error('It was not refused.', { cause: error });
  return error.problem;
}
const uidOf = (answer: { readonly trail?: { readonly connections?: readonly string[] } }): string =>
  answer.trail?.connections?.[0] ?? '';

const missing = [
  'cval/images/train',
  'cval/images/test',
  'cval/annotations/train',
  'cval/annotations/test',
  'cval/annotations/val',
];

describe('creating', () => {
  test('says what the dataset lacks, and tells the trail', async () => {
    const answer = await createStorage.run(request({ body }), memory.ports);
    expect(answer).toEqual({
      status: 200,
      body: { id: uidOf(answer), dataset: { complete: false, missing } },
      trail: { connections: [uidOf(answer)], verdict: 'connected' },
    });
    expect(memory.connections.rows.get(uidOf(answer))).toMatchObject({ revealable: true, synchronize: true });
  });

  test('says so when it could not be looked at', async () => {
    wrong = (call) => (call > 0 ? diagnose('list-denied') : undefined);
    const answer = await createStorage.run(request({ body }), memory.ports);
    expect(answer.body).toEqual({
      id: uidOf(answer),
      dataset: { complete: null, missing: [], detail: expect.stringMatching(/^bucket: /) },
    });
  });

  test('keeps nothing of what the storage refuses', async () => {
    wrong = () => diagnose('secret-key-wrong');
    expect(await problemOf(createStorage.run(request({ body }), memory.ports))).toMatchObject({
      kind: 'refused-by-storage',
      diagnosis: { code: 'secret-key-wrong' },
    });
    expect(memory.connections.rows.size + memory.connections.notes.size).toBe(0);
  });

  test('ends where an organization has all it may', async () => {
    const full = { ...memory.ports['connections.write'], create: async () => 'full' as const };
    const ports = { ...memory.ports, 'connections.write': full };
    expect(await problemOf(createStorage.run(request({ body }), ports))).toEqual({
      kind: 'full',
      most: mostConnections,
    });
  });
});

describe('a storage', () => {
  test('is read with its secret, once the trail says so', async () => {
    const uid = uidOf(await createStorage.run(request({ body }), memory.ports));
    expect((await getStorage.run(named(uid), memory.ports)).body).toEqual({
      id: uid,
      ...body,
      dataset: { complete: false, missing },
    });
    expect(revealed).toEqual([[uid]]);
    expect((await getStorage.run(named(uid, { reveal: async () => false }), memory.ports)).body).toMatchObject({
      secret_key: '********',
    });
  });

  test('of another of the caller’s organizations is read, changed and removed there', async () => {
    const { uid } = await given({ organizationId: other });
    expect((await getStorage.run(named(uid), memory.ports)).body).toMatchObject({ id: uid, secret_key: '********' });
    expect(await changeStorage.run(named(uid, { query: { synchronize: 'True' } }), memory.ports)).toEqual({
      status: 200,
      body: { id: uid },
      trail: { connections: [uid], organizationId: other },
    });
    expect(memory.connections.rows.get(uid)).toMatchObject({ organizationId: other, synchronize: true });
    expect((await listStorages.run(request(), memory.ports)).body).toEqual([]);
    expect(await deleteStorage.run(named(uid), memory.ports)).toEqual({
      status: 200,
      body: { id: uid },
      trail: { connections: [uid], organizationId: other },
    });
    expect(memory.connections.rows.size).toBe(0);
    expect(revealed).toEqual([]);
  });

  test.each<[string, Partial<Connection>]>([
    ['of a stranger', { organizationId: 9 }],
    [
      'on Azure',
      { target: { provider: 'azure', endpoint: 'https://a.blob.core.windows.net', bucket: 'b', prefix: '' } },
    ],
    ['for a whole account', { target: { provider: 's3', endpoint: 'https://s3.example.com', prefix: '' } }],
    ['by a role', { credential: { kind: 'assumed-role', accessKey: 'arn', version: '' } }],
    ['by a service account', { credential: { kind: 'service-account-key', accessKey: 'a@b', version: 'v' } }],
  ])('%s is not there', async (_, of) => {
    const { uid } = await given(of);
    const notFound = { kind: 'not-found' };
    expect((await listStorages.run(request(), memory.ports)).body).toEqual([]);
    expect(await problemOf(getStorage.run(named(uid), memory.ports))).toEqual(notFound);
    const change = changeStorage.run(named(uid, { body: { synchronize: true } }), memory.ports);
    expect(await problemOf(change)).toEqual(notFound);
    expect(await problemOf(deleteStorage.run(named(uid), memory.ports))).toEqual(notFound);
    expect(memory.connections.rows.get(uid)).toMatchObject({ synchronize: false });
  });

  test('is not there by the name of a route or of nothing', async () => {
    for (const uid of ['all', '', '../x', newUid(1, Math.random)]) {
      expect(await problemOf(getStorage.run(named(uid), memory.ports))).toEqual({ kind: 'not-found' });
    }
  });

  test('that somebody else keeps changing is in conflict', async () => {
    const { uid } = await given();
    const overtaken = { ...memory.ports['connections.write'], update: async () => 'overtaken' as const };
    const ports = { ...memory.ports, 'connections.write': { ...overtaken, remove: async () => false } };
    const query = { syncronization: 'true' };
    expect(await problemOf(changeStorage.run(named(uid, { query }), ports))).toEqual({ kind: 'conflict' });
    expect(await problemOf(deleteStorage.run(named(uid), ports))).toEqual({ kind: 'conflict' });
  });
});

test('a list has the newest thousand, their secrets asked for once', async () => {
  for (let id = 1; id <= 1_001; id++) await given({ id });
  const { uid: newest } = await given({ revealable: true });
  const { body: shown } = await listStorages.run(request(), memory.ports);
  expect(shown).toHaveLength(1_000);
  expect(shown).toMatchObject({ 0: { id: newest } });
  expect(revealed).toEqual([[newest]]);
});

test('every endpoint is at the document’s path and below the client’s doubled base, the list under two names', () => {
  expect(
    Object.fromEntries(endpoints.map(({ name, method, path, also = [] }) => [name, [method, path, ...also]])),
  ).toEqual({
    'create-storage': ['POST', '/api/cloud', '/api/api/cloud'],
    'get-storage': ['GET', '/api/cloud/{storage_id}', '/api/api/cloud/{storage_id}'],
    'list-storages': ['GET', '/api/cloud/all', '/api/clouds/all', '/api/api/cloud/all', '/api/api/clouds/all'],
    'change-storage': ['PUT', '/api/cloud/{storage_id}', '/api/api/cloud/{storage_id}'],
    'delete-storage': ['DELETE', '/api/cloud/{storage_id}', '/api/api/cloud/{storage_id}'],
  });
});
