import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { removeConnection } from '../../../functions/core/connections/remove-connection.ts';
import { verifyConnection } from '../../../functions/core/connections/verify-connection.ts';
import { amazon, checkScene, minute, organizationId } from '../reverification/check-scene.ts';

/** A scene in which the owner of a connection tests it, whatever its schedule. */
function announcing() {
  const scene = checkScene();
  const { ports, context } = scene;
  return {
    ...scene,
    async tested(uid: string): Promise<void> {
      const at = ({ target }: { target: typeof amazon }) => ({ ...target, bucket: target.bucket ?? '' });
      await verifyConnection(organizationId, { uid }, at, ports, context());
    },
  };
}

describe('an announcement', () => {
  test('says what changed, and why it was looked at', async () => {
    const { add, be, workWhenDue, published, now, work } = announcing();
    const { uid, id } = await add(amazon);
    await work();
    be('list-denied');
    await workWhenDue(uid);
    expect(published.map(({ type }) => type)).toEqual(Array(2).fill('ConnectionVerificationChanged'));
    expect(published[1]?.detail).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      at: new Date(now()).toISOString(),
      organization: organizationId,
      connection: uid,
      number: id,
      name: 'box',
      provider: 's3',
      bucket: 'box',
      cause: 'schedule',
      from: { status: 'connected' },
      to: {
        status: 'error',
        code: 'list-denied',
        field: 'prefix',
        text: expect.stringMatching(/\.$/),
        remedy: expect.stringMatching(/\.$/),
      },
    });
  });

  test('is made of the first verdict, too, and of another diagnosis, but not of the same again', async () => {
    const { add, be, workWhenDue, told, work, pass } = announcing();
    const { uid } = await add();
    await work();
    be('list-denied');
    await workWhenDue(uid);
    pass(15 * minute);
    await workWhenDue(uid);
    be('bucket-not-found');
    await workWhenDue(uid);
    expect(told()).toEqual(['unverified > connected', 'connected > list-denied', 'list-denied > bucket-not-found']);
  });

  test('of a verdict that a caller came to is made by the sweep', async () => {
    const { add, be, tested, told, work, pass } = announcing();
    const { uid } = await add();
    await work();
    pass(60 * minute);
    be('list-denied');
    await tested(uid);
    expect(told()).toHaveLength(1);
    await work();
    expect(told()).toEqual(['unverified > connected', 'connected > list-denied']);
  });

  test('that was published but not noted is published again, as the same', async () => {
    const { add, be, workWhenDue, published, ports, sweep, receive, pass, told } = announcing();
    const { uid } = await add();
    const noting = { ...ports['announcements.write'], announced: () => Promise.reject(new Error('died')) };
    for (const message of await sweep()) {
      await expect(receive(message, { ...ports, 'announcements.write': noting })).rejects.toThrow();
    }
    pass(15 * minute);
    for (const message of await sweep()) await receive(message);
    expect(told()).toEqual(['unverified > connected', 'unverified > connected']);
    expect(published[0]).toEqual(published[1]);
    be('list-denied');
    await workWhenDue(uid);
    expect(told().at(-1)).toBe('connected > list-denied');
  });

  test('that could not be published waits for the next sweep', async () => {
    const { add, be, ports, sweep, receive, pass, told, work, get, now } = announcing();
    const { uid } = await add();
    await work();
    be('list-denied');
    pass(((await get(uid)).check?.dueAt ?? 0) - now());
    const refusing = { ...ports, 'events.publish': () => Promise.reject(new Error('throttled')) };
    for (const message of await sweep()) await expect(receive(message, refusing)).rejects.toThrow();
    expect((await get(uid)).verification.status).toBe('error');
    await work();
    expect(told().at(-1)).toBe('connected > list-denied');
  });

  test('is not made of a connection that is gone', async () => {
    const { add, ports, now, work, told } = announcing();
    const { uid } = await add();
    await removeConnection(organizationId, { uid }, ports, now());
    await work();
    expect(told()).toEqual([]);
  });
});

describe('a connection that flaps', () => {
  test('is told of once it has stayed as it is', async () => {
    const { add, be, tested, told, work, pass } = announcing();
    const { uid } = await add();
    await work();
    pass(60 * minute);
    for (const code of ['list-denied', undefined, 'list-denied', undefined, 'list-denied'] as const) {
      be(code);
      await tested(uid);
      pass(minute);
    }
    await work();
    expect(told()).toEqual(['unverified > connected']);
    pass(13 * minute);
    await work();
    expect(told()).toEqual(['unverified > connected']);
    pass(minute);
    await work();
    expect(told()).toEqual(['unverified > connected', 'connected > list-denied']);
  });

  test('does not do so yet when it breaks soon after it was added', async () => {
    const { add, be, tested, told, work, pass } = announcing();
    const { uid } = await add();
    await work();
    pass(minute);
    be('list-denied');
    await tested(uid);
    await work();
    expect(told()).toEqual(['unverified > connected', 'connected > list-denied']);
  });

  test('and settles as it was told last is not told of again', async () => {
    const { add, be, tested, told, work, pass } = announcing();
    const { uid } = await add();
    await work();
    pass(60 * minute);
    be('list-denied');
    await tested(uid);
    be(undefined);
    await tested(uid);
    for (let passed = 0; passed < 60; passed += 5) {
      pass(5 * minute);
      await work();
    }
    expect(told()).toEqual(['unverified > connected']);
  });

  test('is looked at again before it is told of', async () => {
    const { add, be, tested, told, pass, get, now, work } = announcing();
    const { uid } = await add();
    await work();
    pass(60 * minute);
    be('list-denied');
    await tested(uid);
    pass(minute);
    be(undefined);
    await tested(uid);
    const { check } = await get(uid);
    expect((check?.dueAt ?? 0) - now()).toBe(10 * minute);
    be('bucket-not-found');
    pass(10 * minute);
    await work();
    pass(5 * minute);
    await work();
    expect(told()).toEqual(['unverified > connected']);
    pass(10 * minute);
    await work();
    expect(told().at(-1)).toBe('connected > bucket-not-found');
  });
});

test('whatever happens, announcements make one story, and its end is how things are', async () => {
  const steps = fc.array(
    fc.record({
      wrong: fc.constantFrom(undefined, undefined, 'list-denied' as const, 'bucket-not-found' as const),
      minutes: fc.integer({ min: 0, max: 40 }),
      tests: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const { add, be, tested, told, work, pass, get } = announcing();
      const { uid } = await add();
      for (const { wrong, minutes, tests } of taken) {
        be(wrong);
        if (tests) await tested(uid);
        for (let passed = 0; passed < minutes; passed++) {
          pass(minute);
          await work();
        }
      }
      for (let passed = 0; passed < 40; passed += 5) {
        pass(5 * minute);
        await work();
      }
      const story = told().map((line) => line.split(' > '));
      expect(story[0]?.[0]).toBe('unverified');
      for (const [index, [from, to]] of story.entries()) {
        expect(from).not.toBe(to);
        if (index > 0) expect(from).toBe(story[index - 1]?.[1]);
      }
      const { lastVerdict } = await get(uid);
      expect(story.at(-1)?.[1]).toBe(lastVerdict?.status === 'error' ? lastVerdict.code : 'connected');
    }),
    { numRuns: 40 },
  );
});
