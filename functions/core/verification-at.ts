import { diagnose } from './diagnosis.ts';
import { jobTimes } from './job.ts';
import type { Connection } from './saved-connection.ts';
import type { Verification } from './verification.ts';

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
