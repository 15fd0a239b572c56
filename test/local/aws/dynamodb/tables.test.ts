import { DescribeTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { call, clients, emptyTemplate, startWire, temporaryFolder } from '../stand.ts';
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
