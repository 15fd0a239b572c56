import {
  ConditionalCheckFailedException,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { errorNameOf } from '../test-aws.ts';
import { absent, key, setUp, TableName } from './things.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

async function reasons(call: Promise<unknown>) {
  const error = await call.catch((caught: unknown) => caught);
  if (!(error instanceof TransactionCanceledException)) throw error;
  return error.CancellationReasons;
}

describe('transactions', () => {
  it('write every item together with its index entries', async () => {
    const { put, get, transact, due } = await setUp();
    await put('gone', { due: { S: 'monday' } });
    await put('counted', { n: { N: '1' } });
    await put('checked');
    await transact([
      { Put: { TableName, Item: { ...key('new'), due: { S: 'monday' } }, ...absent } },
      { Delete: { TableName, Key: key('gone') } },
      {
        Update: {
          TableName,
          Key: key('counted'),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
      { ConditionCheck: { TableName, Key: key('checked'), ConditionExpression: 'attribute_exists(pk)' } },
    ]);
    expect(await due('monday')).toEqual(['new']);
    expect((await get('counted'))?.['n']).toEqual({ N: '2' });
    expect(await get('gone')).toBeUndefined();
  });

  it('write nothing when one condition fails, and name it, with the stored item on request', async () => {
    const { put, get, transact } = await setUp();
    await put('taken', { owner: { S: 'first' } });
    const failed = await reasons(
      transact([
        { Put: { TableName, Item: key('new') } },
        { Put: { TableName, Item: key('taken'), ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
        { ConditionCheck: { TableName, Key: key('missing'), ConditionExpression: 'attribute_exists(pk)' } },
      ]),
    );
    expect(failed).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { ...key('taken'), owner: { S: 'first' } },
      },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
    ]);
    expect(await get('new')).toBeUndefined();
  });

  it('write nothing when an update does not fit the stored item', async () => {
    const { put, get, transact } = await setUp();
    await put('text', { n: { S: 'one' } });
    const values = { ':one': { N: '1' } };
    const update = { TableName, Key: key('text'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: values };
    const failed = await reasons(transact([{ Put: { TableName, Item: key('new') } }, { Update: update }]));
    expect(failed?.map(({ Code }) => Code)).toEqual(['None', 'ValidationError']);
    expect(await get('new')).toBeUndefined();
  });

  it('refuse two operations on one item', async () => {
    const { transact } = await setUp();
    const both = [{ Put: { TableName, Item: key('a') } }, { Delete: { TableName, Key: key('a') } }];
    await expect(transact(both)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  it('are performed once per client token, which is refused for another transaction', async () => {
    const { get, transact } = await setUp();
    const add = (pk: string): TransactWriteItem[] => [
      {
        Update: {
          TableName,
          Key: key(pk),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
    ];
    await transact(add('counted'), 'token');
    await transact(add('counted'), 'token');
    expect((await get('counted'))?.['n']).toEqual({ N: '1' });
    expect(await errorNameOf(transact(add('other'), 'token'))).toBe('IdempotentParameterMismatchException');
  });

  it('are never seen half done by TransactGetItems', async () => {
    const { tables, transact } = await setUp();
    const both = (n: number) =>
      transact(['left', 'right'].map((pk) => ({ Put: { TableName, Item: { ...key(pk), n: { N: String(n) } } } })));
    const read = async () => {
      const Get = (pk: string) => ({ Get: { TableName, Key: key(pk) } });
      const { Responses } = await tables.send(
        new TransactGetItemsCommand({ TransactItems: [Get('left'), Get('right')] }),
      );
      return Responses?.map(({ Item }) => Item?.['n']?.N);
    };
    await both(0);
    const [seen] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, read)),
      Promise.all(Array.from({ length: 20 }, (_, n) => both(n))),
    ]);
    for (const values of seen) expect(values?.[0]).toBe(values?.[1]);
  });
});

it('single writes and concurrent transactions on one item lose no update', async () => {
  const { tables, get, transact } = await setUp();
  const values = { ':one': { N: '1' } };
  const add = { TableName, Key: key('n'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: values };
  const both = () => [tables.send(new UpdateItemCommand(add)), transact([{ Update: add }])];
  await Promise.all(Array.from({ length: 25 }, both).flat());
  expect((await get('n'))?.['n']).toEqual({ N: '50' });
});

describe('conditional writes', () => {
  it('return the stored item that failed the condition, on request', async () => {
    const { tables, put } = await setUp();
    await put('taken', { owner: { S: 'first' } });
    const again = { TableName, Item: key('taken'), ...absent };
    const refused = await tables
      .send(new PutItemCommand({ ...again, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { ...key('taken'), owner: { S: 'first' } },
    });
    const plain = await tables.send(new PutItemCommand(again)).catch((error: unknown) => error);
    expect(plain instanceof ConditionalCheckFailedException && plain.Item === undefined).toBe(true);
  });

  it('let exactly one of many concurrent writers win', async () => {
    const { tables } = await setUp();
    const tryPut = (owner: number) =>
      errorNameOf(
        tables.send(new PutItemCommand({ TableName, Item: { ...key('one'), n: { N: `${owner}` } }, ...absent })),
      );
    const outcomes = await Promise.all(Array.from({ length: 25 }, (_, owner) => tryPut(owner)));
    expect(outcomes.filter((outcome) => outcome === 'succeeded')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'ConditionalCheckFailedException')).toHaveLength(24);
  });

  it('lose no update of many concurrent ones', async () => {
    const { tables, get } = await setUp();
    const values = { ':one': { N: '1' } };
    const add = { TableName, Key: key('n'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: values };
    await Promise.all(Array.from({ length: 25 }, () => tables.send(new UpdateItemCommand(add))));
    expect((await get('n'))?.['n']).toEqual({ N: '25' });
  });
});
