import { EdgeImpulseApi } from 'edge-impulse-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { carriersOf } from '../../http/auth/credential-headers.ts';
import { type Issuer, startIssuer } from '../../issuer.ts';
import { canary, canaryAccountKey } from '../canary.ts';
import { type OperatorApi, operatorOf } from '../operator.ts';
import { type Reply, type Service, startService } from '../service.ts';
import { refusals } from './access-refusals.ts';
import { tokenParameters, tokensOf } from './access-tokens.ts';

/** Who gets in, by which credential, and what the trail says of them afterwards. */
let service: Service;
let api: OperatorApi;
let issuer: Issuer;
let stranger: Issuer;
let tokens: ReturnType<typeof tokensOf>;
type Organization = Awaited<ReturnType<OperatorApi['newOrganization']>>;
let acme: Organization;
let globex: Organization;

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([startIssuer(), startIssuer()]);
  tokens = tokensOf(issuer);
  service = await startService({ parameters: tokenParameters(issuer) });
  api = operatorOf(service);
  [acme, globex] = [await api.newOrganization('acme'), await api.newOrganization('globex')];
});
afterAll(async () => {
  await service.expectNoLeak();
  await api.expectNoSecret();
  await tokens.expectNoToken(service);
  await Promise.all([service.stop(), issuer.stop(), stranger.stop()]);
});

const tokenFor: typeof tokens.tokenFor = (...of) => tokens.tokenFor(...of);

type Headers = Readonly<Record<string, string>>;
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const ask = (method: string, organization: number, below: string, headers: Headers, body?: unknown) =>
  service.send(method, `/v1/api/organizations/${organization}/buckets${below}`, { headers: { ...headers }, body });
const listOf = (organization: number, headers: Headers) => ask('GET', organization, '', headers);
const opens = async (organization: number, headers: Headers) => (await listOf(organization, headers)).status;

const empty = { success: true, buckets: [] };

describe('a key', () => {
  test('opens its organization in every carrier, and another text in its place does not', async () => {
    const { key } = await api.newKey('acme');
    const wrong = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    for (const [name, headers] of carriersOf(key)) {
      expect(await listOf(acme.id, headers), name).toMatchObject({ status: 200, body: empty });
    }
    for (const [name, headers] of carriersOf(wrong)) expect(await opens(acme.id, headers), name).toBe(401);
    expect(await opens(acme.id, { 'x-api-key': key, ...bearer(key) })).toBe(200);
  });

  test('in a cookie counts only with a JSON content type', async () => {
    const { key } = await api.newKey('acme');
    const cookie = `jwt=${key}`;
    const statusOf = (type: string) => opens(acme.id, { cookie, 'content-type': type });
    expect(await statusOf('application/json; charset=utf-8')).toBe(200);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) expect(await statusOf(type)).toBe(401);
    expect(await opens(acme.id, { cookie })).toBe(401);
  });
});

