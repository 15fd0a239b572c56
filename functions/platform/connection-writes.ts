import {
  DeleteCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { WriteConnections } from '../core/ports.ts';
import {
  connectionPlace,
  counterPlace,
  idPlace,
  namePlace,
  organizationPartition,
  pendingPlace,
  pendingRow,
} from './connection-row.ts';
import { readConnections } from './connections.ts';
import { variable } from './environment.ts';
import { refusedItems, table, wrote } from './table.ts';

/** How many notes are looked at in one go: a write that mends is not to be kept waiting. */
const notesAtOnce = 25;

/** Connections written in the connections table. What belongs together is one transaction. */
export const writeConnections = (): WriteConnections => {
  const TableName = variable('CONNECTIONS_TABLE');
  const transact = (TransactItems: NonNullable<TransactWriteCommandInput['TransactItems']>) =>
    refusedItems(table.send(new TransactWriteCommand({ TransactItems })));
  const absent = { ConditionExpression: 'attribute_not_exists(pk)' } as const;

  return {
    ...readConnections(),
    async nextId(organizationId) {
      const { Attributes } = await table.send(
        new UpdateCommand({
          TableName,
          Key: counterPlace(organizationId),
          UpdateExpression: 'ADD seq :one',
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return z.object({ seq: z.int() }).parse(Attributes).seq;
    },
    async expectSecret(pending) {
      await table.send(new PutCommand({ TableName, Item: { ...pendingPlace(pending), ...pending } }));
    },
    async overdueSecrets(organizationId, now) {
      const { Items = [] } = await table.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :partition AND begins_with(sk, :kind)',
          FilterExpression: 'dueAt <= :now',
          ExpressionAttributeValues: {
            ':partition': organizationPartition(organizationId),
            ':kind': 'PENDING#',
            ':now': now,
          },
          ConsistentRead: true,
          Limit: notesAtOnce,
        }),
      );
      return Items.map((item) => pendingRow.parse(item));
    },
    async forgetSecret(pending) {
      await table.send(new DeleteCommand({ TableName, Key: pendingPlace(pending) }));
    },
    async create(connection) {
      const { organizationId, uid, id, name } = connection;
      const Item = { ...connectionPlace(organizationId, uid), ...connection };
      const refused = await transact([
        { Put: { TableName, Item: { ...namePlace(organizationId, name), uid }, ...absent } },
        { Put: { TableName, Item, ...absent } },
        { Put: { TableName, Item: { ...idPlace(organizationId, id), uid }, ...absent } },
        { Delete: { TableName, Key: pendingPlace(connection) } },
      ]);
      if (refused.length === 0) return 'created';
      if (refused.every((index) => index === 0)) return 'name-taken';
      throw new Error('A connection of this uid or number is there already.');
    },
    update: (connection, seen) => {
      const { organizationId, uid, target, credential, verification, updatedAt, version } = connection;
      // A verification that was not made anew may have been recorded anew meanwhile.
      const isReverified = verification !== seen.verification;
      return wrote(
        table.send(
          new UpdateCommand({
            TableName,
            Key: connectionPlace(organizationId, uid),
            UpdateExpression: `SET target = :target, credential = :credential, updatedAt = :at, version = :version${
              isReverified ? ', verification = :verification' : ''
            }`,
            ConditionExpression: 'version = :seen',
            ExpressionAttributeValues: {
              ...{ ':target': target, ':credential': credential, ':at': updatedAt, ':version': version },
              ...(isReverified && { ':verification': verification }),
              ':seen': seen.version,
            },
          }),
        ),
      );
    },
    async remove(seen, pending) {
      const { organizationId, uid, id, name, version } = seen;
      const refused = await transact([
        {
          Delete: {
            TableName,
            Key: connectionPlace(organizationId, uid),
            ConditionExpression: 'version = :seen',
            ExpressionAttributeValues: { ':seen': version },
          },
        },
        { Delete: { TableName, Key: idPlace(organizationId, id) } },
        { Delete: { TableName, Key: namePlace(organizationId, name) } },
        { Put: { TableName, Item: { ...pendingPlace(pending), ...pending } } },
      ]);
      return refused.length === 0;
    },
  };
};
