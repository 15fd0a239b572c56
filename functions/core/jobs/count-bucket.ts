import type { DiagnosisCode } from '../diagnosis/catalogue.ts';
import type { Credential } from '../storage/credential.ts';
import type { ListedBucket, Storage, StorageAnswer } from '../storage/storage.ts';
import type { AccountTarget } from '../storage/target.ts';

/** What is in a bucket: how many files, and their bytes together. */
export interface BucketCount {
  readonly files: number;
  readonly bytes: number;
}

/** Whose bucket is counted, and by what way. */
export interface CountedIn {
  readonly target: AccountTarget;
  readonly credential: Credential;
  readonly storage: Pick<Storage, 'open'>;
  /** Ends every call to the storage. */
  readonly deadline: AbortSignal;
}

/** Pages read of one bucket, 1,000 keys each; a larger one is not counted. */
const mostPages = 10;

/** What says that a bucket is to be asked for in another region. */
const elsewhere: ReadonlySet<DiagnosisCode> = new Set(['region-wrong', 'region-unclear']);

/**
 * Counts the files of one of an account's buckets. It is asked for in the account's region, or in its own where the
 * account has none; one that lies elsewhere is asked for once more, in the region that the account's list names.
 *
 * @returns undefined when the bucket was not read to its end, for whatever reason
 */
export async function countBucket(
  { name, region: own }: ListedBucket,
  of: CountedIn,
): Promise<BucketCount | undefined> {
  const named = of.target.region ?? own;
  const answer = await countIn(name, named, of);
  if (answer.ok) return answer.value;
  if (own === undefined || own === named || !elsewhere.has(answer.diagnosis.code)) return undefined;
  const again = await countIn(name, own, of);
  return again.ok ? again.value : undefined;
}

async function countIn(
  bucket: string,
  region: string | undefined,
  { target, credential, storage, deadline }: CountedIn,
): Promise<StorageAnswer<BucketCount | undefined>> {
  const there = { ...target, bucket, prefix: '', ...(region !== undefined && { region }) };
  const opened = await storage.open(there, credential, deadline);
  if (!opened.ok) return opened;
  let [files, bytes] = [0, 0];
  let next: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const answer = await opened.value.list(next);
    if (!answer.ok) return answer;
    for (const { key, size } of answer.value.objects) {
      // A key that ends in a slash is a folder's placeholder, not a file.
      if (key.endsWith('/')) continue;
      files++;
      bytes += size;
    }
    next = answer.value.next;
    // Sizes are what a server says they are.
    if (next === undefined) return { ok: true, value: Number.isSafeInteger(bytes) ? { files, bytes } : undefined };
  }
  return { ok: true, value: undefined };
}
