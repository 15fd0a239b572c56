import { randomInt } from 'node:crypto';
import type { Inventory } from '../../../functions/core/datasets/inventory.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import {
  type DatasetChange,
  type PendingEntry,
  toEntryId,
  type VerdictChange,
} from '../../../functions/core/records/history-entry.ts';
import { newUid } from '../../../functions/core/uid.ts';

/** What the suites of connections are about. */

export const now = Date.UTC(2026, 5, 1);

/** An organization of its own for each test. */
export const organization = () => randomInt(2 ** 31);

export const newConnection = (organizationId: number, id: number, change: Partial<Connection> = {}): Connection => ({
  uid: newUid(now + id, Math.random),
  id,
  organizationId,
  name: `box-${id}`,
  target: { provider: 's3', endpoint: 'https://s3.example.com', region: 'eu-west-1', bucket: 'box', prefix: 'ü/' },
  credential: { kind: 'access-key-pair', accessKey: 'name', version: 'version-1' },
  revealable: false,
  synchronize: false,
  verification: { status: 'connected', since: now, verifiedAt: now },
  createdAt: now,
  updatedAt: now,
  version: 1,
  ...change,
});

/** The note on a connection's secret. */
export const noteOn = ({ organizationId, uid }: Connection, dueAt = now) => ({ organizationId, uid, dueAt });

/** An inventory of so many files in each place. */
export function inventory(files: number): Inventory {
  const counted = { files, bytes: Number.MAX_SAFE_INTEGER };
  const split = { images: counted, annotations: counted };
  return { takenAt: now, complete: true, splits: { train: split, test: split, val: split }, newestChange: now - 1 };
}

/** A line of a connection's history, to be announced as soon as it happened: `at` milliseconds after `now`. */
export function lineOf(
  { organizationId, uid }: Connection,
  at: number,
  change: Partial<VerdictChange> = {},
): PendingEntry {
  const entry: VerdictChange = {
    ...{ kind: 'verdict', id: toEntryId(uid, 'verdict', at, now + at), organizationId, uid, at: now + at },
    cause: { kind: 'event', event: 'bucket-policy' },
    from: { status: 'connected' },
    to: { status: 'error', code: 'list-denied' },
    diagnosis: diagnose('list-denied'),
    ...change,
  };
  return { entry, announceAt: now + at };
}

/** The same, of its dataset. */
export function datasetLineOf({ organizationId, uid }: Connection, at: number): PendingEntry {
  const entry: DatasetChange = {
    ...{ kind: 'dataset', id: toEntryId(uid, 'dataset', at, now + at), organizationId, uid, at: now + at },
    ...{ cause: { kind: 'schedule' }, before: inventory(1), now: inventory(2) },
  };
  return { entry, announceAt: now + at };
}
