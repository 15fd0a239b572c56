import { describe, expect, test } from 'vitest';
import { removeConnection } from '../../../functions/core/connections/remove-connection.ts';
import { verifyConnection } from '../../../functions/core/connections/verify-connection.ts';
import type { Ports } from '../../../functions/core/ports.ts';
import { checkTimes } from '../../../functions/core/records/timeouts.ts';
import { checkScene, minute, only, organizationId, s3 } from './check-scene.ts';

const day = 24 * 60 * minute;

/** A connection that was announced and is due. */
async function dueScene(target = s3) {
  const scene = checkScene();
  const { uid } = await scene.add(target);
  await scene.work();
  const lists = scene.storage.lists();
  const { check } = await scene.get(uid);
  scene.pass((check?.dueAt ?? 0) - scene.now());
  return { ...scene, uid, checks: () => scene.storage.lists() - lists };
}

describe('a connection that works', () => {
  test('is looked at once a day, give or take a tenth, and its status keeps its beginning', async () => {
    const { add, get, now, work, sweep, receive, storage, pass } = checkScene();
    const { uid, verification } = await add();
    const due = (await get(uid)).check?.dueAt ?? 0;
    expect(Math.abs(due - now() - day)).toBeLessThanOrEqual(day / 10);
    await work();
    expect((await get(uid)).check?.dueAt).toBe(due);
    pass(due - 1 - now());
    expect(await sweep()).toEqual([]);
    pass(1);
    await receive(only(await sweep()));
    expect(storage.lists()).toBe(2);
    expect(await get(uid)).toMatchObject({
      verification: { status: 'connected', since: verification.since, verifiedAt: now() },
      check: { failures: 0 },
    });
  });

  test('that fails is looked at sooner, then ever more seldom, but daily', async () => {
    const { get, now, be, workWhenDue, uid } = await dueScene();
    be('access-key-unknown');
    const waits: number[] = [];
    for (let check = 0; check < 10; check++) {
      await workWhenDue(uid);
      waits.push(((await get(uid)).check?.dueAt ?? 0) - now());
    }
    for (const [index, wait] of waits.entries()) {
      const expected = Math.min(15 * minute * 2 ** index, day);
      expect(Math.abs(wait - expected)).toBeLessThanOrEqual(expected / 10);
    }
    expect((await get(uid)).verification).toMatchObject({ status: 'error', diagnosis: { code: 'access-key-unknown' } });
    be(undefined);
    await workWhenDue(uid);
    expect(await get(uid)).toMatchObject({ verification: { status: 'connected' }, check: { failures: 0 } });
  });
});

describe('a message', () => {
  test('that comes twice is acted on once', async () => {
    const { sweep, receive, checks } = await dueScene();
    const message = only(await sweep());
    await receive(message);
    await receive(message);
    expect(checks()).toBe(1);
  });

  test('that comes twice at once is acted on once', async () => {
    const { sweep, receive, checks } = await dueScene();
    const message = only(await sweep());
    await Promise.all([receive(message), receive(message)]);
    expect(checks()).toBe(1);
  });

  test('that comes late, when its check was handed over anew, is dropped', async () => {
    const { sweep, receive, pass, checks } = await dueScene();
    const late = only(await sweep());
    pass(checkTimes.lease);
    const next = only(await sweep());
    await receive(late);
    expect(checks()).toBe(0);
    await receive(next);
    expect(checks()).toBe(1);
  });

  test.each([{}, { kind: 'check' }, { kind: 'check', organizationId: '7', uid: 'x', claim: 'y' }, null, 'text', 7])(
    'of another form (%j) is refused, so that it ends among the dead letters',
    async (message) => {
      await expect(checkScene().receive(message)).rejects.toThrow();
    },
  );
});

