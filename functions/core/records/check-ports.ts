import type { Cause } from './check-cause.ts';
import type { Connection } from './connection.ts';
import type { ConnectionLocation } from './connection-ports.ts';
import type { ScheduleSettings } from './schedule.ts';

/** How often connections are looked at. */
export type ReadScheduleSettings = () => ScheduleSettings;

/** Something whose time has come. */
export type Due =
  | (ConnectionLocation & { readonly kind: 'check'; readonly dueAt: number })
  /** A line of a history that is to be announced. */
  | { readonly kind: 'announcement'; readonly uid: string; readonly id: string; readonly dueAt: number };

export interface FindDue {
  /** How many shards there are; they are numbered from 0. */
  readonly shards: number;
  /**
   * What is due in a shard at `now`, the longest due first, `limit` at most. It reads nothing else, and may give what
   * is not due any more: whoever acts on it takes it first.
   */
  inShard(shard: number, now: number, limit: number): Promise<readonly Due[]>;
}

/** Next checks of connections. Each write is conditional. False: somebody else was quicker, or it is gone. */
export interface WriteChecks {
  /** Takes a check that is due since `dueAt` under a name; it is due again at `until` unless it is heard of. */
  claim(of: ConnectionLocation, dueAt: number, claim: string, until: number): Promise<boolean>;
  /** Begins on a check that one was handed; not if somebody began on it after `deadBefore`. @returns the connection */
  begin(of: ConnectionLocation, claim: string, now: number, deadBefore: number): Promise<Connection | undefined>;
  /** Records that the connection's secret is marked as this table's. */
  recordMark(of: ConnectionLocation): Promise<void>;
  /** Notes that the loop looks, and until when it may take. */
  loop(of: ConnectionLocation, claim: string, job: number, until: number): Promise<boolean>;
  /** Gives a check back to be made at `dueAt`. */
  postpone(of: ConnectionLocation, claim: string, dueAt: number): Promise<boolean>;
  /**
   * Moves a check forward to `dueAt`, unless it is due and not taken by then anyway. One that is being made counts as
   * too early: another one follows it.
   *
   * @param only the connection must have this access key
   */
  bringForward(
    of: ConnectionLocation,
    to: { readonly dueAt: number; readonly cause: Cause; readonly rotated?: true },
    only?: { readonly accessKey: string },
  ): Promise<boolean>;
}

/** What travels through the queue of checks: names of rows, never what is in them. */
export type CheckMessage =
  | (ConnectionLocation & { readonly kind: 'check'; readonly claim: string })
  | { readonly kind: 'announcement'; readonly uid: string; readonly id: string };

/** Hands messages over, any number. @throws Error when some could not be */
export type SendChecks = (messages: readonly CheckMessage[]) => Promise<void>;

/** Hands over what may cause checks, in the form of EventBridge's events. @throws Error when some could not be */
export type SendStorageEvents = (notices: readonly StorageEventMessage[]) => Promise<void>;

export interface StorageEventMessage {
  readonly source: string;
  readonly 'detail-type': string;
  readonly account?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
