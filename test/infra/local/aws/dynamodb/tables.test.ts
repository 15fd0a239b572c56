import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { allow, call, clients, emptyTemplate, errorNameOf, role, startTestAws, temporaryFolder } from '../test-aws.ts';
import { key, setUp, TableName, table, template } from './things.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('the tables of a template', () => {
  it('are ACTIVE after the start and keep their items across a restart', async () => {
    const dataDir = await temporaryFolder();
    const first = await startTestAws({ template, dataDir });
    const described = await clients(first).tables.send(new DescribeTableCommand({ TableName }));
    expect(described.Table).toMatchObject({ TableStatus: 'ACTIVE', TableArn: table.arn });
    await clients(first).tables.send(new PutItemCommand({ TableName, Item: key('stored') }));
    await first.stop();
    const second = await startTestAws({ template, dataDir });
    expect(await second.observe.rows()).toEqual([{ table: 'Things', item: key('stored') }]);
  });

  it('refuse a start whose template has other keys than the tables on disk', async () => {
    const dataDir = await temporaryFolder();
    await (await startTestAws({ template, dataDir })).stop();
    const { GlobalSecondaryIndexes: _, ...definition } = table.definition;
    const changed = { ...emptyTemplate, tables: [{ ...table, definition }] };
    await expect(startTestAws({ template: changed, dataDir })).rejects.toThrow(/^The table Things in .* other keys/);
    // The refused start has released the data.
    await startTestAws({ template, dataDir });
  });

  it('refuse a second start on the same data with one sentence', async () => {
    const dataDir = await temporaryFolder();
    await startTestAws({ template, dataDir });
    await expect(startTestAws({ template, dataDir })).rejects.toThrow(/is in use: the local target already runs\.$/);
  });
});

it('DynamoDB refuses a parameter that dynalite would ignore', async () => {
  const { aws } = await setUp();
  const scan = (body: object) => call(aws, { service: 'dynamodb', target: 'DynamoDB_20120810.Scan', body });
  expect(await scan({ TableName })).toMatchObject({ status: 200, body: { Count: 0 } });
  expect(await scan({ TableName, Unsupported: true })).toMatchObject({
    status: 400,
    body: {
      __type: 'ValidationException',
      message: 'The local DynamoDB does not support the parameter Unsupported of Scan.',
    },
  });
});

describe('permissions on tables', () => {
  const ownOnly = role('own', [
    {
      ...allow('dynamodb:*', [table.arn, `${table.arn}/index/*`]),
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['MINE#*'] } },
    },
  ]);

  it('are checked against the partition key of every item that a call addresses', async () => {
    const aws = await startTestAws({ template: { ...template, roles: [ownOnly] }, dataDir: await temporaryFolder() });
    const { tables } = clients(aws, ownOnly.arn);
    const both = [key('MINE#1'), key('THEIRS#1')];
    const query = (index: string | undefined, attribute: string, value: string) =>
      new QueryCommand({
        TableName,
        IndexName: index,
        KeyConditionExpression: `${attribute} = :v`,
        ExpressionAttributeValues: { ':v': { S: value } },
      });
    const outcomes = {
      put: [
        await errorNameOf(tables.send(new PutItemCommand({ TableName, Item: key('MINE#1') }))),
        await errorNameOf(tables.send(new PutItemCommand({ TableName, Item: key('THEIRS#1') }))),
      ],
      query: [
        await errorNameOf(tables.send(query(undefined, 'pk', 'MINE#1'))),
        await errorNameOf(tables.send(query(undefined, 'pk', 'THEIRS#1'))),
      ],
      index: [
        await errorNameOf(tables.send(query('byDue', 'due', 'MINE#day'))),
        await errorNameOf(tables.send(query('byDue', 'due', 'THEIRS#day'))),
      ],
      batchGet: [
        await errorNameOf(
          tables.send(new BatchGetItemCommand({ RequestItems: { Things: { Keys: both.slice(0, 1) } } })),
        ),
        await errorNameOf(tables.send(new BatchGetItemCommand({ RequestItems: { Things: { Keys: both } } }))),
      ],
      batchWrite: [
        await errorNameOf(
          tables.send(
            new BatchWriteItemCommand({
              RequestItems: { Things: both.slice(0, 1).map((Item) => ({ PutRequest: { Item } })) },
            }),
          ),
        ),
        await errorNameOf(
          tables.send(
            new BatchWriteItemCommand({ RequestItems: { Things: both.map((Key) => ({ DeleteRequest: { Key } })) } }),
          ),
        ),
      ],
      transaction: [
        await errorNameOf(
          tables.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('MINE#2') } }] })),
        ),
        await errorNameOf(
          tables.send(
            new TransactWriteItemsCommand({ TransactItems: both.map((Item) => ({ Put: { TableName, Item } })) }),
          ),
        ),
      ],
    };
    for (const [call, pair] of Object.entries(outcomes)) {
      expect(pair, call).toEqual(['succeeded', 'AccessDeniedException']);
    }
    expect(aws.logged).toContain(`Refused: own is not allowed dynamodb:PutItem on ${table.arn} (implicit-deny).`);
  });

  it('for a transaction are those of each member’s action', async () => {
    const writer = role('writer', [allow(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], table.arn)]);
    const aws = await startTestAws({ template: { ...template, roles: [writer] }, dataDir: await temporaryFolder() });
    const { tables } = clients(aws, writer.arn);
    const transact = (item: TransactWriteItem) =>
      errorNameOf(tables.send(new TransactWriteItemsCommand({ TransactItems: [item] })));
    expect(await transact({ Put: { TableName, Item: key('a') } })).toBe('succeeded');
    expect(
      await transact({ ConditionCheck: { TableName, Key: key('a'), ConditionExpression: 'attribute_exists(pk)' } }),
    ).toBe('succeeded');
    expect(await transact({ Delete: { TableName, Key: key('a') } })).toBe('AccessDeniedException');
  });
});
