import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../infra/local/aws/dynamodb/database.ts';
import { perform } from '../../infra/local/aws/dynamodb/operations.ts';
import { createDynamoDbService } from '../../infra/local/aws/dynamodb/service.ts';
import { startHttpServer } from '../../infra/local/aws/http-server.ts';
import { authenticate } from '../../infra/local/aws/iam/authenticate.ts';
import { createCaller } from '../../infra/local/aws/iam/authorize.ts';
import { createCredentialIssuer } from '../../infra/local/aws/iam/credentials.ts';
import { openSecretsManager } from '../../infra/local/aws/secrets-manager/service.ts';
import type { JsonService } from '../../infra/local/aws/service.ts';
import { isRecord } from '../../infra/local/template/intrinsics.ts';
import type { Table } from '../../infra/local/template/model.ts';

/** A call at the wire, answered or refused. */
export interface CountedCall {
  readonly operation: string;
  /** Items that a query or scan looked at, whether or not it gave them. */
  readonly items: number;
  /** Of the answer. */
  readonly bytes: number;
}

export interface CountedWire {
  /** What the adapters need in their environment to find the wire, as the administrator. */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts new rows into a table, past the wire: a hundred thousand of them would take a minute there. */
  put(table: string, rows: readonly object[]): Promise<void>;
  /** Forgets what was counted, runs, and gives the calls that were made meanwhile, as they ended. */
  count(run: () => Promise<unknown>): Promise<readonly CountedCall[]>;
  stop(): Promise<void>;
}

/** Rows put in one batch of the database. */
const rowsAtOnce = 2_000;

const place = { account: '000000000000', region: 'us-east-1' } as const;

/**
 * The local wire with connections tables of these names and a vault, counting what it is asked. Each table is a
 * database of its own: in one they would be equally deep in its tree, however many rows each has.
 *
 * @param note is told of each call, too
 */
export async function countedWire(
  names: readonly [string, ...string[]],
  note: (operation: string) => void = () => undefined,
): Promise<CountedWire> {
  const folder = await mkdtemp(join(tmpdir(), 'counted-'));
  const open = async (name: string) => {
    const tables = [connectionsTable(name)];
    const database = await openDatabase(join(folder, name), tables, place);
    return { name, database, service: createDynamoDbService(database, tables, place) };
  };
  const opened = await Promise.all(names.map(open));
  const vault = await openSecretsManager(folder, [], place, () => undefined);
  let calls: CountedCall[] = [];

  const counted = (service: JsonService, serving: (input: unknown) => JsonService = () => service): JsonService => ({
    ...service,
    operations: Object.fromEntries(
      Object.keys(service.operations).map((operation) => [
        operation,
        async (input, caller) => {
          let answer: unknown;
          try {
            answer = await serving(input).operations[operation]?.(input, caller);
            return answer;
          } finally {
            const items = isRecord(answer) ? Number(answer['ScannedCount'] ?? 0) : 0;
            calls.push({ operation, items, bytes: Buffer.byteLength(JSON.stringify(answer ?? {})) });
            note(operation);
          }
        },
      ]),
    ),
  });
  const [first] = opened;
  if (first === undefined) throw new Error('There is no table.');
  const byTable = (input: unknown): JsonService =>
    opened.find(({ name }) => isRecord(input) && input['TableName'] === name)?.service ?? first.service;

  const issuer = createCredentialIssuer([]);
  const server = await startHttpServer({
    queryServices: [],
    services: [counted(first.service, byTable), counted(vault.service)],
    authenticate: (request, signingName) => authenticate(request, signingName, issuer),
    createCaller: (principal) => createCaller(principal, place, () => undefined),
    log: () => undefined,
  });
  const { accessKeyId, secretAccessKey, sessionToken } = issuer.administrator;
  return {
    environment: {
      AWS_REGION: place.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.endpoint,
    },
    async put(table, rows) {
      const database = opened.find(({ name }) => name === table)?.database;
      if (database === undefined) throw new Error(`There is no table ${table}.`);
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        await database.write(async (buffered) => {
          for (const row of rows.slice(from, from + rowsAtOnce)) {
            await perform('PutItem', buffered, { TableName: table, Item: attributesOf(row) });
          }
        });
      }
    },
    async count(run) {
      calls = [];
      await run();
      return calls;
    },
    async stop() {
      await server.close();
      await Promise.all(opened.map(({ database }) => database.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An object as DynamoDB's map of attributes, undefined ones left out, as the adapters' client does it. */
const attributesOf = (row: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (value === undefined ? [] : [[name, attribute(value)]])),
  );

function attribute(value: unknown): object {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attribute) };
  if (isRecord(value)) return { M: attributesOf(value) };
  throw new Error(`No row holds a ${typeof value}.`);
}

/** As the deployment has it (`infra/data/tables.ts`, whose import would load the CDK into what is measured). */
function connectionsTable(name: string): Table {
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
  const index = (IndexName: string, partition: string, sort: string) => ({
    IndexName,
    KeySchema: keys(partition, sort),
    Projection: { ProjectionType: 'KEYS_ONLY' },
  });
  return {
    name,
    arn: `arn:aws:dynamodb:${place.region}:${place.account}:table/${name}`,
    definition: {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'due', 'dueKey', 'watchedOwner', 'watchedBucket'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [index('due', 'due', 'dueKey'), index('watched', 'watchedOwner', 'watchedBucket')],
    },
  };
}
