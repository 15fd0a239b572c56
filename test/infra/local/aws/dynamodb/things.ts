import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Table } from '../../../../../infra/local/template/model.ts';
import { clients, emptyTemplate, startTestAws, temporaryFolder } from '../test-aws.ts';

export const table: Table = {
  name: 'Things',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/Things',
  definition: {
    TableName: 'Things',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'due'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byDue',
        KeySchema: [{ AttributeName: 'due', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  },
};
export const template = { ...emptyTemplate, tables: [table] };
export const TableName = table.name;
export const key = (pk: string) => ({ pk: { S: pk }, sk: { S: '-' } });
export const absent = { ConditionExpression: 'attribute_not_exists(pk)' };

export async function setUp() {
  const aws = await startTestAws({ template, dataDir: await temporaryFolder() });
  const { tables } = clients(aws);
  const put = (pk: string, more = {}) => tables.send(new PutItemCommand({ TableName, Item: { ...key(pk), ...more } }));
  const get = async (pk: string) => (await tables.send(new GetItemCommand({ TableName, Key: key(pk) }))).Item;
  const transact = (items: TransactWriteItem[], ClientRequestToken?: string) =>
    tables.send(new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken }));
  const due = async (day: string) =>
    (
      await tables.send(
        new QueryCommand({
          TableName,
          IndexName: 'byDue',
          KeyConditionExpression: 'due = :d',
          ExpressionAttributeValues: { ':d': { S: day } },
        }),
      )
    ).Items?.map((item) => item['pk']?.S);
  return { aws, tables, put, get, transact, due };
}
