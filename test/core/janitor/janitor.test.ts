import { describe, expect, test } from 'vitest';
import { pendingSecretTtlMs } from '../../../functions/core/connections/secret-cleanup.ts';
import {
  maxRetiredSecrets,
  minOrphanAgeMs,
  TooManyOrphanedSecrets,
} from '../../../functions/core/janitor/delete-orphaned-secrets.ts';
import { pendingSecretGraceMs } from '../../../functions/core/janitor/finish-stale-jobs.ts';
import type { Ports } from '../../../functions/core/ports.ts';
import { jobTimes } from '../../../functions/core/records/timeouts.ts';
import { probe } from '../../../functions/workflows/verification/probe/task.ts';
import { Died } from '../mortal.ts';
import { accountKey, aged, azure, clean, long, organizationId, service, untilDeath } from './janitor-scene.ts';

/** What an earlier version of the service wrote is not in the index. */
const unindexed: Ports['stale.find'] = { shards: 1, inShard: async () => ({ items: [] }) };

describe('an overdue job', () => {
  test('is interrupted once nobody can be at work on it: its credential goes, and its place is free', async () => {
    const { test: start, mend, pass, jobs, vault, unsavedJobs } = await service();
    await start();
    pass(2 * jobTimes.lease);
    expect(await mend()).toEqual(clean);
    expect([vault.held.size, unsavedJobs.places.size]).toEqual([1, 1]);
    pass(1);
    expect(await mend()).toEqual({ ...clean, jobs: 1 });
    const [job] = jobs.rows.values();
    expect(job?.verdict?.outcome).toMatchObject({ status: 'error', diagnosis: { code: 'interrupted' } });
    expect([vault.held.size, unsavedJobs.places.size]).toEqual([0, 0]);
    expect(await mend()).toEqual(clean);
  });

  test('that was heard of since the index said so is left alone', async () => {
    const { test: start, mend, pass, jobs, vault, started, ports, now } = await service();
    await start();
    pass(2 * jobTimes.lease + 1);
    const behind = {
      shards: 1,
      inShard: async () => ({ items: [...jobs.rows.values()].map(({ fingerprint }) => staleJob(fingerprint)) }),
    };
    const staleJob = (fingerprint: string) => ({ kind: 'job', fingerprint, dueAt: 0 }) as const;
    const [job] = started;
    if (job) await jobs.extend(job, now() + 1);
    expect(await mend({ ...ports, 'stale.find': behind })).toEqual(clean);
    expect(vault.held.size).toBe(1);
  });

  test('of a connection is told to the connection', async () => {
    const { add, get, mend, pass } = await service();
    const connection = await add(undefined, azure);
    pass(2 * jobTimes.lease + 1);
    expect(await mend()).toEqual({ ...clean, jobs: 1 });
    const verification = (await get(connection))?.verification;
    expect(verification).toMatchObject({ status: 'error', diagnosis: { code: 'interrupted' } });
  });
});

describe('a note on a secret', () => {
  test('is worked off when its organization had the time to', async () => {
    const { add, mend, pass, connections, credentials, ports } = await service();
    const dying = { ...ports['connections.write'], create: () => Promise.reject(new Died()) };
    await untilDeath(add({ ...ports, 'connections.write': dying }));
    expect([connections.notes.size, credentials.held.size]).toEqual([1, 1]);
    pass(pendingSecretTtlMs + pendingSecretGraceMs);
    expect(await mend()).toEqual(clean);
    pass(1);
    expect(await mend()).toEqual({ ...clean, notes: 1 });
    expect([connections.notes.size, credentials.held.size]).toEqual([0, 0]);
  });

  test('whose connection is there costs it nothing', async () => {
    const { add, mend, pass, connections, credentials, now } = await service();
    const { uid } = await add();
    await connections.write.expectSecret({ organizationId, uid, dueAt: now() });
    pass(pendingSecretGraceMs + 1);
    expect(await mend()).toEqual({ ...clean, notes: 1 });
    expect([connections.notes.size, credentials.held.size]).toEqual([0, 1]);
  });
});

