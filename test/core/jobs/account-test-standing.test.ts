import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { type TestStanding, testAt } from '../../../functions/core/jobs/account-test.ts';
import { type Ports, Throttled } from '../../../functions/core/ports.ts';
import { jobTimes } from '../../../functions/core/records/timeouts.ts';
import { verifyUnsaved } from '../../../functions/core/verification/verify-unsaved.ts';
import { conclude } from '../../../functions/workflows/verification/conclude/task.ts';
import { probe } from '../../../functions/workflows/verification/probe/task.ts';
import { account, completed, testService as service } from './account-test-scene.ts';

describe('the id of a test', () => {
  test('is good for its organization only; whose it is takes the same calls', async () => {
    const { start, at, ports } = service();
    const { id } = await start();
    const callsFor = async (organizationId: number, of: string) => {
      const calls: string[] = [];
      const { read, settle, deliver, ...rest } = ports['jobs.write'];
      const noting =
        <A extends readonly unknown[], R>(name: string, call: (...args: A) => R) =>
        (...args: A): R => {
          calls.push(name);
          return call(...args);
        };
      const jobs = {
        ...rest,
        read: noting('read', read),
        settle: noting('settle', settle),
        deliver: noting('deliver', deliver),
      };
      return { calls, answer: await at(of, organizationId, { 'jobs.write': jobs }) };
    };
    const unknown = `${'0'.repeat(64)}${id.slice(64)}`;
    expect(await callsFor(2, id)).toEqual({ calls: ['read'], answer: undefined });
    expect(await callsFor(1, unknown)).toEqual({ calls: ['read'], answer: undefined });
    expect((await callsFor(1, id)).answer).toBeDefined();
  });

  test('of another organization does not end its test, however late it is', async () => {
    const { start, at, pass, jobs } = service();
    const { id } = await start();
    pass(jobTimes.lease);
    expect(await at(id, 2)).toBeUndefined();
    expect([...jobs.rows.values()][0]?.verdict).toBeUndefined();
  });

  test('means one test: none before or after it, and no verification of a bucket', async () => {
    const { start, at, ports, context, jobs } = service();
    const { id } = await start();
    const [fingerprint, generation = ''] = id.split('-');
    for (const off of [-1, 1]) {
      expect(await at(`${fingerprint}-${(Number.parseInt(generation, 36) + off).toString(36)}`)).toBeUndefined();
    }
    const bucket = { provider: 'azure', endpoint: 'https://a.example.com', bucket: 'box', prefix: '' } as const;
    const credential = { kind: 'account-key', account: 'acct', key: 'a2V5' } as const;
    await verifyUnsaved({ organizationId: 1, target: bucket, credential }, ports, context());
    const verification = [...jobs.rows.values()].at(-1);
    expect(verification?.target.bucket).toBe('box');
    expect(await at(`${verification?.fingerprint}-${verification?.generation.toString(36)}`)).toBeUndefined();
  });

  test('of any other form is nobody’s, and nothing is asked', async () => {
    const { start, at } = service();
    const { id } = await start();
    const unused = {};
    const text = fc.oneof(
      fc.string(),
      fc
        .stringMatching(/^[0-9a-f]{63,65}-[0-9a-zA-Z-]{0,14}$/)
        .filter((one) => !/^.{64}-[1-9a-z][0-9a-z]{0,9}$/.test(one)),
      fc.constantFrom(`${id} `, id.toUpperCase(), id.replace('-', '-0'), `${id.slice(0, 65)}zzzzzzzzzzz`),
    );
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        expect(await testAt(1, one, Object(unused), 0)).toBeUndefined();
      }),
    );
    expect(await at(id)).toBeDefined();
  });

  test('tells the end for as long as the row is there, and no longer', async () => {
    const { start, at, loop, pass, now, jobs } = service();
    const { id } = await start();
    await loop();
    await at(id);
    pass(jobTimes.served * 2);
    expect(await at(id)).toEqual(completed);
    pass(([...jobs.rows.values()][0]?.expiresAt ?? 0) - now() - 1);
    expect(await at(id)).toEqual(completed);
    pass(1);
    expect(await at(id)).toBeUndefined();
  });
});

describe('a test whose loop never says a word', () => {
  test('has failed when the lease runs out, whoever asks, and can be tried anew', async () => {
    const { start, at, pass } = service();
    const { id } = await start();
    pass(jobTimes.lease - 1);
    expect(await at(id)).toMatchObject({ status: 'queued' });
    pass(1);
    const failed = { status: 'failed', diagnosis: diagnose('interrupted') };
    expect(await at(id)).toEqual(failed);
    expect(await at(id)).toEqual(failed);
    const next = await start();
    expect(next).toMatchObject({ status: 'queued' });
    pass(jobTimes.lease);
    expect(await start()).toEqual({ id: next.id, ...failed });
    expect((await start()).id).not.toBe(next.id);
  });

  test('and then does, just as somebody finds it late, stands as it says', async () => {
    const { start, at, pass, ports, jobs, now } = service();
    const { id } = await start();
    pass(jobTimes.lease);
    const settle: Ports['jobs.write']['settle'] = async (job, outcome, time) => {
      await jobs.settle(
        job,
        { status: 'connected', findings: [], sample: [], hasInfoLabels: false, buckets: [] },
        now(),
      );
      return jobs.settle(job, outcome, time);
    };
    const late = { 'jobs.write': { ...ports['jobs.write'], settle } };
    expect(await at(id, 1, late)).toEqual({ status: 'completed', buckets: [] });
  });
});