describe('a worker that dies', () => {
  /** A worker whose nth call to the table never comes back. */
  const dying = (ports: Ports): Ports => ({
    ...ports,
    'verdicts.write': { ...ports['verdicts.write'], put: () => Promise.reject(new Error('died')) },
  });

  test('in the middle is followed by the next, once it must be dead', async () => {
    const { sweep, receive, pass, checks, ports, get, uid, be } = await dueScene();
    be('list-denied');
    const message = only(await sweep());
    await expect(receive(message, dying(ports))).rejects.toThrow();
    expect((await get(uid)).verification.status).toBe('connected');
    await receive(message);
    expect(checks()).toBe(1);
    pass(checkTimes.work + 1);
    await receive(message);
    expect(checks()).toBe(2);
    expect((await get(uid)).verification.status).toBe('error');
  });

  test('and whose message is lost leaves a check that is due again', async () => {
    const { sweep, receive, pass, checks, ports, work } = await dueScene();
    await expect(receive(only(await sweep()), dying(ports))).rejects.toThrow();
    pass(checkTimes.lease);
    await work();
    expect(checks()).toBe(2);
  });

  test.each(['verdicts.write', 'credentials.read', 'checks.write'] as const)(
    'of throttling at %s lets its message come again, and nothing is lost',
    async (port) => {
      const { sweep, receive, pass, ports, get, uid, be, now } = await dueScene();
      be('list-denied');
      const throttled = () => Promise.reject(new Error('throttled'));
      const busy: Ports = {
        ...ports,
        ...(port === 'credentials.read' && { 'credentials.read': throttled }),
        ...(port === 'checks.write' && { 'checks.write': { ...ports['checks.write'], begin: throttled } }),
        ...(port === 'verdicts.write' && {
          'verdicts.write': { ...ports['verdicts.write'], put: throttled },
        }),
      };
      const message = only(await sweep());
      await expect(receive(message, busy)).rejects.toThrow();
      pass(checkTimes.work + 1);
      await receive(message);
      expect((await get(uid)).verification).toMatchObject({ status: 'error', since: now() });
    },
  );
});

describe('a connection', () => {
  test('that is removed while it is looked at stays removed', async () => {
    const { sweep, receive, ports, now, uid, connections, published } = await dueScene();
    const message = only(await sweep());
    const open: Ports['storage.reach']['open'] = async (...asked) => {
      await removeConnection(organizationId, { uid }, ports, now());
      return ports['storage.reach'].open(...asked);
    };
    await receive(message, { ...ports, 'storage.reach': { ...ports['storage.reach'], open } });
    expect(connections.rows.size).toBe(0);
    expect(published).toHaveLength(1);
    await receive(message);
    expect(connections.rows.size).toBe(0);
  });

  test('that points elsewhere meanwhile is not judged by what was found before', async () => {
    const { sweep, receive, ports, uid, be, change, get } = await dueScene();
    const message = only(await sweep());
    const open: Ports['storage.reach']['open'] = async (...asked) => {
      be(undefined);
      await change(uid, 'other');
      be('list-denied');
      return ports['storage.reach'].open(...asked);
    };
    await receive(message, { ...ports, 'storage.reach': { ...ports['storage.reach'], open } });
    expect(await get(uid)).toMatchObject({ target: { bucket: 'other' }, verification: { status: 'connected' } });
  });

  test('that was brought forward while it was looked at is looked at again', async () => {
    const { sweep, receive, ports, uid, now, pass, work, checks, get } = await dueScene();
    const message = only(await sweep());
    const open: Ports['storage.reach']['open'] = async (...asked) => {
      const to = { dueAt: now() + checkTimes.debounce, cause: { kind: 'event', event: 'bucket-policy' } } as const;
      await ports['checks.write'].bringForward({ organizationId, uid }, to);
      return ports['storage.reach'].open(...asked);
    };
    await receive(message, { ...ports, 'storage.reach': { ...ports['storage.reach'], open } });
    expect((await get(uid)).verification).toMatchObject({ verifiedAt: now() });
    pass(checkTimes.debounce);
    await work();
    expect(checks()).toBe(2);
  });

  test('that its owner tests while a check of it is under way is looked at all the same', async () => {
    const { sweep, receive, ports, context, uid, get, checks } = await dueScene();
    const message = only(await sweep());
    const { check } = await get(uid);
    const at = ({ target }: { target: typeof s3 }) => ({ ...target, bucket: target.bucket ?? '' });
    await verifyConnection(organizationId, { uid }, at, ports, context());
    expect((await get(uid)).check).toEqual(check);
    await receive(message);
    expect(checks()).toBe(2);
  });

  test('of a disabled organization is left alone until that is enabled again', async () => {
    const { sweep, receive, checks, organizations, now, get, uid, workWhenDue } = await dueScene();
    const about = { id: organizationId, slug: 's', name: 'n', externalId: 'e', cursorKey: 'c', createdAt: 0 };
    await organizations.create(about);
    await organizations.disable(organizationId, now());
    await receive(only(await sweep()));
    expect(checks()).toBe(0);
    const { check } = await get(uid);
    expect(Math.abs((check?.dueAt ?? 0) - now() - day)).toBeLessThanOrEqual(day / 10);
    await workWhenDue(uid);
    expect(checks()).toBe(0);
    await organizations.disable(organizationId, undefined);
    await workWhenDue(uid);
    expect(checks()).toBe(1);
  });
});
