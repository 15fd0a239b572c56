import { describe, expect, test } from 'vitest';
import type { Ports } from '../../../functions/core/ports.ts';
import { checkTimes } from '../../../functions/core/records/timeouts.ts';
import { accountKey, amazon, azure, checkScene, organizationId, pair } from './check-scene.ts';

const { bucket: _none, ...anAccount } = amazon;

describe('a secret', () => {
  const rotated = { kind: 'event', event: 'secret' } as const;
  const bringForward = (ports: Ports, uid: string, dueAt: number) =>
    ports['checks.write'].bringForward({ organizationId, uid }, { dueAt, cause: rotated, rotated: true });

  test('of before the mark is marked as this table’s at the next check, and not again', async () => {
    const { add, credentials, connections, ports, now, work, get } = checkScene();
    const { uid } = await add(amazon);
    expect(await get(uid)).toMatchObject({ isSecretMarked: true });
    const { isSecretMarked: _mark, ...old } = await get(uid);
    connections.litter.rows.set(uid, old);
    credentials.unmark(uid);
    await bringForward(ports, uid, now());
    await work();
    expect(await get(uid)).toMatchObject({ isSecretMarked: true });
    expect(credentials.held.get(uid)?.isMarked).toBe(true);
    credentials.unmark(uid);
    await bringForward(ports, uid, now());
    await work();
    expect(credentials.held.get(uid)?.isMarked).toBe(false);
  });

  test('that was rotated is verified in its new version, and the connection moves to it', async () => {
    const { add, credentials, ports, now, work, get, storage } = checkScene();
    const { uid, credential } = await add(amazon);
    const version = await credentials.rotate.add(uid, { ...pair, accessKey: 'other', secretKey: 'new' });
    await credentials.rotate.confirm(uid, version ?? '');
    await bringForward(ports, uid, now());
    await work();
    expect((await get(uid)).credential).toEqual({ ...credential, accessKey: 'other', version });
    expect(storage.lists()).toBe(2);
    expect((await get(uid)).check).not.toHaveProperty('rotated');
  });

  test.each([
    ['of Azure', azure, accountKey, { ...accountKey, key: 'bmV3' }],
    ['of an S3 account', anAccount, pair, { ...pair, secretKey: 'new' }],
  ] as const)(
    '%s that was rotated is verified by the loop in its new version, and the connection moves to it',
    async (_, target, before, after) => {
      const { add, credentials, ports, now, pass, work, loop, get, storage } = checkScene();
      const { uid, credential } = await add(target, { credential: before });
      await loop();
      pass(1_000);
      const version = credentials.replace(uid, after);
      await bringForward(ports, uid, now());
      await work();
      await loop();
      expect((await get(uid)).credential).toEqual({ ...credential, version });
      expect((await get(uid)).check).not.toHaveProperty('rotated');
      expect(storage.used().at(-1)).toEqual(after);
    },
  );

  test('that was rotated to one that does not work is what the connection has, and it says so', async () => {
    const { add, credentials, ports, now, work, get, be } = checkScene();
    const { uid } = await add();
    const version = await credentials.rotate.add(uid, { ...pair, secretKey: 'wrong' });
    await credentials.rotate.confirm(uid, version ?? '');
    await bringForward(ports, uid, now());
    be('secret-key-wrong');
    await work();
    expect(await get(uid)).toMatchObject({ credential: { version }, verification: { status: 'error' } });
  });

  test('that is no credential any more is said, until it is one again', async () => {
    const { add, ports, now, pass, receive, sweep, get, workWhenDue } = checkScene();
    const { uid, credential } = await add();
    await bringForward(ports, uid, now());
    const damaged: Ports = {
      ...ports,
      'credentials.current': async () => ({ version: 'x', credential: 'unreadable' }),
    };
    for (const message of await sweep()) await receive(message, damaged);
    const code = async () => (await get(uid)).lastVerdict;
    expect(await code()).toMatchObject({ status: 'error', code: 'secret-unreadable' });
    expect(await get(uid)).toMatchObject({ credential, check: { rotated: true } });
    pass(1);
    await workWhenDue(uid);
    expect(await code()).toMatchObject({ status: 'connected' });
  });

  test('that is gone is said; one that may not have arrived yet is waited for', async () => {
    const { add, credentials, sweep, receive, get, pass, now, ports } = checkScene();
    const { uid } = await add();
    await ports['checks.write'].bringForward({ organizationId, uid }, { dueAt: now(), cause: { kind: 'request' } });
    await credentials.remove(uid);
    const message = (await sweep()).find(({ kind }) => kind === 'check');
    await expect(receive(message)).rejects.toThrow('not there yet');
    pass(checkTimes.work + 1);
    await receive(message);
    expect((await get(uid)).lastVerdict).toMatchObject({ code: 'secret-missing' });
  });
});
