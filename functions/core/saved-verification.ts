import { createHash } from 'node:crypto';
import { diagnose } from './diagnosis.ts';
import { jobTimes, nextJob } from './job.ts';
import type { Ports } from './ports.ts';
import type { Connection, SavedTarget } from './saved-connection.ts';
import { interrupted, type Verification } from './verification.ts';

/** The ports that starting a saved connection's verification takes. */
type Needs = Pick<Ports, 'jobs.write' | 'loop.start' | 'connections.verified'>;

/** A saved connection's verification about to be started; its job is told apart by the moment. */
export const connectingSince = (now: number): Verification => ({ status: 'connecting', since: now, job: now });

/**
 * Starts the loop for a connection that has just been stored as connecting. The loop finds the credential in the
 * connection's own secret and records the outcome on the connection. A start that fails is an outcome too.
 */
export async function startVerification(connection: Connection, target: SavedTarget, ports: Needs): Promise<void> {
  const { uid, organizationId, credential, verification } = connection;
  const subject = { uid, credentialVersion: credential.version };
  // Nothing in this name is secret, and no two verifications share it.
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([subject, verification.since]))
    .digest('hex');
  const job = nextJob({ fingerprint, organizationId, target, saved: subject }, undefined, verification.since);
  try {
    await ports['jobs.write'].begin(job, undefined);
    await ports['loop.start'](job);
  } catch {
    const at = verification.since;
    await ports['connections.verified']({ ...subject, organizationId, job: job.generation }, interrupted(), at);
  }
}

/**
 * What is known of a connection at `now`: one that has been connecting for longer than any loop lives was given up
 * without a word.
 */
export function verificationAt({ verification }: Connection, now: number): Verification {
  if (verification.status !== 'connecting') return verification;
  const end = verification.since + jobTimes.execution + jobTimes.lease;
  if (now < end) return verification;
  return { status: 'error', since: end, verifiedAt: end, diagnosis: diagnose('interrupted') };
}
