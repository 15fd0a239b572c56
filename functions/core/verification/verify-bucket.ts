import { toFailure, toFailureUnasked, toFindings, type Verdict } from '../records/verdict.ts';
import type { Bucket, StorageAnswer, StoredObject } from '../storage/storage.ts';

/** One page decides; so many more may be read to look for `info.labels`, 1,000 keys each. */
const furtherPages = 9;
const sampleSize = 10;
const labelsFile = 'info.labels';

/** What a pass is given besides the bucket. */
export interface VerificationContext {
  /** Ends every call to the storage. */
  readonly deadline: AbortSignal;
  /** Milliseconds on any steady scale, for the durations in findings. */
  readonly clock: () => number;
  /** Uniformly distributed in [0, 1). */
  readonly random: () => number;
}

/**
 * One pass over a bucket, with the fewest calls that decide: the first page of the listing is the verdict. Further
 * pages are read only while `info.labels` has not been seen, and a failure there changes nothing: the bucket has
 * shown that it works.
 *
 * @param opened what `Storage.open` gave; a target or credential that could not be opened is a verdict too
 */
export async function verifyBucket(opened: StorageAnswer<Bucket>, context: VerificationContext): Promise<Verdict> {
  if (!opened.ok) return toFailureUnasked(opened.diagnosis);
  const bucket = opened.value;
  const began = context.clock();
  const first = await bucket.list();
  const took = Math.round(context.clock() - began);
  if (!first.ok) return toFailure(first.diagnosis, took);

  const seen = observeKeys(context.random);
  seen.add(first.value.objects);
  await readFurther(bucket, first.value.next, seen, context.deadline);
  return {
    status: 'connected',
    findings: toFindings(took),
    sample: seen.sample,
    hasInfoLabels: seen.hasInfoLabels(),
    ...(bucket.reformattedEndpoint && { reformattedEndpoint: bucket.reformattedEndpoint }),
  };
}

async function readFurther(
  bucket: Bucket,
  from: string | undefined,
  seen: KeyObserver,
  deadline: AbortSignal,
): Promise<void> {
  let next = from;
  for (let page = 0; page < furtherPages && next && !seen.hasInfoLabels() && !deadline.aborted; page++) {
    const answer = await bucket.list(next);
    if (!answer.ok) return;
    seen.add(answer.value.objects);
    next = answer.value.next;
  }
}

interface KeyObserver {
  readonly sample: readonly StoredObject[];
  hasInfoLabels(): boolean;
  add(objects: readonly StoredObject[]): void;
}

/** Draws a uniform sample of the keys as they pass (reservoir sampling), so that no page need be kept. */
function observeKeys(random: () => number): KeyObserver {
  const sample: StoredObject[] = [];
  let count = 0;
  let labels = false;
  return {
    sample,
    hasInfoLabels: () => labels,
    add(objects) {
      for (const object of objects) {
        // A key that ends in a slash is a folder's placeholder, not a file.
        if (object.key.endsWith('/')) continue;
        labels ||= fileName(object.key) === labelsFile;
        const place = count < sampleSize ? count : Math.floor(random() * (count + 1));
        if (place < sampleSize) sample[place] = { key: object.key, size: object.size };
        count++;
      }
    },
  };
}

/** The last segment of a key. */
export const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** What comes before the last segment, without the slash; empty at the root. */
export const folderName = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('/')));
