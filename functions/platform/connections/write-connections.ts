import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type Connection, mostConnections } from '../../core/records/connection.ts';
import type { WriteConnections } from '../../core/records/connection-ports.ts';
import type { PendingEntry } from '../../core/records/history-entry.ts';
import { conditionHeld, failedConditions, table } from '../dynamodb/client.ts';
import { retryOnConflict } from '../dynamodb/retry-conflicts.ts';
import { lastPublishedKey, lineRows } from '../events/history-row.ts';
import { variable } from '../runtime/environment.ts';
import {
  connectionKeyOf,
  counterKey,
  heldKey,
  idKey,
  nameKey,
  organizationPartition,
  pendingRow,
  pendingSecretKey,
  toConnectionRow,
  toPendingRow,
  uidKey,
  uidRow,
} from './connection-row.ts';
import { changeOf } from './connection-update.ts';
import { readConnections } from './read-connections.ts';

type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** How many notes are looked at in one go: a write that mends is not to be kept waiting. */
const notesAtOnce = 25;

/** Connections written in the connections table. What belongs together is one transaction. */
export const writeConnections = (): WriteConnections => {
  const TableName = variable('CONNECTIONS_TABLE');
  // Writers of one organization meet at the count of what it has; a conflict there says nothing about the conditions.
  const transact = (TransactItems: TransactItems) =>
    failedConditions(retryOnConflict(() => table.send(new TransactWriteCommand({ TransactItems }))));
  const toLineRow = lineRows();
  const putLines = (lines: readonly PendingEntry[]): TransactItems =>
    lines.map((line) => ({ Put: { TableName, Item: toLineRow(line) } }));
  const absent = { ConditionExpression: 'attribute_not_exists(pk)' } as const;
  const claim = ({ organizationId, name, uid }: Connection) => ({
    Put: { TableName, Item: { ...nameKey(organizationId, name), uid }, ...absent },
  });
  /** What frees the name of a connection, if it is the one that holds it. */
  const releaseOf = async ({ organizationId, name, uid }: Connection): Promise<TransactItems> => {
    const Key = nameKey(organizationId, name);
    const { Item } = await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item !== undefined && uidRow.parse(Item).uid === uid ? [{ Delete: { TableName, Key } }] : [];
  };

  return {
    ...readConnections(),
    async nextId(organizationId) {
      const { Attributes } = await table.send(
        new UpdateCommand({
          TableName,
          Key: counterKey(organizationId),
          UpdateExpression: 'ADD seq :one',
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return z.object({ seq: z.int() }).parse(Attributes).seq;
    },
    async expectSecret(pending) {
      await table.send(new PutCommand({ TableName, Item: toPendingRow(pending) }));
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
      await table.send(new DeleteCommand({ TableName, Key: pendingSecretKey(pending) }));
    },
    async create(connection, name, lines = []) {
      const { organizationId, uid, id } = connection;
      const rows: TransactItems = [
        {
          Update: {
            TableName,
            Key: heldKey(organizationId),
            UpdateExpression: 'ADD held :one',
            ConditionExpression: 'attribute_not_exists(held) OR held < :most',
            ExpressionAttributeValues: { ':one': 1, ':most': mostConnections },
          },
        },
        { Put: { TableName, Item: toConnectionRow(connection), ...absent } },
        { Put: { TableName, Item: { ...idKey(organizationId, id), uid }, ...absent } },
        { Put: { TableName, Item: { ...uidKey(uid), organizationId, uid }, ...absent } },
        { Delete: { TableName, Key: pendingSecretKey(connection) } },
        ...putLines(lines),
      ];
      const refused = await transact([...rows, claim(connection)]);
      if (refused.length === 0) return 'created';
      if (refused.includes(0)) return 'full';
      if (refused.some((index) => index < rows.length)) {
        throw new Error('A connection of this uid or number is there already.');
      }
      if (name === 'unique') return 'name-taken';
      const unclaimed = await transact(rows);
      if (unclaimed.length === 0) return 'created';
      if (unclaimed.includes(0)) return 'full';
      throw new Error('A connection of this uid or number is there already.');
    },
    async update(connection, seen, lines = []) {
      const Update = { TableName, ...changeOf(connection, seen) };
      if (connection.name === seen.name && lines.length === 0) {
        const write = () => table.send(new UpdateCommand(Update));
        return (await conditionHeld(retryOnConflict(write))) ? 'updated' : 'overtaken';
      }
      const renaming = connection.name === seen.name ? [] : [claim(connection), ...(await releaseOf(seen))];
      const refused = await transact([{ Update }, ...renaming, ...putLines(lines)]);
      if (refused.length === 0) return 'updated';
      return refused.includes(0) || renaming.length === 0 ? 'overtaken' : 'name-taken';
    },
    async remove(seen, pending) {
      const { organizationId, uid, id, version } = seen;
      const refused = await transact([
        {
          Delete: {
            TableName,
            Key: connectionKeyOf(organizationId, uid),
            ConditionExpression: 'version = :seen',
            ExpressionAttributeValues: { ':seen': version },
          },
        },
        { Delete: { TableName, Key: idKey(organizationId, id) } },
        { Delete: { TableName, Key: uidKey(uid) } },
        { Delete: { TableName, Key: lastPublishedKey(uid) } },
        {
          Update: {
            TableName,
            Key: heldKey(organizationId),
            UpdateExpression: 'ADD held :less',
            ExpressionAttributeValues: { ':less': -1 },
          },
        },
        { Put: { TableName, Item: toPendingRow(pending) } },
        ...(await releaseOf(seen)),
      ]);
      return refused.length === 0;
    },
  };
};
