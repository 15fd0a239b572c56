import {
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Page, PageOf } from '../../core/page.ts';
import { conditionHeld, failedConditions, table } from '../dynamodb/client.ts';
import { retryOnConflict } from '../dynamodb/retry-conflicts.ts';

/** What the operator's ports on the access table have in common. */

export type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** Writes all of it or nothing. @returns the positions whose condition did not hold; none: all was written */
export const transact = (items: TransactItems): Promise<readonly number[]> =>
  failedConditions(retryOnConflict(() => table.send(new TransactWriteCommand({ TransactItems: items }))));

/** Changes a row that must be there. @returns the row as it is now, or undefined when there is none */
export async function changedRow(
  change: Pick<UpdateCommandInput, 'TableName' | 'Key' | 'UpdateExpression' | 'ExpressionAttributeValues'>,
): Promise<unknown> {
  let row: unknown;
  const update = async () => {
    const condition = { ConditionExpression: 'attribute_exists(pk)', ReturnValues: 'ALL_NEW' } as const;
    row = (await table.send(new UpdateCommand({ ...change, ...condition }))).Attributes;
  };
  return (await conditionHeld(retryOnConflict(update))) ? row : undefined;
}

const sortKeyRow = z.object({ sk: z.string() });

/**
 * A page of the sort keys of one partition, ascending. One row more than is asked for is looked at, so that the last
 * page is known to be the last.
 *
 * @param condition on `sk`, in which `:of` stands for `value`
 * @param page `after` is a sort key that fulfils the condition, there or not; `limit` is at least 1
 */
export async function sortKeys(
  { TableName, partition, condition, value }: SortKeys,
  { limit, after }: PageOf,
): Promise<Page<string>> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: `pk = :partition AND ${condition}`,
      ExpressionAttributeValues: { ':partition': partition, ':of': value },
      ...(after !== undefined && { ExclusiveStartKey: { pk: partition, sk: after } }),
      ConsistentRead: true,
      Limit: limit + 1,
    }),
  );
  const found = Items.map((item) => sortKeyRow.parse(item).sk);
  const items = found.slice(0, limit);
  const next = found.length > limit ? items.at(-1) : undefined;
  return { items, ...(next !== undefined && { next }) };
}

interface SortKeys {
  readonly TableName: string;
  readonly partition: string;
  readonly condition: string;
  readonly value: string;
}
