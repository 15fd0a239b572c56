import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { LocateConnection } from '../core/connection-ports.ts';
import { placeRow, uidPlace } from './connection-row.ts';
import { variable } from './environment.ts';
import { table } from './table.ts';

/** Which organization has a connection, by a row of the connections table that comes and goes with it. */
export const locateConnection = (): LocateConnection => {
  const TableName = variable('CONNECTIONS_TABLE');
  return async (uid) => {
    const { Item } = await table.send(new GetCommand({ TableName, Key: uidPlace(uid), ConsistentRead: true }));
    return Item && placeRow.parse(Item);
  };
};
