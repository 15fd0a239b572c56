import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Credential } from '../storage/credential.ts';
import type { Storage, StorageAnswer } from '../storage/storage.ts';
import type { StorageTarget } from '../storage/target.ts';

/** Where a dataset lies in its bucket, whatever the connection's own prefix. */
export const datasetRoot = 'cval/';

/** What a dataset consists of, below its root (functions/dialects/README.md). */
export const datasetFolders = [
  'images/train',
  'images/test',
  'images/val',
  'annotations/train',
  'annotations/test',
  'annotations/val',
] as const;
export type DatasetFolder = (typeof datasetFolders)[number];

/** Whether a bucket holds a dataset: every place has a file, these have none, or the storage did not let us see. */
export type DatasetFinding =
  | { readonly complete: true }
  | { readonly complete: false; readonly missing: readonly DatasetFolder[] }
  | { readonly unknown: Diagnosis };

/**
 * Pages read of one place. The first nearly always decides; a page can hold nothing but folder placeholders though, and
 * some storages send pages of nothing. A place in which so many hold no file counts as one that has none.
 */
const mostPages = 3;

/**
 * Looks whether a bucket holds a dataset. One page of everything below the root decides for a dataset of up to 1,000
 * objects. For a larger one it may end before all places have come up; each of those is then listed by itself.
 *
 * So a small dataset takes one listing and a large one seven at most, unless its pages hold no files. Asking for the
 * six places at once would always be six, and as many tokens (Google), roles (STS) or regions found out, because each
 * bucket that is opened starts anew. Places are listed one after another because each listing is a full page: the
 * memory that a hostile answer can take is bounded for one at a time. The first failure ends the look.
 *
 * @param target its bucket counts, its prefix does not
 * @param deadline ends every call to the storage; what is not known by then is unknown
 */
export async function findDataset(
  storage: Storage,
  target: StorageTarget,
  credential: Credential,
  deadline: AbortSignal,
): Promise<DatasetFinding> {
  const look = async (below: string, places: readonly DatasetFolder[], pages: number): Promise<StorageAnswer<Seen>> => {
    const opened = await storage.open({ ...target, prefix: datasetRoot + below }, credential, deadline);
    if (!opened.ok) return opened;
    const found = new Set<DatasetFolder>();
    let next: string | undefined;
    for (let page = 0; page < pages && found.size < places.length; page++) {
      const answer = await opened.value.list(next);
      if (!answer.ok) return answer;
      for (const { key } of answer.value.objects) {
        const place = places.find((candidate) => isFileIn(candidate, key));
        if (place !== undefined) found.add(place);
      }
      next = answer.value.next;
      if (next === undefined) break;
    }
    return { ok: true, value: { found, isAll: next === undefined } };
  };

  const first = await look('', datasetFolders, 1);
  if (!first.ok) return { unknown: first.diagnosis };
  const missing: DatasetFolder[] = [];
  for (const place of datasetFolders) {
    if (first.value.found.has(place)) continue;
    const own = first.value.isAll ? first : await look(`${place}/`, [place], mostPages);
    if (!own.ok) return { unknown: own.diagnosis };
    if (!own.value.found.has(place)) missing.push(place);
  }
  return missing.length === 0 ? { complete: true } : { complete: false, missing };
}

interface Seen {
  readonly found: ReadonlySet<DatasetFolder>;
  /** Whether there was nothing more to see. */
  readonly isAll: boolean;
}

/** Whether a key is that of a file in a place. One that ends in a slash is a folder's placeholder, not a file. */
export const isFileIn = (place: DatasetFolder, key: string): boolean =>
  key.startsWith(`${datasetRoot}${place}/`) && !key.endsWith('/');
