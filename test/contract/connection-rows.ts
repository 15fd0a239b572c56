import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { checkDue } from '../../functions/platform/dynamodb/due-index.ts';
import type { Service } from './service.ts';

const checkShape = z.object({
  dueAt: z.int(),
  begunAt: z.optional(z.int()),
  claim: z.optional(z.string()),
});
const verdictShape = z.looseObject({ status: z.string(), at: z.int(), code: z.optional(z.string()) });
const verificationShape = z.looseObject({ status: z.string(), verifiedAt: z.int() });
const rowShape = z.looseObject({
  check: checkShape,
  verification: verificationShape,
  lastVerdict: verdictShape,
  recorded: z.int(),
});

/** A connection's row as far as its checks go. */
type ConnectionRow = z.infer<typeof rowShape>;

/** Rows of the connections table, read and written as the account's administrator. */
export function connectionRows({ target }: Service, organizationId: number) {
  const { wire, template } = target;
  const credentials = wire.administrator();
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: wire.endpoint, region: 'us-east-1', credentials }),
  );
  const TableName = template.tables.find(({ definition }) => JSON.stringify(definition).includes('dueKey'))?.name;
  const keyOf = (uid: string) => ({ pk: `ORG#${organizationId}`, sk: `CONN#${uid}` });
  const row = async (uid: string): Promise<ConnectionRow> =>
    rowShape.parse((await client.send(new GetCommand({ TableName, Key: keyOf(uid), ConsistentRead: true }))).Item);

  return {
    row,
    /** Sets one attribute of a row, whatever it becomes. */
    async put(Key: Readonly<Record<string, string>>, name: string, value: unknown): Promise<void> {
      const set = { ExpressionAttributeNames: { '#part': name }, ExpressionAttributeValues: { ':value': value } };
      await client.send(new UpdateCommand({ TableName, Key, UpdateExpression: 'SET #part = :value', ...set }));
    },
    /**
     * Makes it look as if so many milliseconds had passed since a connection's check was written: it is due by as much
     * sooner, and whoever began with it did by as much earlier.
     */
    async turnBack(uid: string, by: number): Promise<void> {
      const { dueAt, begunAt } = (await row(uid)).check;
      const keys = checkDue(uid, dueAt - by);
      await client.send(
        new UpdateCommand({
          ...{ TableName, Key: keyOf(uid) },
          UpdateExpression: `SET #check.dueAt = :dueAt, due = :due, dueKey = :dueKey${begunAt === undefined ? '' : ', #check.begunAt = :begunAt'}`,
          ConditionExpression: '#check.dueAt = :seen',
          ExpressionAttributeNames: { '#check': 'check' },
          ExpressionAttributeValues: {
            ...{ ':dueAt': dueAt - by, ':due': keys.due, ':dueKey': keys.dueKey, ':seen': dueAt },
            ...(begunAt !== undefined && { ':begunAt': begunAt - by }),
          },
        }),
      );
    },
    close: () => client.destroy(),
  };
}
