import type { Inventory } from '../datasets/inventory.ts';
import { describeCause } from '../records/check-cause.ts';
import type { Connection } from '../records/connection.ts';
import type { DatasetChange, HistoryEntry, VerdictKind } from '../records/history-entry.ts';

/** What every event of the service begins its `detail` with: which connection it is about. */
interface About {
  /** The same however often the event is published: what consumers tell repetitions by. */
  readonly id: string;
  /** ISO 8601, UTC: when it was found. */
  readonly at: string;
  readonly organization: number;
  /** The connection's uid, and its number within the organization. */
  readonly connection: string;
  readonly number: number;
  readonly name: string;
  readonly provider: Connection['target']['provider'];
  /** Null for a connection to an account. */
  readonly bucket: string | null;
  /** Why it was looked at: `schedule`, `event: …`, `request` or `user`. */
  readonly cause: string;
}

/** How a connection's status is told. */
export type PublishedStatus =
  | { readonly status: 'unverified' }
  | { readonly status: 'connected' }
  | {
      readonly status: 'error';
      readonly code: string;
      readonly field: string | null;
      readonly text: string;
      readonly remedy: string;
    };

/** The status of a connection is not what was announced of it last. */
export interface ConnectionVerificationChanged {
  readonly type: 'ConnectionVerificationChanged';
  readonly detail: About & {
    /** What was announced last; of an error its code. */
    readonly from:
      | { readonly status: 'unverified' | 'connected' }
      | { readonly status: 'error'; readonly code: string };
    readonly to: PublishedStatus;
  };
}

/** The dataset of a connection that is followed is not what was announced of it last. */
export interface DatasetChanged {
  readonly type: 'DatasetChanged';
  readonly detail: About & { readonly before: Inventory | null; readonly now: Inventory };
}

/** What the service puts on its bus. */
export type ServiceEvent = ConnectionVerificationChanged | DatasetChanged;

/** An event as it was published. */
export interface PublishedEvent {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What asks for checks: one connection, all of an organization, all there are, or what is due anyway. */
export interface ReverifyRequested {
  readonly type: 'ReverifyRequested';
  readonly detail:
    | { readonly connection: string }
    | { readonly organization: number; readonly after?: string }
    | { readonly all: true; readonly after?: string }
    | { readonly due: true };
}

/** Of all events on the bus that are this service's own. */
export const eventSource = 'storage-connections';

/** What is told of a connection itself. */
export type PublishedConnection = Pick<Connection, 'id' | 'name'> & {
  readonly target: Pick<Connection['target'], 'provider' | 'bucket'>;
};

const about = (entry: HistoryEntry, { name, id, target }: PublishedConnection): About => ({
  id: entry.id,
  at: new Date(entry.at).toISOString(),
  organization: entry.organizationId,
  connection: entry.uid,
  number: id,
  name,
  provider: target.provider,
  bucket: target.bucket ?? null,
  cause: describeCause(entry.cause),
});

/**
 * What is said of a line of a connection's history.
 *
 * @param told the verdict that was announced last, if any was
 */
export function toEvent(
  entry: HistoryEntry,
  connection: PublishedConnection,
  told: VerdictKind | undefined,
): ServiceEvent {
  switch (entry.kind) {
    case 'verdict': {
      const { to, diagnosis } = entry;
      const error = to.status === 'error' && {
        ...to,
        field: diagnosis?.field ?? null,
        text: diagnosis?.sentence ?? '',
        remedy: diagnosis?.remedy ?? '',
      };
      return {
        type: 'ConnectionVerificationChanged',
        detail: {
          ...about(entry, connection),
          from: told ?? { status: 'unverified' },
          to: error || { status: 'connected' },
        },
      };
    }
    case 'dataset':
      return datasetChanged(entry, connection);
  }
}

const datasetChanged = (entry: DatasetChange, connection: PublishedConnection): DatasetChanged => ({
  type: 'DatasetChanged',
  detail: { ...about(entry, connection), before: entry.before ?? null, now: entry.now },
});
