import { enforceRateLimits, type RateLimitContext } from '../access/enforce-rate-limits.ts';
import type { RateLimitStatus } from '../access/rate-limit.ts';
import { type Ports, Throttled } from '../ports.ts';
import type { SavedTarget } from '../records/connection.ts';
import { type Job, nextJob, type SettledVerdict, standingAt } from '../records/job.ts';
import { jobTimes } from '../records/timeouts.ts';
import { toInterrupted } from '../records/verdict.ts';
import type { Credential } from '../storage/credential.ts';
import { computeFingerprint } from './fingerprint.ts';

/** What a caller wants looked at by the loop, with a credential that lives as long as its job. */
export interface UnsavedJob {
  readonly organizationId: number;
  readonly target: SavedTarget;
  readonly credential: Credential;
  readonly survey?: true;
}

/** The ports that finding or starting such a job takes. */
export const findOrStartJobNeeds = [
  'rateLimits.take',
  'jobs.write',
  'jobSlots.take',
  'jobSlots.release',
  'unsavedCredentials.create',
  'fingerprintKey.read',
  'loop.start',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof findOrStartJobNeeds)[number]>;

/** A job that is running, or has its verdict. */
export interface FoundJob {
  readonly job: Job;
  /** What is left of the caller's limit, where a job was started: only that counts. */
  readonly allowance?: RateLimitStatus;
}

/**
 * Finds the job that is for what a caller sends, or starts it; one that has its verdict counts as delivered with this.
 * Of several callers at once one starts the job and the others find it; a row that changes in between is looked at
 * again, a few times.
 *
 * @returns undefined when it changed each time
 * @throws Throttled when the caller's limits are met, or the account's leave no room for another job
 */
export async function findOrStartJob(
  of: UnsavedJob,
  ports: Needs,
  asking: Omit<RateLimitContext, 'organizationId'>,
): Promise<FoundJob | undefined> {
  const { now } = asking;
  const jobs = ports['jobs.write'];
  const fingerprint = computeFingerprint(of, await ports['fingerprintKey.read']());
  const { organizationId, target, credential, survey } = of;
  for (let look = 0; look < 4; look++) {
    const standing = standingAt(await jobs.read(fingerprint), now);
    switch (standing.kind) {
      case 'running':
        return { job: standing.job };
      case 'overdue':
        await jobs.settle(standing.job, toInterrupted(), now);
        break;
      case 'settled':
        if (isDeliveredBy(of, standing.verdict)) await jobs.deliver(standing.job, now);
        return { job: standing.job };
      case 'none': {
        const what = { fingerprint, organizationId, target, ...(survey && { survey }) };
        const job = nextJob(what, standing.seen, now);
        const allowance = await enforceRateLimits({ ...asking, organizationId }, target, ports);
        if (!(await jobs.begin(job, standing.seen))) break;
        await start(job, credential, ports, now);
        return { job, allowance };
      }
    }
  }
  return undefined;
}

/**
 * Whether finding a job delivers its verdict. That of a survey is delivered to those who poll by its id; finding it only
 * tells them the id, and that it was interrupted.
 */
const isDeliveredBy = ({ survey }: UnsavedJob, { outcome, deliveredAt }: SettledVerdict): boolean =>
  deliveredAt === undefined && (!survey || (outcome.status === 'error' && outcome.diagnosis.code === 'interrupted'));

/** Retries are worth it once a job that is running now may have ended. */
const placeRetrySeconds = 15;

/** No execution outlives the moment at which a place is free again by itself. @throws Throttled */
async function takePlace(job: Job, ports: Needs, now: number): Promise<void> {
  const until = now + jobTimes.execution + jobTimes.lease;
  if (!(await ports['jobSlots.take'](job, until, now))) throw new Throttled('unsaved jobs', placeRetrySeconds);
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
    await ports['jobSlots.release'](job);
    await ports['jobs.write'].settle(job, toInterrupted(), now);
    await ports['jobs.write'].deliver(job, now);
    throw error;
  }
}
