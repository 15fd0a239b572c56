import type { Page, PageOf } from '../page.ts';
import type { HistoryEntry, StoredEntry, VerdictKind } from '../records/history-entry.ts';
import type { PublishedEvent, ReverifyRequested, ServiceEvent } from './events.ts';

export interface ReadHistory {
  /** A connection's history, newest first; `after` is an entry's id. */
  list(uid: string, page: PageOf): Promise<Page<StoredEntry>>;
  /** What was announced of all connections, oldest first; `after` is an event's id. Kept for a few days. */
  announced(page: PageOf): Promise<Page<PublishedEvent>>;
}

/** Lines of histories that are to be announced. */
export interface WriteAnnouncements {
  /** A line that has not been announced yet, or undefined. */
  find(uid: string, id: string): Promise<HistoryEntry | undefined>;
  /** The last verdict that was announced of a connection. */
  lastTold(uid: string): Promise<VerdictKind | undefined>;
  /** Takes a line that is due since `dueAt`; it is due again at `until`. False: somebody else was quicker. */
  take(uid: string, id: string, dueAt: number, until: number): Promise<boolean>;
  /** Notes that a line was announced, with what was said; repeated, it changes nothing. */
  announced(entry: HistoryEntry, event: ServiceEvent, at: number): Promise<void>;
  /** Notes that a line need not be announced. */
  passOver(entry: HistoryEntry): Promise<void>;
}

/** Puts events on the deployment's bus. @throws Error when some could not be; then none, some or all were */
export type PublishEvents = (events: readonly (ServiceEvent | ReverifyRequested)[]) => Promise<void>;

/** The ARN of the bus that owners of storage forward their events to. */
export type ReadBusArn = () => string;
