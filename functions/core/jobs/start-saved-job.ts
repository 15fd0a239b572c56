import { createHash } from 'node:crypto';
import type { Ports } from '../ports.ts';
import type { Cause } from '../records/check-cause.ts';
import type { Connection } from '../records/connection.ts';
import { type Job, nextJob, type SavedSubject } from '../records/job.ts';
import { recordVerdict, recordVerdictNeeds } from '../records/record-verdict.ts';
import { checkTimes } from '../records/timeouts.ts';
import { toInterrupted } from '../records/verdict.ts';

/** The ports that starting a saved connection's verification takes. */
export const startSavedJobNeeds = [
  'jobs.write',
  'loop.start',
  ...recordVerdictNeeds,
] as const satisfies readonly (keyof Ports)[];

/**
 * A connection whose verification is about to be started; its job is told apart by the moment (epoch milliseconds).
 * Should the loop never be heard of, it is looked at again when no execution can be alive any more.
 */
export function markConnecting(connection: Connection, now: number): Connection {
  const check = { dueAt: now + checkTimes.loop, failures: connection.check?.failures ?? 0 };
  return { ...connection, verification: { status: 'connecting', since: now, job: now }, check };
}

/**
 * Starts the loop for a connection that has just been stored as connecting. The loop finds the credential in the
 * connection's own secret and records the outcome on the connection. A start that fails is an outcome too.
 */
export async function startSavedJob(
  connection: Connection,
  cause: Cause,
  ports: Pick<Ports, (typeof startSavedJobNeeds)[number]>,
): Promise<void> {
  const { uid, organizationId, target, credential, verification } = connection;
  const saved = { uid, credentialVersion: credential.version, cause };
  const job = toSavedJob(connection, saved, verification.since);
  try {
    await startJob(job, ports);
  } catch {
    const observed = { ...saved, organizationId, target, job: job.generation, at: verification.since };
    await recordVerdict(observed, toInterrupted(), ports);
  }
}

/**
 * The job that looks at a saved connection from a moment on (epoch milliseconds): that moment is its generation. Nothing
 * in its name is secret, and no two verifications share it.
 */
export function toSavedJob({ organizationId, target }: Connection, saved: SavedSubject, moment: number): Job {
  const { uid, credentialVersion } = saved;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([{ uid, credentialVersion }, moment]))
    .digest('hex');
  return nextJob({ fingerprint, organizationId, target, saved }, undefined, moment);
}

/** Starts the loop on a job that is new. */
export async function startJob(job: Job, ports: Pick<Ports, 'jobs.write' | 'loop.start'>): Promise<void> {
  await ports['jobs.write'].begin(job, undefined);
  await ports['loop.start'](job);
}
