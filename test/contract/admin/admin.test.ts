import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { accessCacheTime } from '../../../functions/core/access/ports.ts';
import { canary, canaryAccountKey } from '../canary.ts';
import { type Ask, type OperatorApi, operatorOf, readOrganization, readOrganizations, signed } from '../operator.ts';
import { type Service, startService } from '../service.ts';
import { audit, invalid, keys, notThere, unreadable } from './admin-refusals.ts';

let service: Service;
let api: OperatorApi;
beforeAll(async () => {
  service = await startService();
  api = operatorOf(service);
});
afterAll(async () => {
  await service.expectNoLeak();
  await api.expectNoSecret();
  await service.stop();
});

/** Edge Impulse's answer to a key: 200 where it opens the organization. */
const opens = async (organization: number, key: string) =>
  (await service.send('GET', `/v1/api/organizations/${organization}/buckets`, { headers: { 'x-api-key': key } }))
    .status;

/** Waits for what may take as long as functions go on with what they know. */
const soon = (holds: () => Promise<void>) => vi.waitFor(holds, { timeout: accessCacheTime + 5_000, interval: 250 });

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const operator = 'arn:aws:iam::000000000000:user/administrator';

function demo() {
  const { demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  return demo;
}

describe('whoever is not the operator', () => {
  const ask: Ask = { method: 'GET', path: '/admin/organizations' };

  test('is refused without a signature, key or not', async () => {
    for (const headers of [{}, { 'x-api-key': service.target.seeded.key }]) {
      const reply = await service.send('GET', ask.path, { headers });
      expect([reply.status, reply.headers.get('x-amzn-errortype')]).toEqual([
        404,
        'MissingAuthenticationTokenException',
      ]);
    }
  });

  test('is refused with a function’s own credentials, the operator’s functions among them', async () => {
    const { template, wire } = service.target;
    expect(template.functions.length).toBeGreaterThan(10);
    for (const { role } of template.functions) {
      expect((await signed(service, ask, wire.credentialsFor(role))).status).toBe(403);
    }
  });

  test('is refused with another secret', async () => {
    const wrong = { ...service.target.wire.administrator(), secretAccessKey: canary.secret };
    expect((await signed(service, ask, wrong)).status).toBe(403);
  });
});

describe('organizations', () => {
  test('are made, shown by number or slug, disabled and enabled', async () => {
    const { status, headers, body } = await api.post('/organizations', {
      ...{ name: 'Ärzte, e. V.', slug: 'aerzte', externalId: canary.secret },
    });
    const { id, externalId } = readOrganization(body);
    const shown = {
      ...{ id, slug: 'aerzte', name: 'Ärzte, e. V.', status: 'active', createdAt: time, disabledAt: null },
      externalId: expect.stringMatching(/^[0-9a-f-]{14}4[0-9a-f]{3}-[89ab][0-9a-f-]{16}$/),
    };
    expect([status, headers.get('content-type'), body]).toEqual([201, 'application/json', shown]);
    for (const name of [id, 'aerzte']) {
      expect(await api.get(`/organizations/${name}`)).toMatchObject({ status: 200, body: { ...shown, externalId } });
    }
    const disabled = await api.post('/organizations/aerzte/disable');
    expect([disabled.status, disabled.body]).toEqual([200, { ...shown, status: 'disabled', disabledAt: time }]);
    expect((await api.post(`/organizations/${id}/disable`, {})).body).toEqual(disabled.body);
    expect((await api.get(`/organizations/${id}`)).body).toEqual(disabled.body);
    for (let times = 0; times < 2; times++) {
      expect(await api.post('/organizations/aerzte/enable')).toMatchObject({ status: 200, body });
    }
  });

  test('are counted on, past numbers that were given', async () => {
    const { id } = await api.newOrganization('counted');
    const given = await api.post('/organizations', { name: 'Given', slug: 'given', id: id + 1 });
    expect(given).toMatchObject({ status: 201, body: { id: id + 1 } });
    expect((await api.newOrganization('counted-on')).id).toBe(id + 2);
    const taken = async (body: object) => {
      const reply = await api.post('/organizations', { name: 'Late', slug: 'late', ...body });
      expect(reply.headers.get('content-type')).toBe('application/problem+json');
      return [reply.status, reply.body];
    };
    const problem = (field: string) => [
      409,
      {
        ...{ type: 'about:blank', title: 'Conflict', status: 409, detail: expect.any(String) },
        errors: [{ field, code: 'taken', message: expect.any(String) }],
      },
    ];
    expect(await taken({ slug: 'given' })).toEqual(problem('slug'));
    expect(await taken({ id })).toEqual(problem('id'));
  });

  test('are listed by number, page by page', async () => {
    await api.newOrganization('listed');
    const all = await api.pages('/organizations', 'organizations', { limit: '100' });
    expect(all).toHaveLength(1);
    const ids = readOrganizations(all.flat()).map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids.length).toBeGreaterThan(1);
    const small = await api.pages('/organizations', 'organizations', { limit: '2' });
    expect(small.length).toBe(Math.ceil(ids.length / 2));
    expect(small.flat()).toEqual(all.flat());
  });
});

