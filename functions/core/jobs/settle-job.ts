import type { Ports } from '../ports.ts';
import type { Job } from '../records/job.ts';
import { recordVerdict, recordVerdictNeeds } from '../records/record-verdict.ts';
import type { Verdict } from '../records/verdict.ts';

/** The ports that settling a job takes. */
export const settleJobNeeds = ['jobs.write', ...recordVerdictNeeds] as const satisfies readonly (keyof Ports)[];

/**
 * Gives a job its verdict and, where a saved connection was verified, the connection too. The connection comes last
 * and whatever the job had: repeated after a crash in between, it still learns of the verdict that counts.
 *
 * @param at epoch milliseconds
 */
export async function settleJob(
  job: Job,
  outcome: Verdict,
  at: number,
  ports: Pick<Ports, (typeof settleJobNeeds)[number]>,
): Promise<void> {
  const isFirst = await ports['jobs.write'].settle(job, outcome, at);
  if (!job.saved) return;
  const counting = isFirst ? outcome : ((await ports['jobs.write'].read(job.fingerprint))?.verdict?.outcome ?? outcome);
  const { organizationId, target, saved, generation } = job;
  await recordVerdict({ ...saved, organizationId, target, job: generation, at }, counting, ports);
}
