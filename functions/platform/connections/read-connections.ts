import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { ReadConnections } from '../../core/records/connection-ports.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';
import { connectionKeyOf, idKey, organizationPartition, toConnection, uidRow } from './connection-row.ts';

/** Connections in the connections table, read consistently: whoever made one finds it. */
export const readConnections = (): ReadConnections => {
  const TableName = variable('CONNECTIONS_TABLE');
  const get = async (Key: Record<string, string>): Promise<unknown> =>
    (await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

  const byUid: ReadConnections['byUid'] = async (organizationId, uid) => {
    const row = await get(connectionKeyOf(organizationId, uid));
    return row === undefined ? undefined : toConnection(row);
  };
  return {
    byUid,
    async byId(organizationId, id) {
      const row = await get(idKey(organizationId, id));
      return row === undefined ? undefined : byUid(organizationId, uidRow.parse(row).uid);
    },
    async all(organizationId) {
      const pages = paginateQuery(
        { client: table },
        {
          TableName,
          KeyConditionExpression: 'pk = :partition AND begins_with(sk, :kind)',
          ExpressionAttributeValues: { ':partition': organizationPartition(organizationId), ':kind': 'CONN#' },
          ScanIndexForward: false,
          ConsistentRead: true,
        },
      );
      const rows: unknown[] = [];
      for await (const { Items = [] } of pages) rows.push(...Items);
      return rows.map(toConnection);
    },
  };
};
