import type { Page, PageOf } from '../page.ts';
import type { Connection } from './connection.ts';
import type { PendingEntry } from './history-entry.ts';

/** Connections of one organization; another's are not there. */
export interface ReadConnections {
  byId(organizationId: number, id: number): Promise<Connection | undefined>;
  byUid(organizationId: number, uid: string): Promise<Connection | undefined>;
  /** All of them, newest first. */
  all(organizationId: number): Promise<readonly Connection[]>;
}

/**
 * A secret that a crash may have left behind: the vault is written after this is, so that whatever is in the vault
 * has either a connection or a note that says to remove it.
 */
export interface PendingSecret {
  readonly organizationId: number;
  readonly uid: string;
  /** From here on (epoch milliseconds) nobody is still at work on it. */
  readonly dueAt: number;
}

export interface WriteConnections extends ReadConnections {
  /** A number that no other connection of the organization has had; numbers may be left out. */
  nextId(organizationId: number): Promise<number>;
  /** Notes that a secret is about to be written. */
  expectSecret(pending: PendingSecret): Promise<void>;
  /** The notes of the organization whose time is due, 25 at most. */
  overdueSecrets(organizationId: number, now: number): Promise<readonly PendingSecret[]>;
  /** Removes a note whose secret is gone. */
  forgetSecret(pending: PendingSecret): Promise<void>;
  /**
   * Puts a connection there, with the lines of its history, and removes the note on its secret, all or nothing; anything but `created`: nothing
   * happened. A `unique` name must be free and is kept free of others; a `shared` one is kept free if it is.
   * `full`: the organization has `mostConnections`.
   */
  create(
    connection: Connection,
    name: 'unique' | 'shared',
    lines?: readonly PendingEntry[],
  ): Promise<'created' | 'name-taken' | 'full'>;
  /**
   * Puts a changed connection, with the lines of its history, in the place of the version that was seen. A new name is
   * unique. Its next check and its last verdict are written only where it was verified anew.
   * `overtaken`: somebody else was quicker; then, and when the name is taken, nothing happened.
   */
  update(
    connection: Connection,
    seen: Connection,
    lines?: readonly PendingEntry[],
  ): Promise<'updated' | 'overtaken' | 'name-taken'>;
  /** Removes the version that was seen and notes that its secret is to go. False: somebody else was quicker. */
  remove(seen: Connection, pending: PendingSecret): Promise<boolean>;
}

/** Connections on which verdicts are recorded. */
export interface VerifiedConnections extends Pick<ReadConnections, 'byUid'> {
  /**
   * Puts the verdict of `changed` (its verification, last verdict, next check, credential reference, inventory and
   * dataset, and the count of what was recorded) in the place of what was seen, with the lines of its history, all or
   * nothing. False: it is not as it was seen any more, or not there; nothing happened.
   */
  put(changed: Connection, seen: Connection, lines: readonly PendingEntry[]): Promise<boolean>;
  /** Waits before a write that lost to another one is tried again: exponential backoff with full jitter. @param attempt from 1 */
  backOff(attempt: number): Promise<void>;
}

/** A connection by its names. */
export interface ConnectionLocation {
  readonly organizationId: number;
  readonly uid: string;
}

/** The organization of a connection, for those who know its uid only. */
export type LocateConnection = (uid: string) => Promise<ConnectionLocation | undefined>;

/**
 * A page of the connections that an owner's events may be about; of one bucket, or of all where none is named. What
 * was written a moment ago may be missing.
 */
export type FindWatched = (
  watched: { readonly owner: string; readonly bucket?: string },
  page: PageOf,
) => Promise<Page<ConnectionLocation>>;
