import * as z from 'zod/mini';
import { datasetPlaces } from '../core/dataset.ts';
import type { PendingSecret } from '../core/ports.ts';
import type { Connection } from '../core/saved-connection.ts';
import { diagnosisShape, savedTargetShape } from './row-shapes.ts';

/**
 * An organization's rows share a partition: `CONN#<uid>` a connection, `ID#<number>` and `NAME#<name>` which one that
 * is, `PENDING#<uid>` a note on a secret, `COUNTER` the last number given, `HELD` how many there are.
 */
export const organizationPartition = (organizationId: number) => `ORG#${organizationId}`;
export const connectionPlace = (organizationId: number, uid: string) => ({
  pk: organizationPartition(organizationId),
  sk: `CONN#${uid}`,
});
export const idPlace = (organizationId: number, id: number) => ({
  pk: organizationPartition(organizationId),
  sk: `ID#${id}`,
});
export const namePlace = (organizationId: number, name: string) => ({
  pk: organizationPartition(organizationId),
  sk: `NAME#${name}`,
});
export const pendingPlace = ({ organizationId, uid }: Pick<PendingSecret, 'organizationId' | 'uid'>) => ({
  pk: organizationPartition(organizationId),
  sk: `PENDING#${uid}`,
});
export const heldPlace = (organizationId: number) => ({ pk: organizationPartition(organizationId), sk: 'HELD' });
export const counterPlace = (organizationId: number) => ({
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
  z.object({ complete: z.literal(false), missing: z.array(z.enum(datasetPlaces)) }),
  z.object({ unknown: diagnosisShape }),
]);

const connectionRow = z.object({
  uid: z.string(),
  id: z.int(),
  organizationId: z.int(),
  name: z.string(),
  target: savedTargetShape,
  credential: z.object({
    kind: z.enum(['access-key-pair', 'account-key', 'service-account-key', 'assumed-role']),
    accessKey: z.string(),
    version: z.string(),
  }),
  revealable: z.boolean(),
  verification,
  synchronize: z._default(z.boolean(), false),
  dataset: z.exactOptional(dataset),
  options: z.exactOptional(z.string()),
  cloudFront: z.exactOptional(
    z.object({ domain: z.exactOptional(z.string()), publicKeyId: z.exactOptional(z.string()) }),
  ),
  createdAt: z.int(),
  updatedAt: z.int(),
  version: z.int(),
});

/** Which connection a row of another kind is about. */
export const uidRow = z.object({ uid: z.string() });

export const pendingRow = z.object({ organizationId: z.int(), uid: z.string(), dueAt: z.int() });

/** Reads a connection's row. @throws when the table holds something else */
export const toConnection = (row: unknown): Connection => connectionRow.parse(row);
