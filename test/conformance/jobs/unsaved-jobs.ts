import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReleaseJobSlot, TakeJobSlot } from '../../../functions/core/jobs/ports.ts';
import type { JobReference } from '../../../functions/core/records/job.ts';

const now = Date.UTC(2026, 5, 1);
const until = now + 1_000;

/** The number of places that the implementations are opened with. */
export const triedPlaces = 5;

/** What every implementation of the places for unsaved jobs does. `open` gives it without a place taken. */
export function unsavedJobsConformance(
  name: string,
  open: () => Promise<{ readonly admit: TakeJobSlot; readonly leave: ReleaseJobSlot }>,
): void {
  const newJob = (): JobReference => ({ fingerprint: randomBytes(32).toString('hex'), generation: now });
  const newJobs = (length: number) => Array.from({ length }, newJob);

  describe(`unsaved jobs: ${name}`, () => {
    /** As many jobs as there are places, all admitted. */
    const full = async (admit: TakeJobSlot, end = until) => {
      const jobs = newJobs(triedPlaces);
      for (const job of jobs) expect(await admit(job, end, now)).toBe(true);
      return jobs;
    };

    test('of many at once as many are admitted as there are places', async () => {
      const { admit } = await open();
      const admitted = await Promise.all(newJobs(20).map((job) => admit(job, until, now)));
      expect(admitted.filter(Boolean)).toHaveLength(triedPlaces);
      expect(await admit(newJob(), until, now)).toBe(false);
    });

    test('a place that is left is free, once', async () => {
      const { admit, leave } = await open();
      const [job = newJob()] = await full(admit);
      await leave(job);
      await leave(job);
      expect(await admit(newJob(), until, now)).toBe(true);
      expect(await admit(newJob(), until, now)).toBe(false);
    });

    test('leaving without a place is no error and frees none', async () => {
      const { admit, leave } = await open();
      await leave(newJob());
      const [job = newJob()] = await full(admit);
      await leave(newJob());
      await leave({ ...job, generation: job.generation + 1 });
      expect(await admit(newJob(), until, now)).toBe(false);
    });

    test('a job that has a place keeps it when it asks again, and takes no second one', async () => {
      const { admit } = await open();
      const job = newJob();
      const admitted = await Promise.all(Array.from({ length: 8 }, () => admit(job, until, now)));
      expect(admitted).not.toContain(false);
      for (const other of newJobs(triedPlaces - 1)) expect(await admit(other, until, now)).toBe(true);
      expect(await admit(newJob(), until, now)).toBe(false);
      expect(await admit(job, until, now)).toBe(true);
    });

    test('a place is kept until its time, and from then on is free', async () => {
      const { admit } = await open();
      await full(admit);
      expect(await admit(newJob(), until + 9, until - 1)).toBe(false);
      for (const job of newJobs(triedPlaces)) expect(await admit(job, until + 9, until)).toBe(true);
      expect(await admit(newJob(), until + 9, until)).toBe(false);
    });

    test('of places whose time is up, those that were taken anew are kept', async () => {
      const { admit } = await open();
      const [job = newJob()] = await full(admit);
      expect(await admit(job, until + 9, until)).toBe(true);
      const admitted = await Promise.all(newJobs(20).map((other) => admit(other, until + 9, until)));
      expect(admitted.filter(Boolean)).toHaveLength(triedPlaces - 1);
    });
  });
}
