import * as z from 'zod/mini';
import { datasetFolders } from '../../core/datasets/find-dataset.ts';
import type { Connection } from '../../core/records/connection.ts';
import type { ConnectionLocation, PendingSecret } from '../../core/records/connection-ports.ts';
import { eventSourceOf } from '../../core/reverification/event-source.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';
import { checkDue, notDue, staleDue } from '../dynamodb/due-index.ts';
import {
  causeShape,
  credentialReferenceShape,
  diagnosisShape,
  inventoryShape,
  lastVerdictShape,
  savedTargetShape,
} from '../dynamodb/row-schemas.ts';

/**
 * An organization's rows share a partition: `CONN#<uid>` a connection, `ID#<number>` and `NAME#<name>` which one that
 * is, `PENDING#<uid>` a note on a secret, `COUNTER` the last number given, `HELD` how many there are. Which organization
 * a connection belongs to is in a partition of its own, `UID#<uid>`.
 */
export const organizationPartition = (organizationId: number) => `ORG#${organizationId}`;
export const connectionKeyOf = (organizationId: number, uid: string) => ({
  pk: organizationPartition(organizationId),
  sk: `CONN#${uid}`,
});
export const idKey = (organizationId: number, id: number) => ({
  pk: organizationPartition(organizationId),
  sk: `ID#${id}`,
});
export const nameKey = (organizationId: number, name: string) => ({
  pk: organizationPartition(organizationId),
  sk: `NAME#${name}`,
});
export const pendingSecretKey = ({ organizationId, uid }: Pick<PendingSecret, 'organizationId' | 'uid'>) => ({
  pk: organizationPartition(organizationId),
  sk: `PENDING#${uid}`,
});
export const uidKey = (uid: string) => ({ pk: `UID#${uid}`, sk: 'UID' });
export const heldKey = (organizationId: number) => ({ pk: organizationPartition(organizationId), sk: 'HELD' });
export const counterKey = (organizationId: number) => ({
  pk: organizationPartition(organizationId),
  sk: 'COUNTER',
});

const verification = z.discriminatedUnion('status', [
  z.object({ status: z.literal('unverified'), since: z.int() }),
  z.object({ status: z.literal('connecting'), since: z.int(), job: z.int() }),
  z.object({ status: z.literal('connected'), since: z.int(), verifiedAt: z.int() }),
  z.object({ status: z.literal('error'), since: z.int(), verifiedAt: z.int(), diagnosis: diagnosisShape }),
]);

const dataset = z.union([
  z.object({ complete: z.literal(true) }),
  z.object({ complete: z.literal(false), missing: z.array(z.enum(datasetFolders)) }),
  z.object({ unknown: diagnosisShape }),
]);

const check = z.object({
  dueAt: z.int(),
  failures: z.int(),
  cause: z.exactOptional(causeShape),
  rotated: z.exactOptional(z.literal(true)),
  claim: z.exactOptional(z.string()),
  begunAt: z.exactOptional(z.int()),
  job: z.exactOptional(z.int()),
});

const connectionRow = exactSchema<Connection>()(
  z.object({
    uid: z.string(),
    id: z.int(),
    organizationId: z.int(),
    name: z.string(),
    target: savedTargetShape,
    credential: credentialReferenceShape,
    revealable: z.boolean(),
    verification,
    synchronize: z._default(z.boolean(), false),
    dataset: z.exactOptional(dataset),
    inventory: z.exactOptional(inventoryShape),
    check: z.exactOptional(check),
    lastVerdict: z.exactOptional(lastVerdictShape),
    recorded: z.exactOptional(z.int()),
    isSecretMarked: z.exactOptional(z.literal(true)),
    options: z.exactOptional(z.string()),
    cloudFront: z.exactOptional(
      z.object({ domain: z.exactOptional(z.string()), publicKeyId: z.exactOptional(z.string()) }),
    ),
    createdAt: z.int(),
    updatedAt: z.int(),
    version: z.int(),
  }),
);

/** Which connection a row of another kind is about. */
export const uidRow = z.object({ uid: z.string() });

export const pendingRow = z.object({ organizationId: z.int(), uid: z.string(), dueAt: z.int() });

/** A note as a row. Somebody is to look at it when its time is due, should its organization not write again. */
export const toPendingRow = (pending: PendingSecret) => ({
  ...pendingSecretKey(pending),
  ...pending,
  ...staleDue(pending.uid, pending.dueAt),
});

/** Where a connection is. */
export const placeRow = z.object({ organizationId: z.int(), uid: z.string() });

const connectionKey = /^ORG#(\d+)\nCONN#(.+)$/;
const keys = z.object({ pk: z.string(), sk: z.string() });

/** Where the connection is whose row has these keys. @throws when it is another row */
export function toConnectionPlace(row: unknown): ConnectionLocation {
  const { pk, sk } = keys.parse(row);
  const [, organizationId, uid] = connectionKey.exec(`${pk}\n${sk}`) ?? [];
  return placeRow.parse({ organizationId: Number(organizationId), uid });
}

/** Keys of the index `due`. A connection that is not to be checked is not in it. */
export const checkKeys = ({ uid, check }: Pick<Connection, 'uid' | 'check'>) =>
  check ? checkDue(uid, check.dueAt) : notDue;

/** Keys of the index `watched`. A connection that no owner's events are about is not in it. */
export function watchedKeys(connection: Pick<Connection, 'uid' | 'target' | 'credential'>) {
  const watched = eventSourceOf(connection);
  return {
    watchedOwner: watched?.owner,
    watchedBucket: watched && `${watched.bucket}#${connection.uid}`,
  };
}

/** A connection as a new row. */
export const toConnectionRow = (connection: Connection) => ({
  ...connectionKeyOf(connection.organizationId, connection.uid),
  ...connection,
  ...checkKeys(connection),
  ...watchedKeys(connection),
});

/** Reads a connection's row. @throws when the table holds something else */
export const toConnection = (row: unknown): Connection => connectionRow.parse(row);
