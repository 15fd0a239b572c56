import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { isSecretOf, parseApiKey } from '../../../functions/core/access/api-key.ts';
import { newOrganization } from '../../../functions/core/access/create-organization.ts';
import type { WriteKeys, WriteOrganizations } from '../../../functions/core/access/ports.ts';
import { createKey } from '../../../functions/dialects/admin/create-key/endpoint.ts';
import { createOrganization } from '../../../functions/dialects/admin/create-organization/endpoint.ts';
import { disableOrganization } from '../../../functions/dialects/admin/disable-organization/endpoint.ts';
import { enableOrganization } from '../../../functions/dialects/admin/enable-organization/endpoint.ts';
import { listKeys } from '../../../functions/dialects/admin/list-keys/endpoint.ts';
import { readAudit } from '../../../functions/dialects/admin/read-audit/endpoint.ts';
import { revokeKey } from '../../../functions/dialects/admin/revoke-key/endpoint.ts';
import { memoryAudit } from '../../memory/audit.ts';
import { memoryKeyUse } from '../../memory/key-use.ts';
import { memoryKeys } from '../../memory/keys.ts';
import { memoryOrganizations } from '../../memory/organizations.ts';
import { linesOf, operator, operatorRequest, problemOf } from './operator-request.ts';

const start = Date.parse('2026-11-20T12:34:56Z');

/** The ports in memory and a clock to turn, anew for each test. */
function newScene() {
  const organizations = memoryOrganizations();
  const audit = memoryAudit({ now: () => start });
  return { organizations, keys: memoryKeys(organizations), keyUse: memoryKeyUse(), audit, now: start };
}
let scene: ReturnType<typeof newScene>;
beforeEach(() => {
  scene = newScene();
});

const ports = () => ({
  'organizations.read': scene.organizations,
  'organizations.write': scene.organizations,
  'keys.list': scene.keys,
  'keys.write': scene.keys,
  'keyUse.read': scene.keyUse.read,
  'audit.read': scene.audit.read,
});

const request = (of: Parameters<typeof operatorRequest>[0]) => operatorRequest(of, scene.now, scene.audit.write);
const trail = () => linesOf(scene.audit);

const given = async (...organizations: readonly (readonly [id: number, slug: string])[]) => {
  for (const [id, slug] of organizations) {
    await scene.organizations.create(newOrganization({ name: slug, slug, id }, start, randomBytes));
  }
};

describe('creating an organization', () => {
  const create = (body: object, write: Partial<WriteOrganizations> = {}) =>
    createOrganization.run(request({ body }), { 'organizations.write': { ...scene.organizations, ...write } });
  const acme = { name: 'Acme', slug: 'acme' };

  test('counts on, or takes the number that is given', async () => {
    await given([1, 'one']);
    expect(await create(acme)).toMatchObject({ status: 201, body: { id: 2, slug: 'acme', status: 'active' } });
    expect(await create({ name: 'B', slug: 'b', id: 9 })).toMatchObject({ status: 201, body: { id: 9 } });
    expect(trail()).toEqual(['2 organization.create done 201', '9 organization.create done 201']);
  });

  test('says what is taken, and so does the trail', async () => {
    await given([1, 'one']);
    const taken = (field: string) => ({ kind: 'invalid', faults: [{ field, code: 'taken' }] });
    expect(await problemOf(create({ ...acme, id: 1 }))).toMatchObject(taken('id'));
    expect(await problemOf(create({ ...acme, slug: 'one' }))).toMatchObject(taken('slug'));
    expect(trail()).toEqual(['1 organization.create refused 409 invalid', '2 organization.create refused 409 invalid']);
    expect(scene.organizations.rows.size).toBe(1);
  });

  test('whose counted number was given away in between asks to try again: the caller named none', async () => {
    expect(await problemOf(create(acme, { create: async () => 'id-taken' }))).toEqual({ kind: 'conflict' });
  });

  test('finds no number when all it tries are taken', async () => {
    await given([1, 'one']);
    expect(await problemOf(create(acme, { nextId: async () => 1 }))).toEqual({ kind: 'conflict' });
    expect(trail()).toEqual([]);
  });

  test('of a wrong description counts nothing and leaves no entry', async () => {
    const nextId = async () => {
      throw new Error('It was counted.');
    };
    expect(await problemOf(create({ ...acme, slug: 'A' }, { nextId }))).toMatchObject({ kind: 'invalid' });
    expect(trail()).toEqual([]);
  });
});

describe('disabling', () => {
  const named = (organization: string) => request({ path: { organization } });

  test('keeps its first moment until it is taken back', async () => {
    await given([1, 'one']);
    const first = '2026-11-20T12:34:56.000Z';
    for (const name of ['one', '1']) {
      const { body } = await disableOrganization.run(named(name), ports());
      expect(body).toMatchObject({ status: 'disabled', disabledAt: first });
      scene.now += 1_000;
    }
    for (let times = 0; times < 2; times++) {
      expect((await enableOrganization.run(named('one'), ports())).body).toMatchObject({
        ...{ status: 'active', disabledAt: null },
      });
    }
    const twice = (line: string) => [line, line];
    expect(trail()).toEqual([...twice('1 organization.disable done 200'), ...twice('1 organization.enable done 200')]);
  });

  test.each(['2', 'two', '01', '', 'One', '1 '])('of %j, which is not there, leaves no entry', async (name) => {
    await given([1, 'one']);
    expect(await problemOf(disableOrganization.run(named(name), ports()))).toEqual({ kind: 'not-found' });
    expect(trail()).toEqual([]);
  });
});

