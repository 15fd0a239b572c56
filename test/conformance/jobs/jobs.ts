import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Jobs } from '../../../functions/core/jobs/ports.ts';
import { nextJob } from '../../../functions/core/records/job.ts';
import { toFailure, toFindings, type Verdict } from '../../../functions/core/records/verdict.ts';

const now = Date.UTC(2026, 5, 1);
const target = {
  provider: 'azure',
  endpoint: 'https://acct.blob.core.windows.net',
  region: 'westeurope',
  bucket: 'box',
  prefix: 'ü/',
} as const;
const connected: Verdict = {
  status: 'connected',
  findings: toFindings(12),
  sample: [{ key: 'ü/a.csv', size: 0 }],
  hasInfoLabels: true,
  reformattedEndpoint: 'https://acct.blob.core.windows.net',
};
const failed = toFailure(diagnose('region-wrong', { region: 'eu-west-1' }), 3);
/** As much as a survey can find: the longest names that any storage has, and a count that just fits a number. */
const surveyed: Verdict = {
  status: 'connected',
  findings: toFindings(12),
  sample: [],
  hasInfoLabels: false,
  buckets: [
    { name: 'empty', files: 0, bytes: 0 },
    { name: 'unread', region: 'eu-west-1' },
    ...Array.from({ length: 998 }, (_, at) => ({
      name: `${at}-`.padEnd(110, 'x'),
      region: 'northamerica-northeast1',
      files: 10_000,
      bytes: Number.MAX_SAFE_INTEGER,
    })),
  ],
};

