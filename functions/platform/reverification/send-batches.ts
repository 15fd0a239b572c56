/** Requests at a time: a sweep of many checks is not to wait for each, nor to take all the sockets there are. */
const atOnce = 8;

/** What one request takes. */
export interface BatchLimits {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Sends entries in batches, several at a time, and what fails of a batch once more.
 *
 * @param bytesOf what counts of an entry; one that is larger than a batch goes alone
 * @param send @returns those of a batch that failed
 * @throws Error when some failed twice; otherwise what `send` throws
 */
export async function eachBatch<Entry>(
  entries: readonly Entry[],
  bytesOf: (entry: Entry) => number,
  limits: BatchLimits,
  send: (batch: readonly Entry[]) => Promise<readonly Entry[]>,
): Promise<void> {
  const batches = batchesOf(entries, bytesOf, limits);
  let next = 0;
  let lost = 0;
  const work = async (): Promise<void> => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) {
      const failed = await send(batch);
      if (failed.length > 0) lost += (await send(failed)).length;
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, batches.length) }, work);
  // All of them end before anybody hears of a failure: nothing is sent behind the back of who was told.
  for (const ended of await Promise.allSettled(workers)) if (ended.status === 'rejected') throw ended.reason;
  if (lost > 0) throw new Error(`${lost} of ${entries.length} entries could not be sent.`);
}

/** Entries in their order, in as few batches as that takes. */
function batchesOf<Entry>(
  entries: readonly Entry[],
  bytesOf: (entry: Entry) => number,
  limits: BatchLimits,
): readonly (readonly Entry[])[] {
  const batches: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const bytes = bytesOf(entry);
    const open = batches.at(-1);
    if (open && open.length < limits.entries && bytes <= room) {
      open.push(entry);
      room -= bytes;
    } else {
      batches.push([entry]);
      room = limits.bytes - bytes;
    }
  }
  return batches;
}
