import { GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { WriteAnnouncements } from '../../core/events/ports.ts';
import { conditionHeld, failedConditions, table } from '../dynamodb/client.ts';
import { checkDue, notDue } from '../dynamodb/due-index.ts';
import { retryOnConflict } from '../dynamodb/retry-conflicts.ts';
import { verdictKindShape } from '../dynamodb/row-schemas.ts';
import { rowChange } from '../dynamodb/update-expression.ts';
import { variable } from '../runtime/environment.ts';
import { eventRow } from './event-row.ts';
import { entryKey, lastPublishedKey, toLine } from './history-row.ts';

const toldRow = z.object({ verdict: verdictKindShape });

/** Lines that are to be announced, in the connections table: those that are in the index `due`. */
export const writeAnnouncements = (): WriteAnnouncements => {
  const TableName = variable('CONNECTIONS_TABLE');
  const get = async (Key: Record<string, string>): Promise<unknown> =>
    (await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const stillDue = 'attribute_exists(#dueKey)';

  return {
    async find(uid, id) {
      const row = await get(entryKey({ uid, id }));
      const line = row === undefined ? undefined : toLine(row);
      return line?.isDue ? line.entry : undefined;
    },
    async lastTold(uid) {
      const row = await get(lastPublishedKey(uid));
      return row === undefined ? undefined : toldRow.parse(row).verdict;
    },
    take(uid, id, dueAt, until) {
      const change = rowChange(checkDue(uid, until));
      const update = new UpdateCommand({
        TableName,
        Key: entryKey({ uid, id }),
        ...change,
        ConditionExpression: '#dueKey = :seen',
        ExpressionAttributeValues: { ...change.ExpressionAttributeValues, ':seen': checkDue(uid, dueAt).dueKey },
      });
      return conditionHeld(retryOnConflict(() => table.send(update)));
    },
    async announced(entry, event, at) {
      const TransactItems = [
        {
          Update: {
            TableName,
            Key: entryKey(entry),
            ...rowChange({ ...notDue, announcedAt: at }),
            ConditionExpression: stillDue,
          },
        },
        { Put: { TableName, Item: eventRow(entry.id, event, at) } },
        ...(entry.kind === 'verdict'
          ? [{ Put: { TableName, Item: { ...lastPublishedKey(entry.uid), verdict: entry.to } } }]
          : []),
      ];
      // Refused: it was announced already, or need not be, or its history is not kept so long.
      await failedConditions(retryOnConflict(() => table.send(new TransactWriteCommand({ TransactItems }))));
    },
    async passOver(entry) {
      const change = rowChange(notDue);
      const update = new UpdateCommand({
        TableName,
        Key: entryKey(entry),
        UpdateExpression: change.UpdateExpression,
        ExpressionAttributeNames: change.ExpressionAttributeNames,
        ConditionExpression: stillDue,
      });
      await conditionHeld(retryOnConflict(() => table.send(update)));
    },
  };
};
