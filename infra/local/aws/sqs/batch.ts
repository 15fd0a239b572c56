import { ServiceError } from '../service.ts';

export interface Failure {
  readonly Id: string;
  readonly SenderFault: true;
  readonly Code: string;
  readonly Message: string;
}

/** Entries of one request. */
const mostEntries = 10;

/**
 * Does each entry of a batch by itself: one that is refused fails alone.
 * @throws ServiceError EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct
 */
export function eachOf<E extends { readonly Id: string }, R>(entries: readonly E[], act: (entry: E) => R) {
  checkEntries(entries);
  const done: (R & { readonly Id: string })[] = [];
  const failed: Failure[] = [];
  for (const entry of entries) {
    try {
      done.push({ ...act(entry), Id: entry.Id });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { ...(done.length > 0 && { Successful: done }), ...(failed.length > 0 && { Failed: failed }) };
}

function checkEntries(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) {
    throw new ServiceError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > mostEntries) {
    throw new ServiceError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${mostEntries}.`);
  }
  if (!entries.every(({ Id }) => /^[A-Za-z0-9_-]{1,80}$/.test(Id))) {
    throw new ServiceError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores, and be at most 80 long.',
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new ServiceError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
}