describe('a token', () => {
  test('opens its organization in every carrier but Basic', async () => {
    const carriers = carriersOf(tokenFor('acme')).filter(([name]) => !name.startsWith('Basic'));
    expect(carriers.length).toBeGreaterThan(7);
    for (const [name, headers] of carriers) {
      expect(await listOf(acme.id, headers), name).toMatchObject({ status: 200, body: empty });
    }
  });

  test.each(['RS256', 'ES256'] as const)(
    'by %s opens those it names, by id or slug, one or several',
    async (algorithm) => {
      const statuses = async (organization: unknown) => {
        const headers = bearer(tokenFor(organization, { algorithm }));
        return [await opens(acme.id, headers), await opens(globex.id, headers)];
      };
      for (const first of [acme.id, `${acme.id}`]) expect(await statuses(first)).toEqual([200, 401]);
      for (const second of ['globex', ['nobody', 'globex']]) expect(await statuses(second)).toEqual([401, 200]);
      for (const both of ['acme globex', ['globex', acme.id]]) expect(await statuses(both)).toEqual([200, 200]);
    },
  );

  test('may do what its scopes say, in the service’s words or Nodeum’s', async () => {
    const forbidden = {
      status: 403,
      body: {
        success: false,
        error: expect.stringMatching(/^This API key may not do that: it lacks the scope [a-z]+:[a-z]+\.$/),
      },
    };
    for (const scope of ['connections:list', 'cloud_connectors/index']) {
      const headers = bearer(tokenFor('acme', { scopes: ['of-another-service', scope] }));
      expect(await listOf(acme.id, headers)).toMatchObject({ status: 200 });
      for (const call of ['GET /1', 'POST ', 'POST /1', 'DELETE /1', 'POST /verify', 'POST /1/verify']) {
        const [method = '', below = ''] = call.split(' ');
        expect(await ask(method, acme.id, below, headers), call).toMatchObject(forbidden);
      }
    }
    expect(await listOf(acme.id, bearer(tokenFor('acme', { scopes: ['connections:read'] })))).toMatchObject(forbidden);
    expect(await listOf(acme.id, bearer(tokenFor('acme', { scopes: [] })))).toMatchObject(forbidden);
    // Without what this issuer puts before scopes, these are another service's.
    const plain = tokenFor('acme', { claims: { permissions: ['connections:list'] } });
    expect(await listOf(acme.id, bearer(plain))).toMatchObject(forbidden);
  });

  test('is taken as soon as its issuer has new keys, and one by the old ones no more', async () => {
    // By one function only, which has the keys of before: after one that is gone it asks nobody for ten seconds.
    const read = async (token: string) => (await ask('GET', acme.id, '/1', bearer(token))).status;
    const before = tokenFor('acme');
    expect(await read(before)).toBe(404);
    await issuer.rotate();
    expect([await read(tokenFor('acme')), await read(before)]).toEqual([404, 401]);
  });
});

describe('the unmodified client', () => {
  test('gets in by a token as its header, as its cookie and as its access token of OAuth2', async () => {
    const client = () => new EdgeImpulseApi({ endpoint: service.target.url });
    const [byHeader, byCookie, byOAuth2, expired] = [client(), client(), client(), client()];
    await byHeader.authenticate({ method: 'jwtToken', jwtToken: tokenFor('acme') });
    byCookie.organizationData.setApiKey(1, tokenFor('acme'));
    byOAuth2.organizationData.accessToken = tokenFor('acme');
    for (const { organizationData } of [byHeader, byCookie, byOAuth2]) {
      expect(await organizationData.listOrganizationBuckets(acme.id)).toMatchObject(empty);
    }
    await expired.authenticate({ method: 'jwtToken', jwtToken: tokenFor('acme', { claims: { exp: 1 } }) });
    await expect(expired.organizationData.listOrganizationBuckets(acme.id)).rejects.toThrow(/No valid API key/);
  });
});

describe('whoever is not let in is not told why:', () => {
  /** Everything of an answer but what names the request. */
  const whole = ({ status, headers, body }: Reply) => {
    const ofEach = ['date', 'x-amzn-requestid', 'x-amz-apigw-id', 'x-amzn-trace-id'];
    return { status, headers: [...headers].filter(([name]) => !ofEach.includes(name)), body };
  };

  test.each(refusals)('%s', async (_, made) => {
    const strangers = whole(await listOf(acme.id, {}));
    expect(strangers).toMatchObject({ status: 401, body: { success: false, error: expect.stringMatching(/API key/) } });
    const scene = { api, issuer, stranger, tokens, acme: acme.id, globex: globex.id };
    for (const [organization, headers] of await made(scene)) {
      expect(whole(await listOf(organization, headers))).toEqual(strangers);
    }
  });
});

