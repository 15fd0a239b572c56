import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { forwardingTemplate } from '../../../functions/dialects/admin/show-forwarding/forwarding-template.ts';
import { writePrivately } from '../../../infra/local/private-file.ts';
import { serviceFile } from '../../../infra/local/service-file.ts';
import { typed } from '../../infra/admin/typed.ts';
import { type OperatorApi, operatorOf } from '../operator.ts';
import { type Service, startService } from '../service.ts';

/** The operator's view of connections: how they are, what happened to them, and having them looked at. */
let service: Service;
let api: OperatorApi;
const directory = mkdtempSync(join(tmpdir(), 'admin-connections-'));
beforeAll(async () => {
  service = await startService();
  api = operatorOf(service);
  writePrivately(join(directory, 'service.json'), serviceFile(service.target));
});
afterAll(async () => {
  await service.expectNoLeak();
  await service.stop();
  rmSync(directory, { recursive: true });
});

/** The operator's command line against it. */
const run = (...args: readonly string[]) => typed(args, { LOCAL_DIR: directory }, 10_000, { now: Date.now });

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const soon = (holds: () => Promise<void>) => vi.waitFor(holds, { timeout: 20_000, interval: 100 });
const listed = z.object({
  connections: z.array(z.object({ uid: z.string(), id: z.int(), lastCheck: z.string() })),
});

/** A new organization with a connection that works. */
async function connected(slug: string) {
  const { id: organization, externalId } = await api.newOrganization(slug);
  const { key } = await api.newKey(slug);
  const { demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  const path = `/v1/api/organizations/${organization}/buckets`;
  const body = { ...demo.keys.s3, endpoint: demo.s3.endpoint, bucket: demo.s3.bucket, region: demo.s3.region };
  const headers = { 'x-api-key': key };
  expect(await service.send('POST', path, { body, headers })).toMatchObject({ status: 200 });
  const look = async () => {
    const { connections } = listed.parse((await api.get(`/organizations/${slug}/connections`)).body);
    const [found] = connections;
    if (!found) throw new Error('There is no connection.');
    return found;
  };
  const { uid, id, lastCheck } = await look();
  const remove = () => service.send('DELETE', `${path}/${id}`, { headers });
  return { organization, externalId, uid, lastCheck, look, remove, bucket: body.bucket };
}

/** Runs the sweep, as its rule does every minute. */
async function sweep() {
  const rule = service.target.template.rules.find((one) => 'everySeconds' in one && one.everySeconds === 60);
  await service.target.wire.trigger(rule?.name ?? '');
}

describe('a connection', () => {
  test('is listed with how it is, and its history says since when', async () => {
    const { organization, uid, bucket } = await connected('seen');
    const shown = {
      ...{ uid, id: 1, organization, name: expect.any(String), provider: 's3', vendor: null, bucket },
      ...{ status: 'connected', since: time, lastCheck: time, diagnosis: null, nextCheck: time, checking: false },
      ...{ failures: 0, cause: null, dataset: null, inventory: null, warnings: [] },
    };
    expect(await api.get(`/organizations/${organization}/connections`)).toMatchObject({
      ...{ status: 200, body: { connections: [shown], next: null } },
    });
    const first = { kind: 'verdict', cause: 'user', from: null, to: { status: 'connected' }, diagnosis: null };
    const history = await api.get(`/connections/${uid}/history`);
    expect([history.status, history.body]).toEqual([
      200,
      { connection: shown, entries: [expect.objectContaining({ ...first, at: time })], next: null },
    ]);
    expect((await run('connections', '--organization', 'seen')).out).toMatch(new RegExp(`${uid} +s3 +connected`));
    expect((await run('history', uid)).out).toMatch(/unverified → connected +user/);
  });

  test('is announced, which whoever follows the events sees', async () => {
    const { organization, uid } = await connected('announced');
    await sweep();
    await soon(async () => {
      const { body } = await api.get('/events', { limit: '100' });
      expect(body).toMatchObject({
        events: expect.arrayContaining([
          {
            ...{ id: expect.any(String), publishedAt: time, type: 'ConnectionVerificationChanged' },
            detail: expect.objectContaining({ organization, connection: uid, to: { status: 'connected' } }),
          },
        ]),
        next: expect.any(String),
      });
    });
    const { next } = z.object({ next: z.string() }).parse((await api.get('/events', { limit: '100' })).body);
    // Of other connections something may have been announced since.
    const later = await api.get('/events', { after: next });
    expect(later).toMatchObject({ status: 200, body: { events: expect.any(Array), next: expect.any(String) } });
    expect(JSON.stringify(later.body)).not.toContain(uid);
    expect(await api.get(`/connections/${uid}/history`)).toMatchObject({ body: { entries: [{ announcedAt: time }] } });
    const { code, out } = await run('events', 'tail', '--since', '1h', '--once');
    expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`${uid}  unverified → connected  user`))]);
  });

  test('that was removed has its history still', async () => {
    const { uid, remove } = await connected('removed');
    expect((await remove()).status).toBe(200);
    expect(await api.get(`/connections/${uid}/history`)).toMatchObject({
      ...{ status: 200, body: { connection: null, entries: [{ to: { status: 'connected' } }] } },
    });
    expect((await run('history', uid)).err).toBe('The connection is gone; its history is still kept.\n');
    expect((await api.post('/reverify', { connection: uid })).status).toBe(404);
  });
});

describe('a check', () => {
  test('of one connection follows a request, which is in the trail', async () => {
    const { organization, uid, lastCheck, look } = await connected('asked');
    const { status, body } = await api.post('/reverify', { connection: uid });
    expect([status, body]).toEqual([202, { requested: { connection: uid } }]);
    await soon(async () => expect((await look()).lastCheck > lastCheck).toBe(true));
    expect(await api.get('/organizations/asked/audit', { connection: uid, limit: '1' })).toMatchObject({
      body: {
        entries: [
          {
            ...{ organization, action: 'connection.verify', endpoint: 'admin/reverify', actor: { kind: 'operator' } },
            ...{ connections: [uid], outcome: 'done', status: 202 },
          },
        ],
      },
    });
  });

  test('of all of an organization follows with the next sweep', async () => {
    const { lastCheck, look } = await connected('swept');
    expect(await run('reverify', '--organization', 'swept')).toMatchObject({ code: 0, out: 'Requested.\n' });
    await soon(async () => {
      await sweep();
      expect((await look()).lastCheck > lastCheck).toBe(true);
    });
  });

  test.each([{ all: true }, { due: true }])('of %j may be asked for', async (body) => {
    expect(await api.post('/reverify', body)).toMatchObject({ status: 202, body: { requested: body } });
  });
});

test('the template for owners is for this deployment’s bus', async () => {
  const { externalId } = await api.newOrganization('forwarded');
  const { status, body } = await api.get('/organizations/forwarded/forwarding');
  const { buses } = service.target.template;
  const to = { accountId: '000000000000', externalId, eventBus: buses[0]?.arn ?? '' };
  expect([status, body]).toEqual([200, { ...to, template: forwardingTemplate(to) }]);
  expect(JSON.parse((await run('forwarding', '--organization', 'forwarded')).out)).toEqual(forwardingTemplate(to));
});
