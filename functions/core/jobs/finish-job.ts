import type { Ports } from '../ports.ts';
import type { JobReference } from '../records/job.ts';
import { toInterrupted } from '../records/verdict.ts';
import { settleJob, settleJobNeeds } from './settle-job.ts';

/** The ports that concluding a job takes. */
export const finishJobNeeds = [
  ...settleJobNeeds,
  'jobSlots.release',
  'unsavedCredentials.delete',
] as const satisfies readonly (keyof Ports)[];

/**
 * Ends a job on which nobody is at work any more: its short-lived credential goes, its place is free, and without a
 * verdict it counts as interrupted. Repeating it is harmless.
 *
 * @param now epoch milliseconds
 */
export async function finishJob(
  at: JobReference,
  ports: Pick<Ports, (typeof finishJobNeeds)[number]>,
  now: number,
): Promise<void> {
  // The credential first: whatever befalls the row, its reader falls back on the deadline.
  await ports['unsavedCredentials.delete'](at);
  await ports['jobSlots.release'](at);
  const job = await ports['jobs.write'].read(at.fingerprint);
  if (job?.generation === at.generation) await settleJob(job, toInterrupted(), now, ports);
}
