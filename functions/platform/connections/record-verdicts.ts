import { setTimeout } from 'node:timers/promises';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { VerifiedConnections } from '../../core/records/connection-ports.ts';
import { conditionHeld, failedConditions, table } from '../dynamodb/client.ts';
import { retryOnConflict } from '../dynamodb/retry-conflicts.ts';
import { lineRows } from '../events/history-row.ts';
import { clock } from '../runtime/clock.ts';
import { variable } from '../runtime/environment.ts';
import { verdictOf } from './connection-update.ts';
import { readConnections } from './read-connections.ts';

/** Verdicts on connections in the connections table: one write, or one transaction with the lines of their histories. */
export const verifiedConnections = (): VerifiedConnections => {
  const TableName = variable('CONNECTIONS_TABLE');
  const toLineRow = lineRows();
  return {
    byUid: readConnections().byUid,
    async put(changed, seen, lines) {
      const Update = { TableName, ...verdictOf(changed, seen) };
      if (lines.length === 0) return conditionHeld(retryOnConflict(() => table.send(new UpdateCommand(Update))));
      const TransactItems = [{ Update }, ...lines.map((line) => ({ Put: { TableName, Item: toLineRow(line) } }))];
      const refused = await failedConditions(
        retryOnConflict(() => table.send(new TransactWriteCommand({ TransactItems }))),
      );
      return refused.length === 0;
    },
    // The longest pauses together stay below 2 s, which a request has left after its storage's 8 s.
    backOff: (attempt) => setTimeout(clock.random() * Math.min(400, 20 * 2 ** attempt)),
  };
};
