import type { OwnerEvent } from '../../core/records/check-cause.ts';
import type { StorageEventMessage } from '../../core/records/check-ports.ts';
import type { EventSource } from '../../core/reverification/event-source.ts';

/** Something that an owner's service told of and that may change whether a connection works. */
export interface StorageChange {
  readonly owner: EventSource['owner'];
  /** The bucket or container; none where it is about all that the owner has. */
  readonly bucket?: string;
  readonly event: Extract<OwnerEvent, 'storage-changed' | 'bucket-policy' | 'bucket-deleted' | 'access-key'>;
}

/** What is handed on of changes: each of them once, however often it was told. */
export function toStorageEvents(
  source: 'azure.storage' | 'google.storage',
  changes: readonly StorageChange[],
): StorageEventMessage[] {
  const distinct = new Map(changes.map((change) => [JSON.stringify(change), change]));
  return Array.from(distinct.values(), (change) => ({
    source,
    'detail-type': 'StorageChanged',
    detail: { ...change },
  }));
}
