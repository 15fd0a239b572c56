import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { table } from './client.ts';

/** What came of an update. */
export type Updated =
  /** `changed`: the attributes that it wrote, as they are now. */
  | { readonly kind: 'updated'; readonly changed: Readonly<Record<string, unknown>> }
  /** Its condition did not hold; `row` is what it was held against, absent when there is none. */
  | { readonly kind: 'refused'; readonly row?: Readonly<Record<string, AttributeValue>> }
  /** The row or the table is written more often than DynamoDB lets anybody; nothing happened. */
  | { readonly kind: 'throttled' };

/** DynamoDB's words for too many writes ("Error handling with DynamoDB"); the SDK has tried a few times by then. */
const throttlingErrors: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/**
 * Updates a row whose condition decides, all in one call: what failed the condition comes with the refusal, so that
 * nobody has to read it first.
 *
 * @throws what DynamoDB answers otherwise
 */
export async function updateWhere(
  update: UpdateCommandInput & { readonly ConditionExpression: string },
): Promise<Updated> {
  try {
    const { Attributes = {} } = await table.send(
      new UpdateCommand({
        ...update,
        ReturnValues: 'UPDATED_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { kind: 'updated', changed: Attributes };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return { kind: 'refused', ...(error.Item && { row: error.Item }) };
    }
    if (error instanceof Error && throttlingErrors.has(error.name)) return { kind: 'throttled' };
    throw error;
  }
}
