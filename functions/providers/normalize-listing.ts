import type { ListedBucket, ListPage, StorageAnswer } from '../core/storage/storage.ts';
import { isWriteCheck } from '../core/storage/write-check.ts';

/** Keys asked for in one page, and the most that are taken from one, however many come. */
export const pageSize = 1000;

/** Buckets asked for in one page, and how many pages are asked for. */
export const bucketPageSize = 1000;
const bucketPages = 10;
const mostBuckets = bucketPageSize * bucketPages;

/** What a storage said about an object; either may be anything a server can make an SDK believe. */
export interface ListedObject {
  readonly key: string | undefined;
  /** Bytes. */
  readonly size: number | undefined;
  /** Epoch milliseconds. */
  readonly modifiedAt: number | undefined;
}

/**
 * A page out of what a storage listed: what has no key is left out, and so is this service's own write check; a size that cannot be one counts as none, and a
 * time that cannot be one is none. That is also what storages write that do not know it: the year 1, or 1970.
 */
export function listPage(listed: readonly ListedObject[], next: string | undefined): ListPage {
  const objects = listed.slice(0, pageSize).flatMap(({ key, size, modifiedAt }) => {
    if (typeof key !== 'string' || key === '' || isWriteCheck(key)) return [];
    const counted = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : 0;
    if (modifiedAt === undefined || !Number.isSafeInteger(modifiedAt) || modifiedAt <= 0) return { key, size: counted };
    return { key, size: counted, modifiedAt };
  });
  return { objects, ...(next && { next }) };
}

/** Some of an account's buckets. */
export interface BucketPage {
  readonly buckets: readonly ListedBucket[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** Nothing longer or of other form is a bucket's name or region anywhere; what a server calls one is shown to people. */
const plainName = /^[$A-Za-z0-9._-]{1,255}$/;

/** Reads the pages of an account's list of buckets until it ends or is longer than anybody needs. */
export async function allBuckets(
  list: (next: string | undefined) => Promise<StorageAnswer<BucketPage>>,
): Promise<StorageAnswer<readonly ListedBucket[]>> {
  const buckets: ListedBucket[] = [];
  let next: string | undefined;
  for (let page = 0; page < bucketPages; page++) {
    const answer = await list(next);
    if (!answer.ok) return answer;
    for (const { name, region } of answer.value.buckets) {
      if (!plainName.test(name)) continue;
      buckets.push({ name, ...(region !== undefined && plainName.test(region) && { region }) });
    }
    next = answer.value.next;
    if (next === undefined || buckets.length >= mostBuckets) break;
  }
  return { ok: true, value: buckets.slice(0, mostBuckets) };
}
