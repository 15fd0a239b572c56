import type { Caller } from '../access/caller.ts';
import { enforceRateLimits } from '../access/enforce-rate-limits.ts';
import type { RateLimitStatus } from '../access/rate-limit.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { findOrStartJob, findOrStartJobNeeds } from '../jobs/find-or-start-job.ts';
import type { Ports } from '../ports.ts';
import type { Connected, Verdict } from '../records/verdict.ts';
import type { Credential } from '../storage/credential.ts';
import type { Bucket, StorageAnswer } from '../storage/storage.ts';
import type { Provider, StorageTarget } from '../storage/target.ts';
import { writeCheckKey } from '../storage/write-check.ts';
import { checkExternalId } from './check-external-id.ts';
import { signedUrlTtlSeconds } from './signed-url.ts';
import { type VerificationContext, verifyBucket } from './verify-bucket.ts';

/** Whether a provider's answer can be waited for in the request; the others are asked by the loop. */
export const isAnsweredInRequest = ({ provider }: { readonly provider: Provider }): boolean => {
  switch (provider) {
    case 's3':
    case 'gcs':
      return true;
    case 'azure':
      return false;
  }
};

/** What a caller is told about a verification; `since` is when the status came about (epoch milliseconds). */
export type Progress = Counted &
  (
    | { readonly status: 'connecting'; readonly since: number }
    | { readonly status: 'error'; readonly since: number; readonly diagnosis: Diagnosis }
    | { readonly status: 'connected'; readonly since: number; readonly verdict: Connected; readonly signedUrl: string }
  );

interface Counted {
  /** What is left of the caller's limit; absent where nothing was taken from it. */
  readonly allowance?: RateLimitStatus;
}

export interface UnsavedVerification {
  readonly organizationId: number;
  readonly target: StorageTarget;
  readonly credential: Credential;
}

/** The ports that verifying what a caller sends takes. */
export const verifyUnsavedNeeds = ['storage.reach', ...findOrStartJobNeeds] as const satisfies readonly (keyof Ports)[];

type Needs = Pick<Ports, (typeof verifyUnsavedNeeds)[number]>;

export interface VerifyContext extends VerificationContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whose limits count. */
  readonly actor: Caller['actor'];
}

/**
 * Verifies what a caller sends, storing nothing of it beyond the verification. S3 and Google Cloud Storage answer in
 * the request. Azure takes its time (Edge Impulse document, "Important note on verification process"): its first
 * answer is always `connecting`, and posting the same again tells how far it is.
 *
 * @throws Throttled when the caller's limits are met, or the account's leave no room for another job
 */
export async function verifyUnsaved(of: UnsavedVerification, ports: Needs, context: VerifyContext): Promise<Progress> {
  if (!isAnsweredInRequest(of.target)) return followJob(of, ports, context);
  const allowance = await enforceRateLimits({ ...context, organizationId: of.organizationId }, of.target, ports);
  const opened = await open(of, ports, context);
  const outcome = await checkExternalId(await verifyBucket(opened, context), of.credential, ports['storage.reach']);
  return { ...(await told(outcome, context.now, of.target, opened)), allowance };
}

const open = ({ target, credential }: UnsavedVerification, ports: Needs, context: VerifyContext) =>
  ports['storage.reach'].open(target, credential, context.deadline);

async function told(
  outcome: Verdict,
  since: number,
  target: StorageTarget,
  opened: StorageAnswer<Bucket>,
): Promise<Progress> {
  if (outcome.status === 'error') return { status: 'error', since, diagnosis: outcome.diagnosis };
  if (!opened.ok) return { status: 'error', since, diagnosis: opened.diagnosis };
  const signedUrl = await opened.value.signPut(writeCheckKey(target.prefix), signedUrlTtlSeconds);
  return { status: 'connected', since, verdict: outcome, signedUrl };
}

/** What the job for this verification has come to, or the start of one. */
async function followJob(of: UnsavedVerification, ports: Needs, context: VerifyContext): Promise<Progress> {
  const { job, ...counted } = (await findOrStartJob(of, ports, context)) ?? {};
  const verdict = job?.verdict;
  if (!verdict) return { status: 'connecting', since: job?.startedAt ?? context.now, ...counted };
  return told(verdict.outcome, verdict.settledAt, of.target, await open(of, ports, context));
}
