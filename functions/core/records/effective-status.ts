import { diagnose } from '../diagnosis/diagnosis.ts';
import type { Connection } from './connection.ts';
import { jobTimes } from './timeouts.ts';
import type { Verification } from './verdict.ts';

/**
 * What is known of a connection at `now`: one that has been connecting for longer than any loop lives was given up
 * without a word.
 */
export function effectiveVerification({ verification }: Connection, now: number): Verification {
  if (verification.status !== 'connecting') return verification;
  const end = verification.since + jobTimes.execution + jobTimes.lease;
  if (now < end) return verification;
  return { status: 'error', since: end, verifiedAt: end, diagnosis: diagnose('interrupted') };
}
