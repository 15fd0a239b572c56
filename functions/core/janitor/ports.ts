import type { Page, PageOf } from '../page.ts';
import type { ConnectionLocation, PendingSecret } from '../records/connection-ports.ts';
import type { JobReference } from '../records/job.ts';

/**
 * Removes a connection's secret so that it can be restored for a week. False: there is none, or it is on its way out
 * already.
 *
 * @throws Throttled
 */
export type RetireCredential = (uid: string) => Promise<boolean>;

/**
 * Secrets that are marked as belonging to this deployment's connections table, the oldest first. One that is being deleted
 * is not listed, nor is one without the mark: another deployment of the same stage may have left it, with its own table.
 */
export interface ListSecrets {
  ofConnections(page: PageOf): Promise<Page<{ readonly uid: string; readonly createdAt: number }>>;
  ofJobs(page: PageOf): Promise<Page<{ readonly job: JobReference; readonly createdAt: number }>>;
}

/** What somebody should have ended by now. */
export type Stale =
  | { readonly kind: 'job'; readonly fingerprint: string; readonly dueAt: number }
  | (PendingSecret & { readonly kind: 'note' });

export interface FindStale {
  /** How many shards there are; they are numbered from 0. */
  readonly shards: number;
  /**
   * A page of the jobs without a verdict and of the notes on secrets whose time was up before a moment, the longest due
   * first. It may give what is not there any more.
   */
  inShard(shard: number, before: number, page: PageOf): Promise<Page<Stale>>;
}

/** What a row says is a connection's: its number, or the name that it keeps free of others. */
export type NameReservation = ConnectionLocation &
  ({ readonly kind: 'id'; readonly id: number } | { readonly kind: 'name'; readonly name: string });

/** What the rows around a connection are held against. */
export interface ConnectionNames {
  readonly uid: string;
  readonly id: number;
  readonly name: string;
  readonly hasCheck: boolean;
}

/** The rows around connections. Each write is conditional. False: it was not, or not any more, as it should not be. */
export interface RepairConnections {
  /** All that are the organization's; what is written meanwhile may be missing. */
  claims(organizationId: number): Promise<readonly NameReservation[]>;
  names(organizationId: number): Promise<readonly ConnectionNames[]>;
  /** Removes a claim, unless its connection is there and has that number or name. */
  release(claim: NameReservation): Promise<boolean>;
  /** Has a connection found by its uid alone, if it is there. */
  makeLocatable(of: ConnectionLocation): Promise<boolean>;
  /** The note on a secret, due or not. */
  note(of: ConnectionLocation): Promise<PendingSecret | undefined>;
}

/** Where the janitor goes on: at what it looks, and after which one. Absent: at the beginning. */
export interface JanitorCursor {
  readonly stage: JanitorStage;
  readonly after?: string;
}

export const janitorStages = ['organizations', 'connection-secrets', 'job-secrets'] as const;

export type JanitorStage = (typeof janitorStages)[number];

export interface JanitorCursorStore {
  read(): Promise<JanitorCursor | undefined>;
  /** Undefined: it begins anew. */
  write(cursor: JanitorCursor | undefined): Promise<void>;
}