describe('a key', () => {
  const create = (body: object, write: Partial<WriteKeys> = {}, organization = 'one') =>
    createKey.run(request({ path: { organization }, body }), { ...ports(), 'keys.write': { ...scene.keys, ...write } });
  const ci = { name: 'CI', scopes: ['connections:verify', 'cloud_connectors/index', 'connections:list'] };
  /** The only key there is. */
  const made = () => {
    const [key] = scene.keys.rows.values();
    if (!key) throw new Error('There is no key.');
    return key;
  };

  test('is made with its text, which is kept nowhere', async () => {
    await given([1, 'one'], [2, 'two']);
    const { status, body } = await create({ ...ci, organizations: ['two', 1], expiresAt: '2026-11-21T00:00:00Z' });
    const { id, secretHash } = made();
    expect([status, body]).toEqual([
      201,
      {
        ...{ id, name: 'CI', organization: 1, organizations: [1, 2], status: 'active' },
        ...{ scopes: ['connections:verify', 'connections:list'], createdAt: '2026-11-20T12:34:56.000Z' },
        ...{ createdBy: operator, expiresAt: '2026-11-21T00:00:00.000Z', revokedAt: null, lastUsedAt: null },
        key: expect.any(String),
      },
    ]);
    const presented = parseApiKey(String(Object(body).key));
    expect(presented?.id).toBe(id);
    expect(isSecretOf({ secretHash }, presented?.secret ?? '')).toBe(true);
    const kept = JSON.stringify([...scene.keys.rows.values(), ...scene.audit.entries.values()]);
    expect(kept).not.toContain(presented?.secret);
    expect(trail()).toEqual(['1 key.create done 201']);
  });

  test('is not made of what is wrong or not there, and no entry either', async () => {
    await given([1, 'one']);
    expect(await problemOf(create({ ...ci, scopes: [] }))).toMatchObject({ faults: [{ field: 'scopes' }] });
    const unknown = { kind: 'invalid', faults: [{ field: 'organizations', code: 'invalid' }] };
    expect(await problemOf(create({ ...ci, organizations: [2] }))).toMatchObject(unknown);
    expect(await problemOf(create(ci, {}, 'two'))).toEqual({ kind: 'not-found' });
    expect(trail()).toEqual([]);
    // One that goes in between.
    expect(await problemOf(create(ci, { create: async () => 'no-organization' }))).toMatchObject(unknown);
    expect(trail()).toEqual(['1 key.create refused 400 invalid']);
  });

  test('is not made when the trail cannot say so', async () => {
    await given([1, 'one']);
    const { audited: _, ...rest } = request({ path: { organization: 'one' }, body: ci });
    const failing = { ...rest, audited: () => Promise.reject(new Error('The trail is gone.')) };
    await expect(createKey.run(failing, ports())).rejects.toThrow('The trail is gone.');
    expect(scene.keys.rows.size).toBe(0);
  });

  test('is listed in each of its organizations, with what became of it and its last hour', async () => {
    await given([1, 'one'], [2, 'two'], [3, 'three']);
    await create({ ...ci, organizations: [2], expiresAt: '2026-11-21T00:00:00Z' });
    const { id } = made();
    await scene.keyUse.note.note(id, scene.now);
    scene.now = Date.parse('2026-11-21T00:00:00Z');
    const listed = async (organization: string) =>
      (await listKeys.run(request({ path: { organization } }), ports())).body;
    for (const organization of ['1', 'two']) {
      expect(await listed(organization)).toMatchObject({
        keys: [{ id, organization: 1, status: 'expired', lastUsedAt: '2026-11-20T12:00:00.000Z' }],
        next: null,
      });
    }
    expect(await listed('three')).toEqual({ keys: [], next: null });
  });

  test('is revoked in the trail of its home, keeping its first moment', async () => {
    await given([1, 'one'], [2, 'two']);
    await create({ ...ci, organizations: [1] }, {}, 'two');
    const { id } = made();
    for (let times = 0; times < 2; times++) {
      expect((await revokeKey.run(request({ path: { key: id } }), ports())).body).toMatchObject({
        ...{ id, status: 'revoked', revokedAt: '2026-11-20T12:34:56.000Z', lastUsedAt: null },
      });
      scene.now += 1_000;
    }
    expect(trail()).toEqual(['2 key.create done 201', '2 key.revoke done 200', '2 key.revoke done 200']);
    expect(await problemOf(revokeKey.run(request({ path: { key: '0'.repeat(12) } }), ports()))).toEqual({
      kind: 'not-found',
    });
  });
});

test('the trail of an organization is read by either name', async () => {
  await given([1, 'one'], [2, 'two']);
  await disableOrganization.run(request({ path: { organization: 'one' } }), ports());
  const read = async (organization: string, query = {}) =>
    (await readAudit.run(request({ path: { organization }, query }), ports())).body;
  for (const name of ['1', 'one']) {
    expect(await read(name)).toMatchObject({
      entries: [{ organization: 1, actor: { kind: 'operator', arn: operator }, action: 'organization.disable' }],
      next: null,
    });
  }
  expect(await read('two')).toEqual({ entries: [], next: null });
  expect(await read('one', { to: '2026-11-20T12:34:55.999Z' })).toMatchObject({ entries: [] });
});