// Each test has organizations of its own, and one waits for seconds.
describe.concurrent('a key', () => {
  test('opens its organization at once, is listed, and says when it was used', async () => {
    const { id } = await api.newOrganization('opened');
    const before = await api.newKey('opened', { scopes: ['cloud_connectors / index', 'connections:list'] });
    expect(await opens(id, before.key)).toBe(200);
    const shown = {
      ...{ id: before.id, name: 'for a test', organization: id, organizations: [id], scopes: ['connections:list'] },
      ...{ status: 'active', createdAt: time, createdBy: operator, expiresAt: null, revokedAt: null },
    };
    expect(before.body).toEqual({ ...shown, lastUsedAt: null, key: before.key });
    await api.newKey('opened');
    await api.newKey(id);
    const all = (await api.pages(`/organizations/${id}/keys`, 'keys', {})).flat();
    expect(all).toHaveLength(3);
    const onTheHour = expect.stringMatching(/T\d\d:00:00\.000Z$/);
    expect(all).toContainEqual({ ...shown, lastUsedAt: onTheHour });
    const small = await api.pages('/organizations/opened/keys', 'keys', { limit: '2' });
    expect([small.map(({ length }) => length), small.flat()]).toEqual([[2, 1], all]);
    const revoked = await api.post(`/keys/${before.id}/revoke`);
    expect(revoked.body).toEqual({ ...shown, status: 'revoked', revokedAt: time, lastUsedAt: onTheHour });
    expect((await api.post(`/keys/${before.id}/revoke`)).body).toEqual(revoked.body);
  });

  test('may do what its scopes say', async () => {
    const { id } = await api.newOrganization('scoped');
    const { key } = await api.newKey(id, { scopes: ['cloud_connectors/index'] });
    expect(await opens(id, key)).toBe(200);
    const verify = await service.send('POST', `/v1/api/organizations/${id}/buckets/verify`, {
      ...{ headers: { 'x-api-key': key }, body: {} },
    });
    expect(verify.status).toBe(403);
  });

  test('of two organizations opens both, is listed in both, and opens no third', async () => {
    const [home, also, third] = [
      await api.newOrganization('home'),
      await api.newOrganization('also'),
      await api.newOrganization('third'),
    ];
    const { id, key, body } = await api.newKey('home', { organizations: ['also', home.id, also.id] });
    expect(body).toMatchObject({ organization: home.id, organizations: [home.id, also.id] });
    expect([await opens(home.id, key), await opens(also.id, key), await opens(third.id, key)]).toEqual([200, 200, 401]);
    for (const slug of ['home', 'also']) {
      expect(await api.get(`/organizations/${slug}/keys`)).toMatchObject({ body: { keys: [{ id }], next: null } });
    }
    expect((await api.get('/organizations/third/keys')).body).toEqual({ keys: [], next: null });
  });

  test('stops when it is revoked, when its time is up, and while its organization is disabled', async () => {
    const [open, shut, reopened] = [
      await api.newOrganization('open'),
      await api.newOrganization('shut'),
      await api.newOrganization('reopened'),
    ];
    const [revoked, late, early] = [
      await api.newKey(open.id),
      await api.newKey(shut.id),
      await api.newKey(reopened.id),
    ];
    const expiresAt = new Date(Date.now() + 4_000).toISOString();
    const expired = await api.newKey(open.id, { expiresAt });
    expect(expired.body).toMatchObject({ status: 'active', expiresAt });
    const statuses = () =>
      Promise.all([opens(open.id, expired.key), opens(open.id, revoked.key), opens(shut.id, late.key)]);
    expect(await statuses()).toEqual([200, 200, 200]);
    await Promise.all([
      api.post(`/keys/${revoked.id}/revoke`),
      api.post('/organizations/shut/disable'),
      api.post('/organizations/reopened/disable'),
    ]);
    // Nothing was known of it before.
    expect(await opens(reopened.id, early.key)).toBe(401);
    await api.post('/organizations/reopened/enable');
    await soon(async () =>
      expect([...(await statuses()), await opens(reopened.id, early.key)]).toEqual([401, 401, 401, 200]),
    );
    const { body } = await api.get('/organizations/open/keys');
    expect(body).toMatchObject({
      keys: expect.arrayContaining([
        expect.objectContaining({ id: revoked.id, status: 'revoked', revokedAt: time }),
        expect.objectContaining({ id: expired.id, status: 'expired', expiresAt }),
      ]),
    });
  });
});

