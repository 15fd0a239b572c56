import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Ports } from '../../../functions/core/ports.ts';
import type { CheckMessage } from '../../../functions/core/records/check-ports.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import { checkTimes } from '../../../functions/core/records/timeouts.ts';
import { dispatchDueChecks } from '../../../functions/core/reverification/dispatch-due-checks.ts';
import { newUid } from '../../../functions/core/uid.ts';
import { checkScene, s3 } from './check-scene.ts';

/** A scene with so many connections that are due. */
async function dueScene(count: number) {
  const scene = checkScene();
  const { connections, credentials, now } = scene;
  const version = await credentials.create('any', { kind: 'access-key-pair', accessKey: 'a', secretKey: 'b' });
  for (let id = 1; id <= count; id++) {
    const uid = newUid(now(), Math.random);
    const connection: Connection = {
      ...{
        uid,
        id,
        organizationId: 1 + (id % 3),
        name: `box-${id}`,
        target: s3,
        revealable: false,
        synchronize: false,
      },
      credential: { kind: 'access-key-pair', accessKey: 'a', version },
      verification: { status: 'connected', since: now(), verifiedAt: now() },
      check: { dueAt: now(), failures: 0 },
      lastVerdict: { status: 'connected', at: now() },
      ...{ createdAt: now(), updatedAt: now() - checkTimes.work, version: 1 },
    };
    await connections.write.create(connection, 'shared');
  }
  const ports: Ports = {
    ...scene.ports,
    'credentials.read': async () => ({ kind: 'access-key-pair', accessKey: 'a', secretKey: 'b' }),
  };
  return { ...scene, ports };
}

const uidsOf = (messages: readonly CheckMessage[]) => messages.map(({ uid }) => uid);

describe('a sweep', () => {
  test('hands over each connection that is due, once, and none that is not', async () => {
    const { sweep: run, ports, pass } = await dueScene(500);
    const handed = uidsOf(await run(ports));
    expect(new Set(handed).size).toBe(500);
    expect(handed).toHaveLength(500);
    pass(checkTimes.lease - 1);
    expect(await run(ports)).toEqual([]);
  });

  test('and another at the same time hand nothing over twice', async () => {
    const { ports, task, sent } = await dueScene(300);
    const { now, random } = task();
    const each = { now, random, until: Number.POSITIVE_INFINITY };
    const handed = await Promise.all([
      dispatchDueChecks(ports, each),
      dispatchDueChecks(ports, each),
      dispatchDueChecks(ports, each),
    ]);
    expect(handed.reduce((sum, one) => sum + one, 0)).toBe(300);
    expect(new Set(uidsOf(sent)).size).toBe(300);
  });

  test('that is cut off anywhere loses nothing: what it took is due again after the lease', async () => {
    for (const dies of [0, 1, 7]) {
      const { sweep: run, ports, pass, receive, storage } = await dueScene(40);
      let batches = 0;
      const send: Ports['checks.send'] = async (messages) => {
        if (batches++ === dies) throw new Error('died');
        await ports['checks.send'](messages);
      };
      const before: CheckMessage[] = [];
      await run({
        ...ports,
        'checks.send': async (messages) => send(messages).then(() => void before.push(...messages)),
      }).catch(() => undefined);
      const first = new Set(uidsOf(before));
      for (const message of before) await receive(message, ports);
      pass(checkTimes.lease);
      const after = await run(ports);
      for (const message of after) await receive(message, ports);
      expect(new Set([...first, ...uidsOf(after)]).size).toBe(40);
      expect(storage.lists()).toBe(40);
    }
  });

  test('ends when its time is up, and the next goes on', async () => {
    const { ports, task, sent, pass } = await dueScene(60);
    const { now, random } = task();
    expect(await dispatchDueChecks(ports, { now, random, until: now() })).toBe(0);
    expect(await dispatchDueChecks(ports, { now, random, until: now() + 1 })).toBe(60);
    expect(sent).toHaveLength(60);
    pass(1);
  });

  test('reads an index that is behind its table without end neither of the reading nor of the rest', async () => {
    const { ports, task } = await dueScene(250);
    const stale = await ports['checks.due'].inShard(0, task().now(), 1_000);
    let reads = 0;
    const behind: Ports = {
      ...ports,
      'checks.due': {
        shards: 1,
        inShard: async (_shard, _now, limit) => {
          reads++;
          return stale.slice(0, limit);
        },
      },
    };
    const { now, random } = task();
    const due = stale.length;
    const handed = await dispatchDueChecks(behind, { now, random, until: Number.POSITIVE_INFINITY });
    expect(handed).toBe(Math.min(200, due));
    expect(reads).toBeLessThanOrEqual(2);
  });
});

test('10,000 that are due at once are all looked at, by no more workers than there are', async () => {
  const { sweep: run, ports, receive, storage, connections, now } = await dueScene(10_000);
  let [working, most] = [0, 0];
  const open: Ports['storage.reach']['open'] = async (...asked) => {
    most = Math.max(most, ++working);
    await turn();
    working--;
    return ports['storage.reach'].open(...asked);
  };
  const queue = [...(await run(ports))];
  expect(queue).toHaveLength(10_000);
  const worker = async () => {
    for (let message = queue.pop(); message; message = queue.pop()) {
      await receive(message, { ...ports, 'storage.reach': { ...ports['storage.reach'], open } });
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  expect(storage.lists()).toBe(10_000);
  expect(most).toBe(10);
  expect([...connections.rows.values()].every(({ check }) => (check?.dueAt ?? 0) > now() && !check?.claim)).toBe(true);
}, 20_000);
