import { admit } from './admit.ts';
import type { Caller } from './caller.ts';
import type { Provider, StorageTarget } from './connection.ts';
import type { Credential } from './credential.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Job, jobTimes, nextJob, standingOf } from './job.ts';
import { type PassContext, passOver } from './pass.ts';
import { type Ports, Throttled } from './ports.ts';
import type { Bucket, StorageAnswer } from './storage.ts';
import { type Connected, failedUnasked, type Verdict } from './verification.ts';

/** Whether a provider's answer can be waited for in the request; the others are asked by the loop. */
export const answersAtOnce = ({ provider }: { readonly provider: Provider }): boolean => {
  switch (provider) {
    case 's3':
    case 'gcs':
      return true;
    case 'azure':
      return false;
  }
};

/** What a caller is told about a verification; `since` is when the status came about (epoch milliseconds). */
export type Progress =
  | { readonly status: 'connecting'; readonly since: number }
  | { readonly status: 'error'; readonly since: number; readonly diagnosis: Diagnosis }
  | { readonly status: 'connected'; readonly since: number; readonly verdict: Connected; readonly signedUrl: string };

export interface UnsavedVerification {
  readonly organizationId: number;
  readonly target: StorageTarget;
  readonly credential: Credential;
}

/** The ports that verifying what a caller sends takes. */
export const verifyUnsavedNeeds = [
  'storage.reach',
  'limits.take',
  'jobs.write',
  'unsavedJobs.admit',
  'unsavedJobs.leave',
  'unsavedCredentials.create',
  'fingerprintKey.read',
  'loop.start',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof verifyUnsavedNeeds)[number]>;

export interface VerifyContext extends PassContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whose limits count. */
  readonly actor: Caller['actor'];
}

/** Seconds for which a signed URL is good: time enough to try a PUT, too short to be of use elsewhere. */
const signedUrlLife = 900;

/** The object a signed URL is for. One fixed name, so that trying leaves at most one object behind. */
const writeCheckName = '.storage-connections-write-check';

/**
 * Verifies what a caller sends, storing nothing of it beyond the verification. S3 and Google Cloud Storage answer in
 * the request. Azure takes its time (Edge Impulse document, "Important note on verification process"): its first
 * answer is always `connecting`, and posting the same again tells how far it is.
 *
 * @throws Throttled when the caller's limits are met, or the account's leave no room for another job
 */
export async function verifyUnsaved(of: UnsavedVerification, ports: Needs, context: VerifyContext): Promise<Progress> {
  if (!answersAtOnce(of.target)) return followJob(of, ports, context);
  await admit({ ...context, organizationId: of.organizationId }, of.target, ports);
  const opened = await open(of, ports, context);
  return told(await passOver(opened, context), context.now, of.target, opened);
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
  const signedUrl = await opened.value.signPut(writeCheckKey(target.prefix), signedUrlLife);
  return { status: 'connected', since, verdict: outcome, signedUrl };
}

/** Below the prefix as a folder: rights on `data` or on `data/` both cover `data/…`. */
const writeCheckKey = (prefix: string): string =>
  prefix === '' || prefix.endsWith('/') ? prefix + writeCheckName : `${prefix}/${writeCheckName}`;

/**
 * Finds the job for this verification or starts it. Of several callers at once one starts the job and the others
 * find it; a row that changes in between is looked at again, a few times.
 */
async function followJob(of: UnsavedVerification, ports: Needs, context: VerifyContext): Promise<Progress> {
  const jobs = ports['jobs.write'];
  const fingerprint = fingerprintOf(of, await ports['fingerprintKey.read']());
  const { organizationId, target, credential } = of;
  for (let look = 0; look < 4; look++) {
    const standing = standingOf(await jobs.read(fingerprint), context.now);
    switch (standing.kind) {
      case 'running':
        return { status: 'connecting', since: standing.job.startedAt };
      case 'overdue':
        await jobs.settle(standing.job, interrupted(), context.now);
        break;
      case 'settled':
        if (standing.verdict.deliveredAt === undefined) await jobs.deliver(standing.job, context.now);
        return told(standing.verdict.outcome, standing.verdict.settledAt, target, await open(of, ports, context));
      case 'none': {
        const job = nextJob({ fingerprint, organizationId, target }, standing.seen, context.now);
        await admit({ ...context, organizationId }, target, ports);
        if (!(await jobs.begin(job, standing.seen))) break;
        await start(job, credential, ports, context.now);
        return { status: 'connecting', since: job.startedAt };
      }
    }
  }
  return { status: 'connecting', since: context.now };
}

/** Retries are worth it once a job that is running now may have ended. */
const placeRetrySeconds = 15;

/** No execution outlives the moment at which a place is free again by itself. @throws Throttled */
async function takePlace(job: Job, ports: Needs, now: number): Promise<void> {
  const until = now + jobTimes.execution + jobTimes.lease;
  if (!(await ports['unsavedJobs.admit'](job, until, now))) throw new Throttled('unsaved jobs', placeRetrySeconds);
}

/**
 * The loop is started before the credential is kept, because the loop is what removes the credential again: at no
 * point of a crash is there one without an owner. A start that fails gives the job up at once, so that the next
 * request need not wait for its lease to run out.
 */
async function start(job: Job, credential: Credential, ports: Needs, now: number): Promise<void> {
  try {
    await takePlace(job, ports, now);
    await ports['loop.start'](job);
    await ports['unsavedCredentials.create'](job, credential);
  } catch (error) {
    await ports['unsavedJobs.leave'](job);
    await ports['jobs.write'].settle(job, interrupted(), now);
    await ports['jobs.write'].deliver(job, now);
    throw error;
  }
}

/** What a job comes to when the loop that should have decided it is gone. */
export const interrupted = (): Verdict => failedUnasked(diagnose('interrupted'));
