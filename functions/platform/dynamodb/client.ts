import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Made once per function; undefined attributes are left out rather than refused. */
export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

/** DynamoDB's words for a write whose condition did not hold, or that met another one: somebody else was quicker. */
const overtaken: ReadonlySet<string> = new Set(['ConditionalCheckFailedException', 'TransactionConflictException']);
/** The same within a transaction. */
const overtakenItem: ReadonlySet<string | undefined> = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

/** Runs a conditional write. False: its condition did not hold. */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof Error && overtaken.has(error.name)) return false;
    throw error;
  }
}

/**
 * Runs a transaction. @returns the positions of the items that somebody else was quicker at; none: all was written
 * @throws the transaction's error when it failed for any other reason
 */
export async function failedConditions(transaction: Promise<unknown>): Promise<readonly number[]> {
  try {
    await transaction;
    return [];
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const refused = (error.CancellationReasons ?? []).flatMap(({ Code }, index) =>
      overtakenItem.has(Code) ? [index] : [],
    );
    if (refused.length === 0) throw error;
    return refused;
  }
}
