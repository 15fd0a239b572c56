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
import { allow, call, clients, emptyTemplate, failureOf, role, startWire, temporaryFolder } from '../stand.ts';
import { key, stand, TableName, table, template } from './things.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('tables', () => {
  it('are active at once, and keep their items over a restart', async () => {
    const dataDir = await temporaryFolder();
    const first = await startWire({ template, dataDir });
    const described = await clients(first).tables.send(new DescribeTableCommand({ TableName }));
    expect(described.Table).toMatchObject({ TableStatus: 'ACTIVE', TableArn: table.arn });
    await clients(first).tables.send(new PutItemCommand({ TableName, Item: key('kept') }));
    await first.stop();
    const second = await startWire({ template, dataDir });
    expect(await second.observe.rows()).toEqual([{ table: 'Things', item: key('kept') }]);
  });

  it('stop the start when the template has other keys than the disk', async () => {
    const dataDir = await temporaryFolder();
    await (await startWire({ template, dataDir })).stop();
    const { GlobalSecondaryIndexes: _, ...definition } = table.definition;
    const changed = { ...emptyTemplate, tables: [{ ...table, definition }] };
    await expect(startWire({ template: changed, dataDir })).rejects.toThrow(/^The table Things in .* other keys/);
    // The refused start let go of the data.
    await startWire({ template, dataDir });
  });

  it('stop a second start on the same data, in one sentence', async () => {
    const dataDir = await temporaryFolder();
    await startWire({ template, dataDir });
    await expect(startWire({ template, dataDir })).rejects.toThrow(/is in use: the local target already runs\.$/);
  });
});

it('refuses a parameter that dynalite would ignore, rather than do something else', async () => {
  const { wire } = await stand();
  const scan = (body: object) => call(wire, { service: 'dynamodb', target: 'DynamoDB_20120810.Scan', body });
  expect(await scan({ TableName })).toMatchObject({ status: 200, body: { Count: 0 } });
  expect(await scan({ TableName, Unheard: true })).toMatchObject({
    status: 400,
    body: { __type: 'ValidationException', message: 'The local DynamoDB does not know the parameter Unheard of Scan.' },
  });
});

describe('leading keys', () => {
  const ownOnly = role('own', [
    {
      ...allow('dynamodb:*', [table.arn, `${table.arn}/index/*`]),
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['MINE#*'] } },
    },
  ]);

  it('are checked for every item that a call addresses', async () => {
    const wire = await startWire({ template: { ...template, roles: [ownOnly] }, dataDir: await temporaryFolder() });
    const { tables } = clients(wire, ownOnly.arn);
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
        await failureOf(tables.send(new PutItemCommand({ TableName, Item: key('MINE#1') }))),
        await failureOf(tables.send(new PutItemCommand({ TableName, Item: key('THEIRS#1') }))),
      ],
      query: [
        await failureOf(tables.send(query(undefined, 'pk', 'MINE#1'))),
        await failureOf(tables.send(query(undefined, 'pk', 'THEIRS#1'))),
      ],
      index: [
        await failureOf(tables.send(query('byDue', 'due', 'MINE#day'))),
        await failureOf(tables.send(query('byDue', 'due', 'THEIRS#day'))),
      ],
      batchGet: [
        await failureOf(tables.send(new BatchGetItemCommand({ RequestItems: { Things: { Keys: both.slice(0, 1) } } }))),
        await failureOf(tables.send(new BatchGetItemCommand({ RequestItems: { Things: { Keys: both } } }))),
      ],
      batchWrite: [
        await failureOf(
          tables.send(
            new BatchWriteItemCommand({
              RequestItems: { Things: both.slice(0, 1).map((Item) => ({ PutRequest: { Item } })) },
            }),
          ),
        ),
        await failureOf(
          tables.send(
            new BatchWriteItemCommand({ RequestItems: { Things: both.map((Key) => ({ DeleteRequest: { Key } })) } }),
          ),
        ),
      ],
      transaction: [
        await failureOf(
          tables.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('MINE#2') } }] })),
        ),
        await failureOf(
          tables.send(
            new TransactWriteItemsCommand({ TransactItems: both.map((Item) => ({ Put: { TableName, Item } })) }),
          ),
        ),
      ],
    };
    for (const [call, pair] of Object.entries(outcomes)) {
      expect(pair, call).toEqual(['answered', 'AccessDeniedException']);
    }
    expect(wire.logged).toContain(`Refused: own is not allowed dynamodb:PutItem on ${table.arn} (unmentioned).`);
  });

  it('of a transaction are asked for by the action of each member', async () => {
    const writer = role('writer', [allow(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], table.arn)]);
    const wire = await startWire({ template: { ...template, roles: [writer] }, dataDir: await temporaryFolder() });
    const { tables } = clients(wire, writer.arn);
    const transact = (item: TransactWriteItem) =>
      failureOf(tables.send(new TransactWriteItemsCommand({ TransactItems: [item] })));
    expect(await transact({ Put: { TableName, Item: key('a') } })).toBe('answered');
    expect(
      await transact({ ConditionCheck: { TableName, Key: key('a'), ConditionExpression: 'attribute_exists(pk)' } }),
    ).toBe('answered');
    expect(await transact({ Delete: { TableName, Key: key('a') } })).toBe('AccessDeniedException');
  });
});
