import type { SurveyProgress } from '../records/job.ts';
import type { SurveyedBucket } from '../records/verdict.ts';
import type { ListedBucket } from '../storage/storage.ts';
import { type CountedIn, countBucket } from './count-bucket.ts';

/** Buckets looked at, and told of. */
const mostBuckets = 1_000;
/** What they may come to in a job's row, which is 400 KB at most: real names make half of this. */
const mostBytes = 200_000;
/** What a bucket takes there besides its name and its region, in bytes. */
const bytesOfCounts = 60;
/** Buckets counted at a time. */
const atOnce = 4;
/** Milliseconds between two reports. */
const reportEvery = 1_000;

export interface SurveyContext extends CountedIn {
  /** Milliseconds on any steady scale. */
  readonly clock: () => number;
  /** Told how far the survey is: at once, then at most once a second. False: nobody wants to know any more. */
  readonly report: (progress: SurveyProgress) => Promise<boolean>;
}

/**
 * Counts what is in the buckets that an account listed. One that cannot be read to its end, for whatever reason, is
 * told of without counts (functions/dialects/README.md): that it is there, the account has said. The same goes for what
 * is left when the deadline comes.
 *
 * @returns the first 1,000 of the buckets at most, fewer where their names are longer than any storage allows
 */
export async function surveyAccount(
  listed: readonly ListedBucket[],
  { clock, report, ...context }: SurveyContext,
): Promise<readonly SurveyedBucket[]> {
  const buckets = fitting(listed);
  const surveyed: SurveyedBucket[] = [...buckets];
  const total = buckets.length;
  let isWanted = await report({ done: 0, total });
  let reportedAt = clock();
  let [begun, done] = [0, 0];

  const countInTurn = async (): Promise<void> => {
    while (isWanted && !context.deadline.aborted) {
      const place = begun++;
      const bucket = buckets[place];
      if (!bucket) return;
      surveyed[place] = { ...bucket, ...(await countBucket(bucket, context)) };
      done++;
      if (clock() - reportedAt < reportEvery) continue;
      reportedAt = clock();
      if (!(await report({ done, total }))) isWanted = false;
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, countInTurn));
  } finally {
    isWanted = false;
  }
  return surveyed;
}

/** As many of the buckets, from the first, as a job's row has room for. */
function fitting(listed: readonly ListedBucket[]): readonly ListedBucket[] {
  let bytes = 0;
  const end = listed.slice(0, mostBuckets).findIndex(({ name, region = '' }) => {
    bytes += name.length + region.length + bytesOfCounts;
    return bytes > mostBytes;
  });
  return listed.slice(0, end === -1 ? mostBuckets : end);
}