describe('a secret in the vault', () => {
  test('that no connection has is retired after an hour, and can be restored', async () => {
    const { add, mend, pass, connections, credentials, janitor, ports } = await service();
    const [lost, kept] = [await add(), await add()];
    // A table that was restored from a backup: the connection was made since.
    connections.litter.rows.delete(lost.uid);
    connections.litter.claims.delete(`${organizationId} ${lost.name}`);
    pass(minOrphanAgeMs);
    expect(await mend()).toEqual(clean);
    pass(1);
    const removed: string[] = [];
    const watching = { ...ports, 'credentials.delete': async (uid: string) => void removed.push(uid) };
    expect(await mend(watching)).toEqual({ ...clean, secrets: 1 });
    expect([...credentials.held.keys()]).toEqual([kept.uid]);
    expect([...janitor.retired]).toEqual([lost.uid]);
    expect(removed).toEqual([]);
  });

  test('whose connection is not found by its uid has one all the same, and is found from then on', async () => {
    const { add, mend, pass, connections, janitor } = await service([3, organizationId, 9]);
    const { uid } = await add();
    connections.litter.unlocated.add(uid);
    pass(long);
    expect(await mend()).toEqual({ ...clean, connections: 1 });
    expect(janitor.retired.size).toBe(0);
    expect(await connections.locate(uid)).toEqual({ organizationId, uid });
  });

  test('whose connection is found by its uid stays, whatever organizations there are', async () => {
    const { add, mend, pass, credentials } = await service([]);
    await add();
    pass(long);
    expect(await mend()).toEqual(clean);
    expect(credentials.held.size).toBe(1);
  });

  test('of another deployment is left alone, whatever this one’s table holds', async () => {
    const { add, mend, pass, connections, credentials } = await service();
    for (let count = 0; count < 3; count++) {
      const { uid } = await add();
      connections.litter.rows.delete(uid);
      connections.litter.unlocated.delete(uid);
      credentials.unmark(uid);
    }
    pass(long);
    expect(await mend()).toMatchObject({ secrets: 0, failed: 0 });
    expect(credentials.held.size).toBe(3);
  });

  test('is retired among a few; more than a few at once stay, and the run counts a failure', async () => {
    const { add, mend, pass, connections, credentials, janitor, reported } = await service();
    for (let count = 0; count <= maxRetiredSecrets; count++) connections.litter.rows.delete((await add()).uid);
    pass(long);
    expect(await mend()).toMatchObject({ secrets: 0, failed: 1 });
    expect(reported).toEqual([expect.any(TooManyOrphanedSecrets)]);
    expect([credentials.held.size, janitor.retired.size]).toEqual([maxRetiredSecrets + 1, 0]);
    await credentials.remove([...credentials.held.keys()][0] ?? '');
    expect(await mend()).toEqual({ ...clean, secrets: maxRetiredSecrets });
  });

  test('that has a note is the note’s business', async () => {
    const { add, remove, mend, pass, connections, credentials, janitor, ports } = await service();
    const connection = await add();
    pass(long);
    await untilDeath(remove(connection, { ...ports, 'credentials.delete': () => Promise.reject(new Died()) }));
    expect(await mend()).toEqual(clean);
    expect([connections.notes.size, credentials.held.size]).toEqual([1, 1]);
    pass(pendingSecretGraceMs + 1);
    expect(await mend({ ...ports, 'stale.find': unindexed })).toEqual({ ...clean, notes: 1 });
    expect([connections.notes.size, credentials.held.size, janitor.retired.size]).toEqual([0, 0, 0]);
  });

  test('stays where the time is up before every organization was asked for it', async () => {
    const { add, mend, pass, connections, janitor, ports } = await service(
      Array.from({ length: 30 }, (_, id) => id + 1),
    );
    connections.litter.rows.delete((await add()).uid);
    pass(long);
    await mend({ ...ports, 'credentials.retire': () => Promise.reject(new Error('Not now.')) });
    await ports['janitor.cursor'].write({ stage: 'connection-secrets' });
    const slow: Ports['connections.repair'] = {
      ...ports['connections.repair'],
      async note(of) {
        pass(2_000);
        return ports['connections.repair'].note(of);
      },
    };
    expect(await mend({ ...ports, 'connections.repair': slow })).toEqual({ ...clean, finished: false });
    expect(janitor.retired.size).toBe(0);
    expect(await ports['janitor.cursor'].read()).toEqual({ stage: 'connection-secrets' });
    expect(await mend()).toEqual({ ...clean, secrets: 1 });
  });

  test('stays while it cannot be told whose it is', async () => {
    const { add, mend, pass, connections, janitor, ports, reported } = await service();
    connections.litter.rows.delete((await add()).uid);
    pass(long);
    const list = () => Promise.reject(new Error('The table cannot be read.'));
    const blind = { ...ports, 'organizations.list': { list } };
    // The organizations, and the secret.
    expect(await mend(blind)).toEqual({ ...clean, failed: 2 });
    expect(reported).toHaveLength(2);
    expect(janitor.retired.size).toBe(0);
  });

  test('is removed for good where its job has a verdict: the loop died before it could', async () => {
    const { test: start, mend, pass, vault, jobs, started, ports, context, now } = await service();
    await start();
    const [job] = started;
    if (job) await jobs.extend(job, now() + long);
    const task = { ...context(), now, surveyDeadline: context().deadline, report: () => undefined };
    await probe.run({ ...started.at(-1), attempt: 0 }, ports, task);
    pass(minOrphanAgeMs);
    expect(await mend()).toEqual(clean);
    pass(1);
    expect(await mend()).toEqual({ ...clean, secrets: 1 });
    expect(vault.held.size).toBe(0);
  });

  test('of a job whose place another one has, or nobody, is removed; of one that runs it stays', async () => {
    const { test: start, mend, pass, vault, jobs, started, now } = await service();
    await start();
    const { fingerprint = '', generation = 0 } = started.at(-1) ?? {};
    await vault.create({ fingerprint, generation: generation - 1 }, accountKey);
    await vault.create({ fingerprint: 'f'.repeat(64), generation: 1 }, accountKey);
    pass(long);
    await jobs.extend({ fingerprint, generation }, now() + 1);
    expect(await mend()).toEqual({ ...clean, secrets: 2 });
    expect([...vault.held.keys()]).toEqual([`${fingerprint}-${generation}`]);
  });
});