describe('whatever happens in whatever order', () => {
  const step = fc.oneof(
    { arbitrary: fc.constantFrom('start', 'ask', 'loop', 'die'), weight: 3 },
    fc.constantFrom(1_000, jobTimes.lease, jobTimes.served, jobTimes.kept),
  );
  const rank = { queued: 0, working: 1, failed: 2, completed: 2 } as const;

  test('a test only goes on, and each credential has a loop that will remove it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, isBusy) => {
        const { start, at, pass, ports, context, now, vault, started } = service(
          isBusy ? { wrong: () => diagnose('storage-busy') } : {},
        );
        const known = new Map<string, TestStanding>();
        const note = (id: string, standing: TestStanding) => {
          const before = known.get(id);
          if (before) expect(rank[standing.status]).toBeGreaterThanOrEqual(rank[before.status]);
          if (before && rank[before.status] === 2) expect(standing).toEqual(before);
          known.set(id, standing);
        };
        const alive: { readonly fingerprint: string; readonly generation: number; readonly attempt: number }[] = [];
        const task = () => ({ ...context(), now, surveyDeadline: context().deadline, report: () => {} });
        for (const does of steps) {
          const [oldest] = alive;
          if (typeof does === 'number') pass(does);
          else if (does === 'start') {
            const before = started.length;
            const { id, ...standing } = await start();
            note(id, standing);
            alive.push(...started.slice(before).map((reference) => ({ ...reference, attempt: 0 })));
          } else if (does === 'ask') {
            for (const id of known.keys()) {
              const standing = await at(id);
              if (standing) note(id, standing);
            }
          } else if (does === 'loop' && oldest) {
            const { next, waitSeconds, ...input } = await probe.run(oldest, ports, task());
            if (next === 'done') await conclude.run(alive.shift(), ports, task());
            else alive[0] = input;
            pass(waitSeconds * 1_000);
          } else if (does === 'die' && oldest) {
            // What Step Functions says of it, if late.
            await conclude.run({ detail: { input: JSON.stringify(alive.shift()) } }, ports, task());
          }
          const names = alive.map(({ fingerprint, generation }) => `${fingerprint}-${generation}`);
          expect([...vault.held.keys()].sort()).toEqual(names.sort());
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a start that breaks off', () => {
  const steps = ['jobs.write', 'jobSlots.take', 'loop.start', 'unsavedCredentials.create'] as const;

  /** The service dies at the step: the call is made or not, and nothing after it happens. */
  test.each(steps.flatMap((step) => [[step, 'before'] as const, [step, 'after'] as const]))(
    'at %s, %s it took effect, leaves no credential without a loop, and ends',
    async (step, when) => {
      const { start, at, ports, jobs, vault, started, loop, pass } = service();
      let died: () => void = () => {};
      const death = new Promise<void>((resolve) => {
        died = resolve;
      });
      const dying =
        <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          if (when === 'after') await call(...args);
          died();
          return new Promise<never>(() => {});
        };
      const over = {
        'jobs.write': { 'jobs.write': { ...jobs, begin: dying(jobs.begin) } },
        'jobSlots.take': { 'jobSlots.take': dying(ports['jobSlots.take']) },
        'loop.start': { 'loop.start': dying(ports['loop.start']) },
        'unsavedCredentials.create': { 'unsavedCredentials.create': dying(vault.create) },
      }[step];
      void start(account, over);
      await death;
      await new Promise(setImmediate);

      if (vault.held.size > 0) expect(started).toHaveLength(1);
      if (started.length > 0) await loop();
      expect(vault.held.size).toBe(0);
      pass(jobTimes.lease);
      const { id, status } = await start();
      if (status === 'queued') await loop();
      expect(['completed', 'failed']).toContain((await at(id))?.status);
      expect(vault.held.size).toBe(0);
    },
  );

  test.each(['loop.start', 'unsavedCredentials.create'] as const)(
    'because %s is throttled tells the caller, and the next one starts anew',
    async (step) => {
      const { start, at, loop, unsavedJobs } = service();
      const busy = async () => {
        throw new Throttled('busy');
      };
      await expect(start(account, { [step]: busy })).rejects.toBeInstanceOf(Throttled);
      expect(unsavedJobs.places.size).toBe(0);
      const { id } = await start();
      await loop();
      expect(await at(id)).toEqual(completed);
    },
  );
});
