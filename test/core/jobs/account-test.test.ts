import { describe, expect, test } from 'vitest';
import { type Diagnosis, diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { startTest, type TestStanding } from '../../../functions/core/jobs/account-test.ts';
import { Throttled } from '../../../functions/core/ports.ts';
import { jobTimes } from '../../../functions/core/records/timeouts.ts';
import { account, completed, testService as service } from './account-test-scene.ts';

describe('a test of an account', () => {
  test('is queued, then has counted what is in the buckets, and leaves nothing but its row', async () => {
    const { start, at, loop, storage, vault, unsavedJobs } = service();
    const { id, ...first } = await start();
    expect(first).toEqual({ status: 'queued', done: 0, total: 0 });
    expect(storage.lists()).toBe(0);
    expect([vault.held.size, unsavedJobs.places.size]).toEqual([1, 1]);
    expect(await at(id)).toEqual(first);
    await loop();
    expect([vault.held.size, unsavedJobs.places.size]).toEqual([0, 0]);
    expect(await at(id)).toEqual(completed);
  });

  test('goes through the loop whatever the provider', async () => {
    const { start, started } = service();
    await start();
    await start({ ...account, target: { ...account.target, provider: 'gcs' } });
    await start({ ...account, target: { ...account.target, provider: 'azure' } });
    expect(started).toHaveLength(3);
  });

  test('without buckets is completed, and one that may not list them has failed', async () => {
    const empty = service({ buckets: {} });
    const { id } = await empty.start();
    await empty.loop();
    expect(await empty.at(id)).toEqual({ status: 'completed', buckets: [] });
    const diagnosis = diagnose('bucket-list-denied');
    const denied = service({ wrong: () => diagnosis });
    const other = await denied.start();
    await denied.loop();
    expect(await denied.at(other.id)).toEqual({ status: 'failed', diagnosis });
    expect(denied.storage.lists()).toBe(1);
  });

  test('waits for a storage that may recover, working, and says why', async () => {
    const busy = diagnose('storage-busy');
    const { start, at, loop, ports } = service({ wrong: (call) => (call < 3 ? busy : undefined) });
    const { id } = await start();
    const standings: (TestStanding | undefined)[] = [];
    const { extend } = ports['jobs.write'];
    Object.assign(ports['jobs.write'], {
      extend: async (...args: Parameters<typeof extend>) => {
        standings.push(await at(id));
        return extend(...args);
      },
    });
    await loop();
    const working = { status: 'working', done: 0, total: 0 };
    const waiting = { ...working, waitingFor: busy };
    expect(standings).toEqual([working, waiting, waiting]);
    expect(await at(id)).toEqual(completed);
  });

  test('says how many of its buckets it has looked at', async () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`bucket-${at}`, {}]));
    const { start, at, loop, pass, ports } = service({ buckets: many });
    const { id } = await start();
    const standings: (TestStanding | undefined)[] = [];
    const storage = ports['storage.reach'];
    const { open } = storage;
    Object.assign(storage, {
      open: async (...args: Parameters<typeof open>) => {
        pass(1_000);
        standings.push(await at(id));
        return open(...args);
      },
    });
    await loop();
    expect(standings[0]).toEqual({ status: 'working', done: 0, total: 9 });
    expect(standings.at(-1)).toMatchObject({ status: 'working', total: 9 });
    const done = standings.map((standing) => (standing && 'done' in standing ? standing.done : Number.NaN));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBeGreaterThan(0);
  });
});

describe('the same request', () => {
  test('at once, while it runs, and until its end has been fetched, is the same test', async () => {
    const { start, at, loop, pass, started } = service();
    const [{ id }, ...others] = await Promise.all([start(), start(), start(), start()]);
    expect(others.map((other) => other.id)).toEqual([id, id, id]);
    expect(await start()).toMatchObject({ id, status: 'queued' });
    await loop();
    pass(jobTimes.served - 1);
    expect(await start()).toEqual({ id, ...completed });
    expect(await start()).toEqual({ id, ...completed });
    expect(started).toHaveLength(1);
    expect(await at(id)).toEqual(completed);
    const next = await start();
    expect(await at(id)).toBeUndefined();
    expect(next).toMatchObject({ status: 'queued' });
    expect(next.id).not.toBe(id);
    expect(started).toHaveLength(2);
  });

  test('after a failure was fetched is tried anew, because what was wrong may have been mended', async () => {
    let wrong: Diagnosis | undefined = diagnose('list-denied');
    const { start, at, loop } = service({ wrong: () => wrong });
    const { id } = await start();
    await loop();
    expect(await at(id)).toMatchObject({ status: 'failed', diagnosis: wrong });
    wrong = undefined;
    const next = await start();
    await loop();
    expect(await at(next.id)).toMatchObject({ status: 'completed' });
  });

  test('after a test whose end nobody fetched for some minutes is another', async () => {
    const { start, loop, pass } = service();
    const { id } = await start();
    await loop();
    pass(jobTimes.served);
    expect((await start()).id).not.toBe(id);
  });

  test('with anything changed is another', async () => {
    const { start } = service();
    const ids = [
      await start(),
      await start({ ...account, organizationId: 2 }),
      await start({ ...account, target: { ...account.target, region: 'eu-west-1' } }),
      await start({ ...account, credential: { kind: 'access-key-pair', accessKey: 'name', secretKey: 'other' } }),
      await start({ ...account, credential: { ...account.credential, proxyUser: 'user:password' } }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('limits', () => {
  test('count a test when it starts; asking for it again, or how far it is, for nothing', async () => {
    const { start, at, ports, context, jobs } = service({ limits: { key: 1, organization: 9, host: 9 } });
    const first = await startTest(account, ports, context());
    expect(first.allowance).toMatchObject({ allowed: true, limit: 1, remaining: 0 });
    expect(await startTest(account, ports, context())).toEqual({ job: first.job });
    for (let poll = 0; poll < 5; poll++) expect(await at(first.job.id)).toMatchObject({ status: 'queued' });
    await expect(start({ ...account, organizationId: 2 })).rejects.toBeInstanceOf(Throttled);
    expect(jobs.rows.size).toBe(1);
  });

  test('of the deployment hold for tests at a time; one that ends makes room', async () => {
    const { start, loop } = service({ places: 1 });
    await start();
    const other = { ...account, organizationId: 2 };
    await expect(start(other)).rejects.toBeInstanceOf(Throttled);
    await loop();
    expect(await start(other)).toMatchObject({ status: 'queued' });
  });

  test('a test that others change at every look is to be tried again', async () => {
    const { start, jobs } = service();
    const begin = async () => false;
    await expect(start(account, { 'jobs.write': { ...jobs, begin } })).rejects.toBeInstanceOf(Throttled);
  });
});