/** What every implementation of `Jobs` does. Each test uses fingerprints of its own. */
export function jobsConformance(name: string, open: () => Promise<Jobs>): void {
  const newJob = () => {
    const fingerprint = randomBytes(32).toString('hex');
    return nextJob({ fingerprint, organizationId: 3, target }, undefined, now);
  };

  describe(`jobs: ${name}`, () => {
    test('a job begun is read back whole; one never begun is not there', async () => {
      const jobs = await open();
      const job = newJob();
      expect(await jobs.read(job.fingerprint)).toBeUndefined();
      expect(await jobs.begin(job, undefined)).toBe(true);
      expect(await jobs.read(job.fingerprint)).toEqual(job);
    });

    test('a job about an account has no bucket, and says whether those are surveyed', async () => {
      const jobs = await open();
      const { bucket: _none, ...account } = target;
      const of = { ...newJob(), target: { ...account, prefix: '' } };
      const other = { ...of, fingerprint: randomBytes(32).toString('hex'), survey: true } as const;
      for (const job of [of, other]) {
        await jobs.begin(job, undefined);
        expect(await jobs.read(job.fingerprint)).toEqual(job);
      }
    });

    test.each(
      (['s3', 'gcs', 'azure'] as const).flatMap((provider) =>
        (['access-key-pair', 'account-key', 'service-account-key', 'assumed-role'] as const).flatMap((kind) =>
          ([true, false] as const).map((isAccount) => [provider, kind, isAccount ? 'an account' : 'a bucket'] as const),
        ),
      ),
    )(
      'a job that moves a connection of %s to another %s, of %s, is read back with where it moves',
      async (provider, kind, of) => {
        const jobs = await open();
        const { bucket, ...account } = target;
        const job = {
          ...newJob(),
          target: { ...account, provider, ...(of === 'a bucket' && { bucket }) },
          saved: {
            uid: 'u',
            credentialVersion: 'old',
            cause: { kind: 'event', event: 'secret' },
            credential: { kind, accessKey: 'public part', version: 'new' },
          },
        } as const;
        await jobs.begin(job, undefined);
        expect(await jobs.read(job.fingerprint)).toEqual(job);
      },
    );

    test('of several that begin at once one wins', async () => {
      const jobs = await open();
      const job = newJob();
      const won = await Promise.all(Array.from({ length: 5 }, () => jobs.begin(job, undefined)));
      expect(won.filter(Boolean)).toHaveLength(1);
      const next = nextJob(job, job, now);
      const wonNext = await Promise.all(Array.from({ length: 5 }, () => jobs.begin(next, job)));
      expect(wonNext.filter(Boolean)).toHaveLength(1);
      expect(await jobs.read(job.fingerprint)).toEqual(next);
    });

    test('a job begins in the place of the one that was seen, or of one the table has dropped, and of no other', async () => {
      const jobs = await open();
      const job = newJob();
      await jobs.begin(job, undefined);
      const second = nextJob(job, job, now);
      expect(await jobs.begin(second, { ...job, generation: job.generation - 1 })).toBe(false);
      expect(await jobs.begin(second, undefined)).toBe(false);
      expect(await jobs.read(job.fingerprint)).toEqual(job);
      const dropped = newJob();
      expect(await jobs.begin(nextJob(dropped, dropped, now), dropped)).toBe(true);
    });

    test.each([
      ['connected', connected],
      ['failed', failed],
      ['surveyed', surveyed],
    ] as const)('a running job is given its verdict once: %s', async (_, outcome) => {
      const jobs = await open();
      const job = newJob();
      await jobs.begin(job, undefined);
      expect(await jobs.settle(job, outcome, now + 5)).toBe(true);
      expect(await jobs.settle(job, toFailure(diagnose('interrupted'), 0), now + 6)).toBe(false);
      expect(await jobs.read(job.fingerprint)).toEqual({ ...job, verdict: { outcome, settledAt: now + 5 } });
    });

    test('a verdict is delivered once, and only when there is one', async () => {
      const jobs = await open();
      const job = newJob();
      await jobs.begin(job, undefined);
      await jobs.deliver(job, now + 1);
      expect((await jobs.read(job.fingerprint))?.verdict).toBeUndefined();
      await jobs.settle(job, connected, now + 2);
      await jobs.deliver(job, now + 3);
      await jobs.deliver(job, now + 4);
      expect((await jobs.read(job.fingerprint))?.verdict?.deliveredAt).toBe(now + 3);
    });

    test('a deadline moves while the job runs, and not after', async () => {
      const jobs = await open();
      const job = newJob();
      await jobs.begin(job, undefined);
      expect(await jobs.extend(job, now + 99)).toBe(true);
      expect((await jobs.read(job.fingerprint))?.deadlineAt).toBe(now + 99);
      await jobs.settle(job, connected, now + 2);
      expect(await jobs.extend(job, now + 100)).toBe(false);
    });

    test('what a job waits for is recorded with its deadline, stays where none is named, and ends with the job', async () => {
      const jobs = await open();
      const job = newJob();
      await jobs.begin(job, undefined);
      const waitingFor = { diagnosis: diagnose('storage-failed'), hasAnswered: true } as const;
      expect(await jobs.extend(job, now + 1, waitingFor)).toBe(true);
      expect(await jobs.read(job.fingerprint)).toEqual({ ...job, deadlineAt: now + 1, waitingFor });
      expect(await jobs.extend(job, now + 2)).toBe(true);
      expect((await jobs.read(job.fingerprint))?.waitingFor).toEqual(waitingFor);
      const next = nextJob(job, await jobs.read(job.fingerprint), now);
      await jobs.begin(next, job);
      expect(await jobs.read(job.fingerprint)).toEqual(next);
    });

    test('how far a job is changes while it runs, and not after; the next job has not begun', async () => {
      const jobs = await open();
      const job = newJob();
      await jobs.begin(job, undefined);
      for (const progress of [
        { done: 0, total: 0 },
        { done: 3, total: 7 },
      ]) {
        expect(await jobs.progress(job, progress)).toBe(true);
        expect(await jobs.read(job.fingerprint)).toEqual({ ...job, progress });
      }
      await jobs.settle(job, connected, now + 2);
      expect(await jobs.progress(job, { done: 7, total: 7 })).toBe(false);
      expect((await jobs.read(job.fingerprint))?.progress).toEqual({ done: 3, total: 7 });
      await jobs.begin(nextJob(job, job, now), job);
      expect((await jobs.read(job.fingerprint))?.progress).toBeUndefined();
    });

    test('nothing touches a job of another generation, or one that was never begun', async () => {
      const jobs = await open();
      const job = newJob();
      const next = nextJob(job, job, now);
      await jobs.begin(job, undefined);
      await jobs.begin(next, job);
      for (const other of [job, newJob()]) {
        expect(await jobs.settle(other, connected, now)).toBe(false);
        expect(await jobs.extend(other, now)).toBe(false);
        expect(await jobs.progress(other, { done: 1, total: 2 })).toBe(false);
        await jobs.deliver(other, now);
      }
      expect(await jobs.read(job.fingerprint)).toEqual(next);
    });
  });
}