test('a credential of a job that no index knows is removed once the job is overdue', async () => {
  const { test: start, mend, pass, vault, ports } = await service();
  await start();
  pass(long);
  expect(await mend({ ...ports, 'stale.find': unindexed })).toEqual({ ...clean, secrets: 1 });
  expect(vault.held.size).toBe(0);
});

describe('a name or a number', () => {
  test('that no connection has is free again; those that one has are kept', async () => {
    const { add, mend, connections, janitor } = await service();
    const { uid, id, name } = await add();
    const { claims } = connections.litter;
    claims.set(`${organizationId} gone`, 'nobody');
    claims.set(`${organizationId} before`, uid);
    janitor.numbers.set(99, { kind: 'id', organizationId, uid: 'nobody', id: 99 });
    expect(await mend()).toEqual({ ...clean, claims: 3 });
    expect([...claims]).toEqual([[`${organizationId} ${name}`, uid]]);
    expect(janitor.numbers.size).toBe(0);
    expect(await connections.write.byId(organizationId, id)).toBeDefined();
  });

  test('that a connection takes while the janitor looks is kept', async () => {
    const { add, mend, connections, ports } = await service();
    const looking = {
      ...ports['connections.repair'],
      claims: async (organization: number) => {
        const made = await add();
        const claims = await ports['connections.repair'].claims(organization);
        return [...claims, { kind: 'name', organizationId, uid: made.uid, name: made.name } as const];
      },
      // Read before it was there.
      names: async () => [],
    };
    expect(await mend({ ...ports, 'connections.repair': looking })).toEqual(clean);
    expect(connections.litter.claims.size).toBe(1);
  });
});

test('connections of an earlier version are looked at one after the other, and found by their uid', async () => {
  const run = await service();
  const [first, second, third] = [await run.add(), await run.add(), await run.add()];
  aged(run, first);
  aged(run, second);
  expect(await run.mend()).toEqual({ ...clean, connections: 2 });
  const dueAts = await Promise.all([first, second].map(async (one) => (await run.get(one))?.check?.dueAt));
  expect(new Set(dueAts)).toEqual(new Set([run.now(), run.now() + 1_000]));
  expect((await run.get(first))?.check).toMatchObject({ cause: { kind: 'schedule' }, failures: 0 });
  expect(await run.connections.locate(second.uid)).toEqual({ organizationId, uid: second.uid });
  expect(await run.get(third)).toEqual(third);
  expect(await run.mend()).toEqual(clean);
});
