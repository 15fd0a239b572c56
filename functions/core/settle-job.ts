import type { Job } from './job.ts';
import type { Ports } from './ports.ts';
import type { Verdict } from './verification.ts';

/**
 * Gives a job its verdict and, where a saved connection was verified, the connection too. The connection comes last
 * and whatever the job had: repeated after a crash in between, it still learns of the verdict that counts.
 */
export async function settleJob(
  job: Job,
  outcome: Verdict,
  at: number,
  ports: Pick<Ports, 'jobs.write' | 'connections.verified'>,
): Promise<void> {
  const isFirst = await ports['jobs.write'].settle(job, outcome, at);
  if (!job.saved) return;
  const counting = isFirst ? outcome : ((await ports['jobs.write'].read(job.fingerprint))?.verdict?.outcome ?? outcome);
  const { uid, credentialVersion } = job.saved;
  await ports['connections.verified'](
    { organizationId: job.organizationId, uid, credentialVersion, job: job.generation },
    counting,
    at,
  );
}