describe('the trail', () => {
  test('says who did what to which connection, by key or by token, from where, and how it ended', async () => {
    const { id } = await api.newOrganization('watched');
    const [full, reader] = [await api.newKey(id), await api.newKey(id, { scopes: ['connections:list'] })];
    const agent = (name: string) => ({ 'user-agent': name, 'x-forwarded-for': '192.0.2.1' });
    const byKey = { 'x-api-key': full.key, ...agent('keyed/1') };
    const byReader = { 'x-api-key': reader.key, ...agent('reading/1') };
    const ada = { ...bearer(tokenFor('watched', { claims: { sub: 'auth0|ada' } })), ...agent('ada/1') };
    const list = { scopes: ['connections:list'], claims: { sub: 'auth0|bob' } };
    const bob = { ...bearer(tokenFor('watched', list)), ...agent('bob/1') };

    const { s3, azure, keys } = demo();
    const bucket = { ...keys.s3, endpoint: s3.endpoint, bucket: s3.bucket, region: s3.region };
    const slow = { storageProvider: 'azure', accessKey: keys.azure.account, bucket: azure.container };
    const did = async (method: string, below: string, headers: Headers, body?: unknown, status = 200) => {
      const reply = await ask(method, id, below, headers, body);
      expect([method, below, reply.status]).toEqual([method, below, status]);
      return reply.body;
    };
    await did('POST', '/verify', byKey, bucket);
    await did('POST', '/verify', ada, { ...bucket, secretKey: canary.secret });
    await did('POST', '/verify', ada, { ...slow, secretKey: canaryAccountKey, endpoint: azure.endpoint });
    const { id: number } = z.object({ id: z.int() }).parse(await did('POST', '', ada, bucket));
    await did('POST', `/${number}`, byKey, { checkConnectivityPrefix: 'cval/' });
    await did('POST', `/${number}/verify`, ada, { prefix: '' });
    for (const headers of [bob, byReader]) await did('DELETE', `/${number}`, headers, undefined, 403);
    // Looking is not kept, nor is what nobody known did.
    for (const headers of [byKey, ada, bob, byReader]) await did('GET', '', headers);
    await did('DELETE', `/${number}`, {}, undefined, 401);
    await did('DELETE', `/${number}`, ada);

    const from = (name: string) => ({ from: { ip: '127.0.0.1', agent: name } });
    const key = { actor: { kind: 'key', key: full.id }, ...from('keyed/1') };
    const token = { actor: { kind: 'token', subject: 'auth0|ada' }, ...from('ada/1') };
    const [entries = []] = await api.pages('/organizations/watched/audit', 'entries');
    const uids = z.array(z.looseObject({ connections: z.array(z.string()) })).parse(entries);
    const connections = [uids.flatMap((entry) => entry.connections)[0]];
    expect(connections).toEqual([expect.stringMatching(/^[0-9a-f]{8}-/)]);
    const of = (action: string, endpoint: string) => ({ action, endpoint: `edge-impulse/${endpoint}` });
    const numbered = { asked: { bucketId: `${number}` } };
    const removed = { ...of('connection.delete', 'remove-bucket'), ...numbered };
    const verified = { ...of('connection.verify', 'verify-bucket'), asked: {}, connections: [] };
    const again = { ...of('connection.verify', 'verify-existing-bucket'), ...numbered, connections };
    const added = { ...of('connection.create', 'add-bucket'), asked: {}, connections };
    const done = { outcome: 'done', status: 200 };
    const refused = { connections: [], outcome: 'refused', status: 403, reason: 'forbidden' };
    expect(entries).toMatchObject([
      { ...token, ...removed, connections, ...done },
      { actor: { kind: 'key', key: reader.id }, ...from('reading/1'), ...removed, ...refused },
      { actor: { kind: 'token', subject: 'auth0|bob' }, ...from('bob/1'), ...removed, ...refused },
      { ...token, ...again, ...done, verdict: 'connected' },
      { ...key, ...of('connection.update', 'update-bucket'), ...numbered, connections, ...done },
      { ...token, ...added, ...done, verdict: 'connected' },
      { ...token, ...verified, ...done, verdict: 'connecting' },
      { ...token, ...verified, ...done, verdict: 'signature-refused' },
      { ...key, ...verified, ...done, verdict: 'connected' },
      { action: 'key.create', key: reader.id },
      { action: 'key.create', key: full.id },
      { action: 'organization.create', key: null },
    ]);
    const query = { connection: `${connections[0]}` };
    expect((await api.pages('/organizations/watched/audit', 'entries', query)).flat()).toHaveLength(4);
  });

  function demo() {
    const { demo } = service.target;
    if (!demo) throw new Error('The demo storage was not started.');
    return demo;
  }
});
