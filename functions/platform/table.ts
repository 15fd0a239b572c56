import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Made once per function; undefined attributes are left out rather than refused. */
export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

/** DynamoDB's word for a write whose condition did not hold: somebody else was quicker. */
const conditionFailed = 'ConditionalCheckFailedException';

/** Runs a conditional write. False: its condition did not hold. */
export async function wrote(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === conditionFailed) return false;
    throw error;
  }
}
