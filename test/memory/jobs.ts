import type { Jobs } from '../../functions/core/jobs/ports.ts';
import type { Job, JobReference } from '../../functions/core/records/job.ts';
import { fromRow, toRow } from '../../functions/platform/jobs/job-row.ts';

/** Jobs in a map: the same port as the table, held to the same suite (`conformance/jobs.test.ts`). */
export function memoryJobs(): Jobs & { readonly rows: ReadonlyMap<string, Job> } {
  const rows = new Map<string, Job>();

  const change = (of: JobReference, holds: (job: Job) => boolean, next: (job: Job) => Job): boolean => {
    const job = rows.get(of.fingerprint);
    if (!job || job.generation !== of.generation || !holds(job)) return false;
    rows.set(of.fingerprint, next(job));
    return true;
  };

  return {
    rows,
    read: async (fingerprint) => structuredClone(rows.get(fingerprint)),
    async begin(job, seen) {
      if (rows.get(job.fingerprint)?.generation !== seen?.generation && rows.has(job.fingerprint)) return false;
      // Through the table's codec, so that what a row would drop is dropped here, too.
      rows.set(job.fingerprint, fromRow(JSON.parse(JSON.stringify(toRow(job)))));
      return true;
    },
    extend: async (of, deadlineAt, waitingFor) =>
      change(
        of,
        (job) => !job.verdict,
        (job) => ({ ...job, deadlineAt, ...(waitingFor && { waitingFor }) }),
      ),
    progress: async (of, progress) =>
      change(
        of,
        (job) => !job.verdict,
        (job) => ({ ...job, progress }),
      ),
    settle: async (of, outcome, at) =>
      change(
        of,
        (job) => !job.verdict,
        (job) => ({ ...job, verdict: { outcome, settledAt: at } }),
      ),
    async deliver(of, at) {
      change(
        of,
        (job) => job.verdict !== undefined && job.verdict.deliveredAt === undefined,
        (job) => (job.verdict ? { ...job, verdict: { ...job.verdict, deliveredAt: at } } : job),
      );
    },
  };
}
