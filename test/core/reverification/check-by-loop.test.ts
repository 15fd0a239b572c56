import { describe, expect, test } from 'vitest';
import { checkTimes } from '../../../functions/core/records/timeouts.ts';
import { conclude } from '../../../functions/workflows/verification/conclude/task.ts';
import { azure, checkScene, only, organizationId } from './check-scene.ts';

describe('a connection', () => {
  test('whose storage is slow to answer goes to the loop, and keeps its status meanwhile', async () => {
    const { add, get, workWhenDue, loop, be, pass } = checkScene();
    const { uid } = await add(azure);
    await loop();
    expect((await get(uid)).verification.status).toBe('connected');
    be('secret-key-wrong');
    await workWhenDue(uid);
    expect((await get(uid)).verification.status).toBe('connected');
    pass(1_000);
    await loop();
    expect((await get(uid)).verification).toMatchObject({ status: 'error', diagnosis: { code: 'secret-key-wrong' } });
    be(undefined);
    await workWhenDue(uid);
    await loop();
    expect((await get(uid)).verification.status).toBe('connected');
  });

  test('whose loop dies keeps its status, and is looked at again', async () => {
    const { add, get, workWhenDue, loop, started, pass, work, be, now } = checkScene();
    const { uid } = await add(azure);
    await loop();
    await workWhenDue(uid);
    const before = started.length;
    be('secret-key-wrong');
    pass(checkTimes.loop);
    await work();
    expect(started.length).toBe(before + 1);
    expect((await get(uid)).verification.status).toBe('connected');
    await loop();
    expect((await get(uid)).verification).toMatchObject({ status: 'error', since: now() });
  });

  test('whose loop ends without a verdict keeps its status, and is looked at again', async () => {
    const { add, get, workWhenDue, loop, started, ports, task, now } = checkScene();
    const { uid, verification } = await add(azure);
    await loop();
    await workWhenDue(uid);
    const before = await get(uid);
    await conclude.run(started.at(-1), ports, task());
    const after = await get(uid);
    expect([after.verification, after.lastVerdict]).toEqual([before.verification, before.lastVerdict]);
    expect(after.check).toEqual({ dueAt: now() + checkTimes.lease, failures: 0 });
    expect(verification.status).toBe('connecting');
    await workWhenDue(uid);
    expect(started).toHaveLength(3);
  });

  test('whose first loop is never heard of is looked at when that must be dead', async () => {
    const { add, get, workWhenDue, loop, started, now } = checkScene();
    const { uid, createdAt } = await add(azure);
    await workWhenDue(uid);
    expect(now() - createdAt).toBe(checkTimes.loop);
    expect(started).toHaveLength(2);
    await loop();
    expect((await get(uid)).verification.status).toBe('connected');
  });

  test('whose loop cannot be started is given back', async () => {
    const { add, loop, workWhenDue, ports, get, sweep, receive, pass, now } = checkScene();
    const { uid } = await add(azure);
    await loop();
    const { check } = await get(uid);
    pass((check?.dueAt ?? 0) - now());
    const message = (await sweep()).find(({ kind }) => kind === 'check');
    const refused = { ...ports, 'loop.start': () => Promise.reject(new Error('throttled')) };
    await expect(receive(message, refused)).rejects.toThrow();
    expect((await get(uid)).check).toEqual({ dueAt: now() + checkTimes.lease, failures: 0 });
    await workWhenDue(uid);
    expect((await get(uid)).check?.job).toBeDefined();
  });

  test('that waits for its first verdict is left to its loop', async () => {
    const { add, get, ports, now, sweep, receive, started } = checkScene();
    const { uid, verification } = await add(azure);
    const to = { dueAt: now(), cause: { kind: 'request' } } as const;
    await ports['checks.write'].bringForward({ organizationId, uid }, to);
    await receive(only(await sweep()));
    expect(started).toHaveLength(1);
    const { check, verification: still } = await get(uid);
    expect([still, check?.dueAt]).toEqual([verification, verification.since + checkTimes.loop]);
  });
});
