import type { RateLimitContext } from '../access/enforce-rate-limits.ts';
import type { RateLimitStatus } from '../access/rate-limit.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { type Ports, Throttled } from '../ports.ts';
import { type Job, type JobReference, standingAt } from '../records/job.ts';
import { type SurveyedBucket, toInterrupted } from '../records/verdict.ts';
import type { Credential } from '../storage/credential.ts';
import type { AccountTarget } from '../storage/target.ts';
import { findOrStartJob, findOrStartJobNeeds } from './find-or-start-job.ts';

/** An account that somebody wants tested before, or without, saving it. */
export interface UnsavedAccount {
  readonly organizationId: number;
  readonly target: AccountTarget;
  readonly credential: Credential;
}

/** Where a test stands. */
export type TestStanding =
  /** Both are counted in buckets, and are 0 until the account has listed its own. */
  | {
      readonly status: 'queued' | 'working';
      readonly done: number;
      readonly total: number;
      /** Why the last attempt at the storage failed, where another one is made. */
      readonly waitingFor?: Diagnosis;
    }
  | { readonly status: 'failed'; readonly diagnosis: Diagnosis }
  | { readonly status: 'completed'; readonly buckets: readonly SurveyedBucket[] };

/** A test as its caller is told of it: `id` is what `testAt` finds it by. */
export type TestJob = { readonly id: string } & TestStanding;

/** The ports that starting a test takes. */
export const startTestNeeds = findOrStartJobNeeds;
/** The ports that asking how far it is takes. */
export const testAtNeeds = ['jobs.write'] as const satisfies readonly (keyof Ports)[];

/**
 * Tests an account by the loop, whatever its provider: it lists its buckets and counts what is in them. The same
 * request again is the same test while that runs, and until its end has been fetched: a client repeats a request that it
 * had no answer to. After that it is a new test, because what was wrong may have been mended.
 *
 * @throws Throttled when the caller's limits are met, or the account's leave no room for another job
 */
export async function startTest(
  { organizationId, target, credential }: UnsavedAccount,
  ports: Pick<Ports, (typeof startTestNeeds)[number]>,
  context: Omit<RateLimitContext, 'organizationId'>,
): Promise<{ readonly job: TestJob; readonly allowance?: RateLimitStatus }> {
  const account = { organizationId, target: { ...target, prefix: '' }, credential, survey: true } as const;
  const found = await findOrStartJob(account, ports, context);
  if (!found) throw new Throttled('a test that others kept starting');
  const { job, ...rest } = found;
  return { job: { id: idOf(job), ...standing(job) }, ...rest };
}

/**
 * How far a test is. Its verdict is told for as long as its row is there and no other test has taken its place: the
 * id, unlike a request, means this one.
 *
 * @param id what `startTest` gave; of any form
 * @param now epoch milliseconds
 * @returns undefined when there is no such test, or it is another organization's, which takes the same calls
 */
export async function testAt(
  organizationId: number,
  id: string,
  ports: Pick<Ports, (typeof testAtNeeds)[number]>,
  now: number,
): Promise<TestStanding | undefined> {
  const reference = referenceIn(id);
  if (!reference) return undefined;
  const jobs = ports['jobs.write'];
  const read = async (): Promise<Job | undefined> => {
    const job = await jobs.read(reference.fingerprint);
    const isAsked = job?.generation === reference.generation && job.organizationId === organizationId && job.survey;
    return isAsked && now < job.expiresAt ? job : undefined;
  };
  let job = await read();
  if (job && standingAt(job, now).kind === 'overdue') {
    // False: the loop has come back, and this was too early.
    await jobs.settle(job, toInterrupted(), now);
    job = await read();
  }
  if (!job) return undefined;
  if (job.verdict && job.verdict.deliveredAt === undefined) await jobs.deliver(job, now);
  return standing(job);
}

function standing({ verdict, progress, waitingFor }: Job): TestStanding {
  if (!verdict) {
    const { diagnosis } = waitingFor ?? {};
    const counts = progress ?? { done: 0, total: 0 };
    return { status: progress ? 'working' : 'queued', ...counts, ...(diagnosis && { waitingFor: diagnosis }) };
  }
  const { outcome } = verdict;
  if (outcome.status === 'error') return { status: 'failed', diagnosis: outcome.diagnosis };
  return { status: 'completed', buckets: outcome.buckets ?? [] };
}

/**
 * A test's id leads to its row by key, so it is made of what a job is found by. Nobody else can guess it: a
 * fingerprint is keyed by a secret of the deployment's, and made of the caller's.
 */
const idOf = ({ fingerprint, generation }: JobReference): string => `${fingerprint}-${generation.toString(36)}`;

function referenceIn(id: string): JobReference | undefined {
  const [, fingerprint = '', text = ''] = /^([0-9a-f]{64})-([1-9a-z][0-9a-z]{0,9})$/.exec(id) ?? [];
  const generation = Number.parseInt(text, 36);
  return Number.isSafeInteger(generation) ? { fingerprint, generation } : undefined;
}
