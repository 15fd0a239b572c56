import { toFailure, toFailureUnasked, toFindings, type Verdict } from '../records/verdict.ts';
import type { Account, ListedBucket, StorageAnswer } from '../storage/storage.ts';

/** What one pass over an account came to. */
export interface AccountVerification {
  readonly outcome: Verdict;
  /** The buckets that were listed; empty when the pass failed. */
  readonly buckets: readonly ListedBucket[];
}

/**
 * One pass over an account: that it lists its buckets is the verdict, however many it has.
 *
 * @param opened what `Storage.openAccount` gave; a target or credential that could not be opened is a verdict too
 * @param clock milliseconds on any steady scale, for the durations in findings
 */
export async function verifyAccount(opened: StorageAnswer<Account>, clock: () => number): Promise<AccountVerification> {
  if (!opened.ok) return { outcome: toFailureUnasked(opened.diagnosis), buckets: [] };
  const began = clock();
  const listed = await opened.value.listBuckets();
  const took = Math.round(clock() - began);
  if (!listed.ok) return { outcome: toFailure(listed.diagnosis, took), buckets: [] };
  return {
    outcome: { status: 'connected', findings: toFindings(took), sample: [], hasInfoLabels: false },
    buckets: listed.value,
  };
}
