import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Credential } from '../storage/credential.ts';
import type { Storage, StoredObject } from '../storage/storage.ts';
import type { StorageTarget } from '../storage/target.ts';
import { type DatasetFinding, type DatasetFolder, datasetFolders, datasetRoot, isFileIn } from './find-dataset.ts';

/** The parts that a dataset is split into. */
export type Split = 'train' | 'test' | 'val';

export interface Counted {
  readonly files: number;
  /** Bytes of the files together; what is more than `Number.MAX_SAFE_INTEGER` is told as that. */
  readonly bytes: number;
}

export interface SplitInventory {
  readonly images: Counted;
  readonly annotations: Counted;
}

/** What is in a dataset: files and their bytes, place by place. */
export interface Inventory {
  /** When the listing began (epoch milliseconds). */
  readonly takenAt: number;
  /** Whether all of the dataset was seen. If not, counts are of what was seen: there is that much at least. */
  readonly complete: boolean;
  readonly splits: Readonly<Record<Split, SplitInventory>>;
  /** When the file that was written last was written (epoch milliseconds), of those whose times the storage says. */
  readonly newestChange?: number;
}

/** Pages read, 1,000 keys each at most; what lies below the root but in none of the places counts too. */
const mostPages = 50;

/**
 * Counts what is in a dataset by one listing of everything below its root: a call for each 1,000 objects, and no more
 * of them in memory than a page. It is incomplete when there is more after 50 pages, or after the deadline.
 *
 * @param target its bucket counts, its prefix does not
 * @param deadline ends every call to the storage
 * @param now epoch milliseconds: what is written from here on has not been seen for certain
 * @returns unknown when the storage failed at any page, and when no page had come by the deadline
 */
export async function takeInventory(
  storage: Pick<Storage, 'open'>,
  target: StorageTarget,
  credential: Credential,
  deadline: AbortSignal,
  now: number,
): Promise<Inventory | { readonly unknown: Diagnosis }> {
  const opened = await storage.open({ ...target, prefix: datasetRoot }, credential, deadline);
  if (!opened.ok) return { unknown: opened.diagnosis };
  const tally = newTally();
  let next: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    if (page > 0 && deadline.aborted) break;
    const answer = await opened.value.list(next);
    if (!answer.ok) {
      // A call that the deadline ended fails so. Anything else is the storage's own failure, however late it is.
      if (page > 0 && deadline.aborted && answer.diagnosis.code === 'connection-timed-out') break;
      return { unknown: answer.diagnosis };
    }
    tally.add(answer.value.objects);
    next = answer.value.next;
    if (next === undefined) return { takenAt: now, complete: true, ...tally.seen() };
  }
  return { takenAt: now, complete: false, ...tally.seen() };
}

interface Tally {
  add(objects: readonly StoredObject[]): void;
  seen(): Pick<Inventory, 'splits' | 'newestChange'>;
}

function newTally(): Tally {
  const counts = new Map<DatasetFolder, Counted>();
  let newest: number | undefined;
  const of = (place: DatasetFolder): Counted => counts.get(place) ?? { files: 0, bytes: 0 };
  const split = (name: Split): SplitInventory => ({
    images: of(`images/${name}`),
    annotations: of(`annotations/${name}`),
  });
  return {
    add(objects) {
      for (const { key, size, modifiedAt } of objects) {
        const place = datasetFolders.find((candidate) => isFileIn(candidate, key));
        if (place === undefined) continue;
        const { files, bytes } = of(place);
        // Sizes are what a server says they are.
        counts.set(place, { files: files + 1, bytes: Math.min(bytes + size, Number.MAX_SAFE_INTEGER) });
        if (modifiedAt !== undefined && (newest === undefined || modifiedAt > newest)) newest = modifiedAt;
      }
    },
    seen: () => ({
      splits: { train: split('train'), test: split('test'), val: split('val') },
      ...(newest !== undefined && { newestChange: newest }),
    }),
  };
}

const countedIn = ({ splits }: Inventory, place: DatasetFolder): Counted => {
  switch (place) {
    case 'images/train':
      return splits.train.images;
    case 'images/test':
      return splits.test.images;
    case 'images/val':
      return splits.val.images;
    case 'annotations/train':
      return splits.train.annotations;
    case 'annotations/test':
      return splits.test.annotations;
    case 'annotations/val':
      return splits.val.annotations;
  }
};

/**
 * What an inventory says of the question that `findDataset` answers. A file seen in each place settles it, however much
 * was not seen; that a place has none is only known from a complete inventory.
 *
 * @returns undefined when the inventory is incomplete and has not seen a file in each place
 */
export function toDatasetFinding(inventory: Inventory): DatasetFinding | undefined {
  const missing = datasetFolders.filter((place) => countedIn(inventory, place).files === 0);
  if (missing.length === 0) return { complete: true };
  return inventory.complete ? { complete: false, missing } : undefined;
}

/**
 * Whether the dataset is known to have changed between two inventories. When they were taken does not count, nor does
 * it that a storage says times in one and not in the other. A first inventory differs from none.
 *
 * Two complete ones differ in any count or in the newest change. An incomplete one has seen some of the files, nobody
 * knows which, so that it proves a change only where
 * - it has seen more in a place, or newer, than a complete one from before or after says there was;
 * - a file was written after the earlier one was taken, and is newer than all that it had seen. This relies on the
 *   storage's clock: one that is fast may cause a change to be told of files that were there, but had not been seen.
 */
export function hasChanged(before: Inventory | undefined, now: Inventory): boolean {
  if (before === undefined) return true;
  if (before.complete && exceeds(now, before)) return true;
  if (now.complete && exceeds(before, now)) return true;
  return now.newestChange !== undefined && now.newestChange > Math.max(before.takenAt, before.newestChange ?? 0);
}

/** Whether there is more in a place of one, or newer, than all there is in the other, a complete one. */
function exceeds(some: Inventory, all: Inventory): boolean {
  if (some.newestChange !== undefined && all.newestChange !== undefined && some.newestChange > all.newestChange) {
    return true;
  }
  return datasetFolders.some((place) => {
    const [seen, there] = [countedIn(some, place), countedIn(all, place)];
    return seen.files > there.files || seen.bytes > there.bytes;
  });
}
