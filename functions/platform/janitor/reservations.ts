import { GetCommand, paginateQuery, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { ConnectionNames, NameReservation, RepairConnections } from '../../core/janitor/ports.ts';
import type { ConnectionLocation } from '../../core/records/connection-ports.ts';
import {
  connectionKeyOf,
  idKey,
  nameKey,
  organizationPartition,
  pendingRow,
  pendingSecretKey,
  uidKey,
  uidRow,
} from '../connections/connection-row.ts';
import { failedConditions, table } from '../dynamodb/client.ts';
import { retryOnConflict } from '../dynamodb/retry-conflicts.ts';
import { variable } from '../runtime/environment.ts';

type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

const keyRow = z.object({ sk: z.string() });
const namesRow = z.object({
  uid: z.string(),
  id: z.int(),
  name: z.string(),
  check: z.optional(z.object({ dueAt: z.int() })),
});

/** The rows around connections in the connections table, read consistently. */
export const repairConnections = (): RepairConnections => {
  const TableName = variable('CONNECTIONS_TABLE');

  /** All rows of one kind in an organization's partition. */
  const rowsOf = async (
    organizationId: number,
    kind: string,
    projection: readonly string[] = [],
  ): Promise<readonly unknown[]> => {
    const pages = paginateQuery(
      { client: table },
      {
        TableName,
        KeyConditionExpression: 'pk = :partition AND begins_with(sk, :kind)',
        ExpressionAttributeValues: { ':partition': organizationPartition(organizationId), ':kind': kind },
        ...(projection.length > 0 && {
          ProjectionExpression: projection.map((part) => `#${part}`).join(', '),
          ExpressionAttributeNames: Object.fromEntries(projection.map((part) => [`#${part}`, part])),
        }),
        ConsistentRead: true,
      },
    );
    const rows: unknown[] = [];
    for await (const { Items = [] } of pages) rows.push(...Items);
    return rows;
  };
  /** False: a condition did not hold. A conflict says nothing about the conditions. */
  const transact = async (TransactItems: TransactItems): Promise<boolean> =>
    (await failedConditions(retryOnConflict(() => table.send(new TransactWriteCommand({ TransactItems }))))).length ===
    0;

  return {
    async claims(organizationId) {
      const [names, ids] = await Promise.all([rowsOf(organizationId, 'NAME#'), rowsOf(organizationId, 'ID#')]);
      return [...names, ...ids].map((row) => toClaim(row, organizationId));
    },
    names: async (organizationId) =>
      (await rowsOf(organizationId, 'CONN#', ['uid', 'id', 'name', 'check'])).map((row): ConnectionNames => {
        const { check, ...names } = namesRow.parse(row);
        return { ...names, hasCheck: check !== undefined };
      }),
    release: (claim) =>
      transact([
        {
          Delete: {
            TableName,
            Key: claimPlace(claim),
            ConditionExpression: 'uid = :uid',
            ExpressionAttributeValues: { ':uid': claim.uid },
          },
        },
        {
          // A connection and its claims are written in one transaction: it is there with them, or neither is.
          ConditionCheck: {
            TableName,
            Key: connectionKeyOf(claim.organizationId, claim.uid),
            ConditionExpression: 'attribute_not_exists(pk) OR #claimed <> :claimed',
            ExpressionAttributeNames: { '#claimed': claim.kind },
            ExpressionAttributeValues: { ':claimed': claim.kind === 'id' ? claim.id : claim.name },
          },
        },
      ]),
    makeLocatable: (of) =>
      transact([
        {
          Put: {
            TableName,
            Item: { ...uidKey(of.uid), organizationId: of.organizationId, uid: of.uid },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          ConditionCheck: {
            TableName,
            Key: connectionKeyOf(of.organizationId, of.uid),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
      ]),
    async note(of: ConnectionLocation) {
      const { Item } = await table.send(new GetCommand({ TableName, Key: pendingSecretKey(of), ConsistentRead: true }));
      return Item && pendingRow.parse(Item);
    },
  };
};

function claimPlace(claim: NameReservation) {
  switch (claim.kind) {
    case 'id':
      return idKey(claim.organizationId, claim.id);
    case 'name':
      return nameKey(claim.organizationId, claim.name);
  }
}

function toClaim(row: unknown, organizationId: number): NameReservation {
  const { uid } = uidRow.parse(row);
  const { sk } = keyRow.parse(row);
  const at = sk.indexOf('#') + 1;
  return sk.startsWith('ID#')
    ? { kind: 'id', organizationId, uid, id: Number(sk.slice(at)) }
    : { kind: 'name', organizationId, uid, name: sk.slice(at) };
}
