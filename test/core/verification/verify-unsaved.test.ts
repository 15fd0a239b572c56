import { describe, expect, test } from 'vitest';
import { type Diagnosis, diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { type Ports, Throttled } from '../../../functions/core/ports.ts';
import { jobTimes } from '../../../functions/core/records/timeouts.ts';
import { toInterrupted } from '../../../functions/core/records/verdict.ts';
import { type UnsavedVerification, verifyUnsaved } from '../../../functions/core/verification/verify-unsaved.ts';
import { conclude } from '../../../functions/workflows/verification/conclude/task.ts';
import { probe } from '../../../functions/workflows/verification/probe/task.ts';
import { memoryService } from '../../memory/service.ts';

const azure: UnsavedVerification = {
  organizationId: 1,
  target: { provider: 'azure', endpoint: 'https://acct.blob.core.windows.net', bucket: 'box', prefix: 'data' },
  credential: { kind: 'account-key', account: 'acct', key: 'a2V5' },
};
const s3: UnsavedVerification = {
  organizationId: 1,
  target: { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: 'data' },
  credential: { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' },
};

function service(wrong: (call: number) => Diagnosis | undefined = () => undefined, limits: Limits = {}) {
  const memory = memoryService({ objects: [{ key: 'data/info.labels', size: 3 }], wrong, ...limits });
  return {
    ...memory,
    post: (of = azure, over: Partial<Ports> = {}) => verifyUnsaved(of, { ...memory.ports, ...over }, memory.context()),
  };
}
type Limits = Pick<NonNullable<Parameters<typeof memoryService>[0]>, 'limits' | 'places'>;

describe('a storage that answers at once', () => {
  test('is verified in the request: one call, nothing kept', async () => {
    const { post, storage, jobs, vault, started } = service();
    expect(await post(s3)).toMatchObject({
      status: 'connected',
      verdict: { hasInfoLabels: true },
      signedUrl: 'memory://box/data/.storage-connections-write-check?expires=900',
    });
    expect([storage.lists(), jobs.rows.size, vault.held.size, started.length]).toEqual([1, 0, 0, 0]);
  });

  test('that refuses is an error with its diagnosis', async () => {
    const wrong = diagnose('secret-key-wrong');
    expect(await service(() => wrong).post(s3)).toMatchObject({ status: 'error', diagnosis: wrong });
  });
});

describe('Azure', () => {
  test('is connecting first, then what the loop found, since the moment it found it', async () => {
    const { post, loop, pass, vault, storage } = service();
    const first = await post();
    expect(first.status).toBe('connecting');
    expect(storage.lists()).toBe(0);
    expect(vault.held.size).toBe(1);
    pass(400);
    await loop();
    expect(vault.held.size).toBe(0);
    const second = await post();
    expect(second).toMatchObject({ status: 'connected', signedUrl: expect.stringContaining('box') });
    expect(second.since - first.since).toBe(400);
    pass(60_000);
    expect(await post()).toEqual(second);
  });

  test('of two callers at once one starts the job and both get it', async () => {
    const { post, started, vault } = service();
    const answers = await Promise.all([post(), post(), post()]);
    expect(answers.map(({ status }) => status)).toEqual(['connecting', 'connecting', 'connecting']);
    expect([started.length, vault.held.size]).toEqual([1, 1]);
  });

  test('with anything changed is a different job', async () => {
    const { post, started } = service();
    await post();
    await post({ ...azure, credential: { kind: 'account-key', account: 'acct', key: 'b3RoZXI=' } });
    await post({ ...azure, organizationId: 2 });
    await post({ ...azure, target: { ...azure.target, prefix: 'other' } });
    expect(new Set(started.map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });

  test('delivers a verdict, however late, before a new generation starts', async () => {
    const { post, loop, pass, started } = service();
    await post();
    await loop();
    pass(jobTimes.kept / 2);
    expect(await post()).toMatchObject({ status: 'connected' });
    pass(jobTimes.served);
    expect(await post()).toMatchObject({ status: 'connecting' });
    expect(started).toHaveLength(2);
    expect(started[1]?.generation).toBeGreaterThan(started[0]?.generation ?? Number.NaN);
    expect(started[1]?.fingerprint).toBe(started[0]?.fingerprint);
  });

  test('that settles late is connecting all the while', async () => {
    const { post, loop } = service((call) => (call < 4 ? diagnose('bucket-being-deleted') : undefined));
    await post();
    await loop();
    expect(await post()).toMatchObject({ status: 'connected' });
  });

  test('that never settles is the error it last was', async () => {
    const { post, loop, vault } = service(() => diagnose('storage-busy'));
    await post();
    await loop();
    expect(await post()).toMatchObject({ status: 'error', diagnosis: { code: 'storage-busy' } });
    expect(vault.held.size).toBe(0);
  });

  test('whose loop never says a word is an error when the lease runs out, and can be tried anew', async () => {
    const { post, pass, started } = service();
    await post();
    pass(jobTimes.lease - 1);
    expect((await post()).status).toBe('connecting');
    pass(1);
    expect(await post()).toMatchObject({ status: 'error', diagnosis: { code: 'interrupted' } });
    expect((await post()).status).toBe('connecting');
    expect(started).toHaveLength(2);
  });

  test('whose loop waits is not overdue: every pass extends the lease', async () => {
    const { post, pass, ports, started, jobs } = service(() => diagnose('storage-busy'));
    await post();
    const [deadline, surveyDeadline] = [new AbortController().signal, new AbortController().signal];
    const context = { clock: () => 0, random: Math.random, deadline, surveyDeadline, report: () => {} };
    const { startedAt } = [...jobs.rows.values()][0] ?? { startedAt: Number.NaN };
    const late = jobTimes.lease - 1;
    await probe.run({ ...started[0], attempt: 0 }, ports, { ...context, now: () => startedAt + late });
    pass(late + jobTimes.lease);
    expect((await post()).status).toBe('connecting');
  });
});

describe('a start that breaks off', () => {
  const steps = ['jobs.write', 'loop.start', 'unsavedCredentials.create'] as const;

  /** The service dies at the step: the call is made or not, and nothing after it happens. */
  test.each(steps.flatMap((step) => [[step, 'before'] as const, [step, 'after'] as const]))(
    'at %s, %s it took effect, leaves no credential without a loop, and ends in a verdict',
    async (step, when) => {
      const { post, ports, jobs, vault, started, loop, pass } = service();
      const dead = new Promise<never>(() => {});
      let died: () => void = () => {};
      const death = new Promise<void>((resolve) => {
        died = resolve;
      });
      const dying =
        <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          if (when === 'after') await call(...args);
          died();
          return dead;
        };
      const over = {
        'jobs.write': { 'jobs.write': { ...jobs, begin: dying(jobs.begin) } },
        'loop.start': { 'loop.start': dying(ports['loop.start']) },
        'unsavedCredentials.create': { 'unsavedCredentials.create': dying(vault.create) },
      }[step];
      void post(azure, over);
      await death;
      await new Promise(setImmediate);

      if (vault.held.size > 0) expect(started).toHaveLength(1);
      if (started.length > 0) await loop();
      expect(vault.held.size).toBe(0);
      pass(jobTimes.lease);
      const answers = [await post()];
      if (answers[0]?.status === 'connecting') {
        await loop();
        answers.push(await post());
      }
      expect(['connected', 'error']).toContain(answers.at(-1)?.status);
      expect(vault.held.size).toBe(0);
    },
  );

  test.each(['loop.start', 'unsavedCredentials.create'] as const)(
    'because %s is throttled tells the caller, and the next one starts anew',
    async (step) => {
      const { post, started, loop } = service();
      const busy = async () => {
        throw new Throttled('busy');
      };
      await expect(post(azure, { [step]: busy })).rejects.toBeInstanceOf(Throttled);
      expect((await post()).status).toBe('connecting');
      await loop();
      expect((await post()).status).toBe('connected');
      expect(started.length).toBeLessThanOrEqual(2);
    },
  );
});

describe('limits', () => {
  const few = { key: 2, organization: 1_000, host: 1_000 };

  test('are met before the storage is asked or anything is written, and say when to come back', async () => {
    const { post, storage, jobs, started, unsavedJobs } = service(undefined, { limits: few });
    await post(s3);
    await post(s3);
    await expect(post(s3)).rejects.toMatchObject({ name: 'Throttled', retryAfterSeconds: 30 });
    await expect(post(azure)).rejects.toMatchObject({ name: 'Throttled', retryAfterSeconds: 30 });
    expect([storage.lists(), jobs.rows.size, started.length, unsavedJobs.places.size]).toEqual([2, 0, 0, 0]);
  });

  test('count a job when it starts, and asking how far it is for nothing', async () => {
    const { post, loop } = service(undefined, { limits: few });
    for (let poll = 0; poll < 10; poll++) expect((await post()).status).toBe('connecting');
    await loop();
    for (let poll = 0; poll < 10; poll++) expect((await post()).status).toBe('connected');
    await post(s3);
    await expect(post(s3)).rejects.toBeInstanceOf(Throttled);
  });

  const other = (name: string): UnsavedVerification => ({ ...azure, target: { ...azure.target, bucket: name } });

  test('of the deployment hold for jobs at a time; one that ends makes room', async () => {
    const { post, loop, started, unsavedJobs } = service(undefined, { places: 1 });
    await post();
    await expect(post(other('second'))).rejects.toBeInstanceOf(Throttled);
    expect(started).toHaveLength(1);
    expect((await post()).status).toBe('connecting');
    await loop();
    expect(unsavedJobs.places.size).toBe(0);
    expect((await post(other('second'))).status).toBe('connecting');
  });

  test('take no place for a job that somebody else was quicker to begin, or that could not be started', async () => {
    const { post, ports, unsavedJobs } = service();
    await Promise.all([post(), post(), post()]);
    expect(unsavedJobs.places.size).toBe(1);
    const broken = async () => Promise.reject(new Error('no loop'));
    await expect(post(other('second'), { ...ports, 'loop.start': broken })).rejects.toThrow('no loop');
    expect(unsavedJobs.places.size).toBe(1);
  });

  test('free a place that nobody leaves once no execution can be alive', async () => {
    const { post, pass } = service(undefined, { places: 1 });
    await post();
    pass(jobTimes.execution + jobTimes.lease - 1);
    await expect(post(other('second'))).rejects.toBeInstanceOf(Throttled);
    pass(1);
    expect((await post(other('second'))).status).toBe('connecting');
  });
});

describe('the tasks of the loop', () => {
  const context = (now: number) => ({
    now: () => now,
    clock: () => now,
    random: Math.random,
    deadline: new AbortController().signal,
    surveyDeadline: new AbortController().signal,
    report: () => {},
  });

  test('leave a job alone that is not theirs any more, or has its verdict', async () => {
    const { post, ports, started, jobs, storage } = service();
    await post();
    const job = { ...started[0], attempt: 0 };
    const now = Date.now();
    expect(await probe.run({ ...job, generation: 1 }, ports, context(now))).toMatchObject({ next: 'done' });
    await jobs.settle(started[0] ?? { fingerprint: '', generation: 0 }, toInterrupted(), now);
    expect(await probe.run(job, ports, context(now))).toMatchObject({ next: 'done' });
    expect(storage.lists()).toBe(0);
  });

  test('wait for the credential, which is written after the loop was started, but not for ever', async () => {
    const { post, ports, started, jobs, vault } = service();
    await post();
    const startedAt = [...jobs.rows.values()][0]?.startedAt ?? Number.NaN;
    const held = [...vault.held.values()][0];
    const reference = started[0] ?? { fingerprint: '', generation: 0 };
    await vault.remove(reference);
    expect(await probe.run({ ...reference, attempt: 0 }, ports, context(startedAt))).toEqual({
      ...reference,
      attempt: 0,
      next: 'wait',
      waitSeconds: 1,
    });
    if (held) await vault.create(reference, held);
    await vault.remove(reference);
    await probe.run({ ...reference, attempt: 0 }, ports, context(startedAt + jobTimes.credential));
    expect(await post()).toMatchObject({ status: 'error', diagnosis: { code: 'interrupted' } });
  });

  test.each(['the state machine', 'the event of a dead execution'])('end the job when told by %s', async (teller) => {
    const { post, ports, started, vault } = service();
    await post();
    const input = JSON.stringify(started[0]);
    await conclude.run(teller === 'the state machine' ? JSON.parse(input) : { detail: { input } }, ports, context(1));
    expect(vault.held.size).toBe(0);
    expect(await post()).toMatchObject({ status: 'error', diagnosis: { code: 'interrupted' } });
    await conclude.run(JSON.parse(input), ports, context(2));
  });

  test.each([{}, { fingerprint: 'x', generation: 1 }, { detail: { input: '{}' } }, null, 'text'])(
    'refuse %j',
    async (input) => {
      const { ports } = service();
      await expect(conclude.run(input, ports, context(0))).rejects.toThrow();
      await expect(probe.run(input, ports, context(0))).rejects.toThrow();
    },
  );
});
