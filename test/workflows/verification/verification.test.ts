import { describe, expect, test } from 'vitest';
import { addConnection } from '../../../functions/core/connections/add-connection.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { startTest } from '../../../functions/core/jobs/account-test.ts';
import { effectiveVerification } from '../../../functions/core/records/effective-status.ts';
import { probe } from '../../../functions/workflows/verification/probe/task.ts';
import { memoryService } from '../../memory/service.ts';

const organizationId = 1;
const target = { provider: 's3', endpoint: 'https://s3.example.com', prefix: '' } as const;
const credential = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' } as const;
const buckets = { photos: { objects: [{ key: 'a', size: 3 }] }, closed: { wrong: diagnose('list-denied') } };

/** A connection to an account, stored at once: what is known of it once the loop has ended. */
async function saved(options: Parameters<typeof memoryService>[0]) {
  const memory = memoryService({ buckets, ...options });
  const { ports, context, loop, connections, now } = memory;
  const connection = { organizationId, target, credential, revealable: true, ask: 'later' } as const;
  const added = await addConnection(connection, ports, context());
  if (added.result !== 'added') throw new Error(added.result);
  const before = added.connection.verification;
  await loop();
  const after = await connections.write.byUid(organizationId, added.connection.uid);
  return { ...memory, before, verification: after && effectiveVerification(after, now()) };
}

describe('a saved connection to an account', () => {
  test('is connected when the account lists its buckets; what is in them is nobody’s question', async () => {
    const { before, verification, storage, jobs, vault } = await saved({});
    expect(before.status).toBe('connecting');
    expect(verification?.status).toBe('connected');
    expect(storage.lists()).toBe(1);
    const [job] = jobs.rows.values();
    expect(job?.target.bucket).toBeUndefined();
    expect(job?.progress).toBeUndefined();
    expect(job?.verdict?.outcome).toMatchObject({ status: 'connected', sample: [], hasInfoLabels: false });
    expect(job?.verdict?.outcome).not.toHaveProperty('buckets');
    expect(vault.held.size).toBe(0);
  });

  test('is in error when it does not, after the patience that a bucket would have', async () => {
    const denied = diagnose('bucket-list-denied');
    expect((await saved({ wrong: () => denied })).verification).toMatchObject({ status: 'error', diagnosis: denied });
    const settling = diagnose('account-key-wrong');
    const { verification, storage } = await saved({ wrong: (call) => (call < 2 ? settling : undefined) });
    expect(verification?.status).toBe('connected');
    expect(storage.lists()).toBe(3);
  });
});

describe('a test of an account', () => {
  const started = async () => {
    const memory = memoryService({ buckets });
    await startTest({ organizationId, target, credential }, memory.ports, memory.context());
    const task = (deadline: AbortSignal, surveyDeadline: AbortSignal) => {
      const context = { ...memory.context(), now: memory.now, deadline, surveyDeadline, report: () => {} };
      return probe.run({ ...memory.started[0], attempt: 0 }, memory.ports, context);
    };
    const outcome = () => [...memory.jobs.rows.values()][0]?.verdict?.outcome;
    return { ...memory, task, outcome };
  };
  const [running, over] = [new AbortController().signal, AbortSignal.abort()];

  test('lists by the deadline of a pass, and counts by that of a survey', async () => {
    const late = await started();
    expect(await late.task(over, running)).toMatchObject({ next: 'wait' });
    expect(late.outcome()).toBeUndefined();

    const uncounted = await started();
    expect(await uncounted.task(running, over)).toMatchObject({ next: 'done' });
    expect(uncounted.outcome()).toMatchObject({
      status: 'connected',
      buckets: [{ name: 'photos' }, { name: 'closed' }],
    });
    expect(uncounted.storage.lists()).toBe(1);

    const counted = await started();
    await counted.task(running, running);
    expect(counted.outcome()).toMatchObject({ buckets: [{ name: 'photos', files: 1, bytes: 3 }, { name: 'closed' }] });
  });

  test('by a role that anybody could have assumed fails before anything is counted', async () => {
    const roleArn = 'arn:aws:iam::123456789012:role/open';
    const { ports, context, loop, jobs, storage } = memoryService({ buckets, openRoles: [roleArn] });
    const role = { kind: 'assumed-role', roleArn, externalId: 'x' } as const;
    await startTest({ organizationId, target, credential: role }, ports, context());
    await loop();
    expect([...jobs.rows.values()][0]?.verdict?.outcome).toMatchObject({ diagnosis: { code: 'role-open' } });
    expect(storage.lists()).toBe(1);
  });

  test('that is repeated in the middle starts over, and ends once', async () => {
    const { task, outcome, ports, storage } = await started();
    const { open } = storage;
    Object.assign(storage, { open: () => Promise.reject(new Error('the function died')) });
    await expect(task(running, running)).rejects.toThrow('died');
    Object.assign(storage, { open });
    const reports: unknown[] = [];
    const { progress } = ports['jobs.write'];
    Object.assign(ports['jobs.write'], {
      progress: (...args: Parameters<typeof progress>) => {
        reports.push(args[1]);
        return progress(...args);
      },
    });
    expect(await task(running, running)).toMatchObject({ next: 'done' });
    expect(reports).toEqual([{ done: 0, total: 2 }]);
    const first = outcome();
    expect(await task(running, running)).toMatchObject({ next: 'done' });
    expect(outcome()).toBe(first);
  });
});
