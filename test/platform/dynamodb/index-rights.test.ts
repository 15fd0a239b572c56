import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  account,
  allow,
  emptyTemplate,
  errorNameOf,
  region,
  role,
  startTestAws,
  type TestAws,
  temporaryFolder,
} from '../../infra/local/aws/test-aws.ts';

const TableName = 'connections';
const arn = `arn:aws:dynamodb:${region}:${account}:table/${TableName}`;
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];
const index = (IndexName: string, hash: string, range: string) => ({
  ...{ IndexName, KeySchema: keys(hash, range), Projection: { ProjectionType: 'KEYS_ONLY' } },
});
const definition = {
  ...{ TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: keys('pk', 'sk') },
  AttributeDefinitions: ['pk', 'sk', 'due', 'dueKey', 'watchedOwner', 'watchedBucket'].map((AttributeName) => ({
    ...{ AttributeName, AttributeType: 'S' },
  })),
  GlobalSecondaryIndexes: [index('due', 'due', 'dueKey'), index('watched', 'watchedOwner', 'watchedBucket')],
};
/** As `infra/functions/grants.ts` says it of an index. */
const reader = (name: string, ...patterns: readonly string[]) => ({
  ...allow('dynamodb:Query', `${arn}/index/${name}`),
  conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns } },
});
const sweeper = role('sweeper', [reader('due', 'DUE#*'), reader('watched', 'azure/*')]);

let wire: TestAws;

beforeAll(async () => {
  wire = await startTestAws(
    {
      template: { ...emptyTemplate, roles: [sweeper], tables: [{ name: TableName, arn, definition }] },
      dataDir: await temporaryFolder(afterAll),
    },
    afterAll,
  );
  const credentials = wire.credentialsFor(sweeper.arn);
  Object.assign(process.env, wire.environment(), {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    CONNECTIONS_TABLE: TableName,
  });
});

test('what reads an index may read its own partitions of it, and nothing else', async () => {
  const { findDue } = await import('../../../functions/platform/reverification/find-due.ts');
  const { findWatched } = await import('../../../functions/platform/connections/find-watched.ts');
  const { table } = await import('../../../functions/platform/dynamodb/client.ts');
  expect(await findDue().inShard(0, 1, 1)).toEqual([]);
  expect(await findWatched()({ owner: 'azure/a' }, { limit: 1 })).toEqual({ items: [] });
  expect(await errorNameOf(findWatched()({ owner: 'google/a', bucket: 'a' }, { limit: 1 }))).toBe(
    'AccessDeniedException',
  );
  const stale = { TableName, KeyConditionExpression: 'due = :due', ExpressionAttributeValues: { ':due': 'STALE#0' } };
  expect(await errorNameOf(table.send(new QueryCommand({ ...stale, IndexName: 'due' })))).toBe('AccessDeniedException');
  const own = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'DUE#0' } };
  expect(await errorNameOf(table.send(new QueryCommand(own)))).toBe('AccessDeniedException');
});
