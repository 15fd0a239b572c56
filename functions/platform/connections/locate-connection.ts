import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { LocateConnection } from '../../core/records/connection-ports.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';
import { placeRow, uidKey } from './connection-row.ts';

/** Which organization has a connection, by a row of the connections table that comes and goes with it. */
export const locateConnection = (): LocateConnection => {
  const TableName = variable('CONNECTIONS_TABLE');
  return async (uid) => {
    const { Item } = await table.send(new GetCommand({ TableName, Key: uidKey(uid), ConsistentRead: true }));
    return Item && placeRow.parse(Item);
  };
};