describe.concurrent('the trail', () => {
  const entryShape = z.looseObject({ id: z.string(), at: z.string(), connections: z.array(z.string()) });
  const entriesOf = async (organization: string, query: Readonly<Record<string, string>> = {}) =>
    z.array(entryShape).parse((await api.pages(`/organizations/${organization}/audit`, 'entries', query)).flat());

  test('says who did what, and how it ended', async () => {
    const { id } = await api.newOrganization('watched');
    const { id: key, key: text } = await api.newKey('watched', {
      scopes: ['connections:create', 'connections:verify'],
    });
    const buckets = (method: string, below: string, body?: object) =>
      service.send(method, `/v1/api/organizations/${id}/buckets${below}`, {
        headers: { 'x-api-key': text, 'user-agent': 'watched/1.0' },
        body,
      });
    const { s3, azure, keys } = demo();
    const bucket = { ...keys.s3, endpoint: s3.endpoint, bucket: s3.bucket, region: s3.region };
    expect((await buckets('POST', '', bucket)).status).toBe(200);
    expect((await buckets('POST', '/verify', { ...bucket, secretKey: canary.secret })).status).toBe(200);
    const wrong = { accessKey: keys.azure.account, secretKey: canaryAccountKey, endpoint: azure.endpoint };
    const place = { storageProvider: 'azure', bucket: azure.container };
    expect((await buckets('POST', '/verify', { ...wrong, ...place })).status).toBe(200);
    expect((await buckets('POST', '/verify', { accessKey: { secret: canary.secret } })).status).toBe(400);
    expect((await buckets('DELETE', '/1')).status).toBe(403);
    await api.post('/organizations/watched/disable');
    await api.post('/organizations', { name: 'Again', slug: 'again', id });
    await api.post(`/keys/${key}/revoke`);

    const byKey = { actor: { kind: 'key', key }, from: { ip: '127.0.0.1', agent: 'watched/1.0' }, asked: {} };
    const byOperator = { actor: { kind: 'operator', arn: operator }, from: { ip: '127.0.0.1' }, connections: [] };
    const organization = { asked: { organization: 'watched' } };
    const done = (status: number, verdict?: string) => ({ outcome: 'done', status, ...(verdict && { verdict }) });
    const refused = (status: number, reason: string) => ({ outcome: 'refused', status, reason });
    const verify = { ...byKey, action: 'connection.verify', endpoint: 'edge-impulse/verify-bucket', connections: [] };
    const entries = await entriesOf('watched');
    expect(entries).toMatchObject([
      { ...byOperator, action: 'key.revoke', endpoint: 'admin/revoke-key', asked: { key }, ...done(200) },
      { ...byOperator, action: 'organization.create', asked: {}, ...refused(409, 'invalid') },
      { ...byOperator, action: 'organization.disable', ...organization, ...done(200) },
      { ...byKey, action: 'connection.delete', asked: { bucketId: '1' }, ...refused(403, 'forbidden') },
      { ...verify, ...refused(400, 'invalid') },
      { ...verify, ...done(200, 'connecting') },
      { ...verify, ...done(200, 'signature-refused') },
      { ...byKey, action: 'connection.create', connections: [expect.any(String)], ...done(200, 'connected') },
      { ...byOperator, action: 'key.create', endpoint: 'admin/create-key', ...organization, ...done(201) },
      { ...byOperator, action: 'organization.create', asked: {}, ...done(201) },
    ]);
    for (const entry of entries) expect(entry).toMatchObject({ organization: id, id: expect.any(String), at: time });

    const small = await api.pages('/organizations/watched/audit', 'entries', { limit: '4' });
    expect(small.flat()).toEqual(entries);
    expect(small.map(({ length }) => length)).toEqual([4, 4, 2]);
    const [from, to] = [entries[6], entries[3]];
    if (!from || !to) throw new Error('There are too few entries.');
    const between = entries.filter(({ at }) => at >= from.at && at <= to.at);
    expect(await entriesOf(`${id}`, { from: from.at, to: to.at })).toEqual(between);
    const [uid = ''] = entries[7]?.connections ?? [];
    expect(await entriesOf('watched', { connection: uid })).toEqual([entries[7]]);
  });

  test('of one organization is not another’s', async () => {
    const { id } = await api.newOrganization('quiet');
    expect(await entriesOf('quiet')).toMatchObject([{ organization: id, action: 'organization.create' }]);
  });
});

describe('refused with all that is wrong', () => {
  test.each(invalid)('%s %s %j', async (method, path, given, faults) => {
    const { status, headers, body } = await api.call(method, path, given);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    const { errors, ...problem } = z
      .looseObject({ errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })) })
      .parse(body);
    expect(problem).toEqual({ type: 'about:blank', title: 'Bad Request', status: 400, detail: expect.any(String) });
    expect(errors.map(({ field, code }) => `${field} ${code}`)).toEqual(faults);
  });

  test.each(unreadable)('a body that is %s', async (_, body, status) => {
    const reply = await api.post('/organizations', body);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(reply.body).toEqual({ type: 'about:blank', title: expect.any(String), status, detail: expect.any(String) });
  });

  test.each(notThere)('%s %s, which is not there', async (method, path, given) => {
    const { status, headers, body } = await api.call(method, path, given);
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(body).toEqual({ type: 'about:blank', title: 'Not Found', status: 404, detail: expect.any(String) });
  });

  test('leaves nothing in the trail', async () => {
    const before = (await api.get(audit)).body;
    await api.post(keys, {});
    expect((await api.get(audit)).body).toEqual(before);
  });
});
