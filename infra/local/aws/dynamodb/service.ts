import { createHash } from 'node:crypto';
import type { Table } from '../../template/model.ts';
import { type AwsEnvironment, type JsonService, type Operation, ServiceError } from '../service.ts';
import { extractReturnsOld, performConditionalWrite } from './conditional-write.ts';
import type { Database } from './database.ts';
import { type OperationName, operations, perform, validateInput } from './operations.ts';
import { createTableAccess } from './table-access.ts';
import { parseTransactGet, parseTransactWrite, performTransactWrite } from './transactions.ts';

/** DynamoDB remembers a transaction's client request token for this long. */
const tokenLifetimeMs = 10 * 60 * 1000;

/**
 * Creates the DynamoDB service: dynalite's operations, transactions, and stored items returned on failed conditions.
 */
export function createDynamoDbService(database: Database, tables: readonly Table[], env: AwsEnvironment): JsonService {
  const access = createTableAccess(tables, env);
  const { store } = database;

  const createOperation =
    (name: OperationName): Operation =>
    async (input, caller) => {
      const validated = validateInput(name, input, store);
      access.require(name, validated, caller);
      if (name === 'BatchWriteItem') return database.write((buffered) => perform(name, buffered, validated));
      return perform(name, store, validated);
    };

  const createConditionalWrite =
    (name: 'PutItem' | 'UpdateItem' | 'DeleteItem'): Operation =>
    async (input, caller) => {
      const { input: rest, returnsOld } = extractReturnsOld(input);
      const validated = validateInput(name, rest, store);
      access.require(name, validated, caller);
      return database.write((buffered) => performConditionalWrite(name, buffered, validated, returnsOld));
    };

  const tokens = new Map<string, { readonly digest: string; readonly usedAt: number }>();

  return {
    target: 'DynamoDB_20120810',
    signingName: 'dynamodb',
    operations: {
      ...Object.fromEntries(
        (Object.keys(operations) as OperationName[]).map((name) => [name, createOperation(name)] as const),
      ),
      PutItem: createConditionalWrite('PutItem'),
      UpdateItem: createConditionalWrite('UpdateItem'),
      DeleteItem: createConditionalWrite('DeleteItem'),
      TransactWriteItems: async (input, caller) => {
        const { token, writes } = parseTransactWrite(input, store);
        for (const { action, input: member } of writes) {
          access.requireInTransaction(action, member, 'TransactWriteItems', caller);
        }
        const digest = createHash('sha256').update(JSON.stringify(input)).digest('hex');
        return database.write(async (buffered) => {
          if (token !== undefined && isRepeated(tokens, token, digest)) return {};
          await performTransactWrite(writes, buffered);
          if (token !== undefined) tokens.set(token, { digest, usedAt: Date.now() });
          return {};
        });
      },
      TransactGetItems: async (input, caller) => {
        const members = parseTransactGet(input, store);
        for (const member of members) access.requireInTransaction('GetItem', member, 'TransactGetItems', caller);
        // Runs as a writer, so that no write happens between two of the reads.
        return database.write(async (buffered) => {
          const Responses: unknown[] = [];
          for (const member of members) Responses.push(await perform('GetItem', buffered, member));
          return { Responses };
        });
      },
    },
  };
}

/**
 * Whether the token's transaction has already been performed.
 * @throws ServiceError IdempotentParameterMismatchException when the token was used for another one
 */
function isRepeated(
  tokens: Map<string, { readonly digest: string; readonly usedAt: number }>,
  token: string,
  digest: string,
): boolean {
  for (const [known, { usedAt }] of tokens) if (usedAt < Date.now() - tokenLifetimeMs) tokens.delete(known);
  const earlier = tokens.get(token);
  if (earlier !== undefined && earlier.digest !== digest) {
    throw new ServiceError(
      'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
      'A transaction with this client request token was performed with other parameters.',
    );
  }
  return earlier !== undefined;
}

/** Reads every item of every table of the template, so that tests can search them. */
export async function readRows(database: Database, tables: readonly Table[]): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for (const { name } of tables) {
    let startKey: unknown;
    do {
      const input = { TableName: name, ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }) };
      const page = await perform('Scan', database.store, validateInput('Scan', input, database.store));
      for (const item of Array.isArray(page['Items']) ? page['Items'] : []) rows.push({ table: name, item });
      startKey = page['LastEvaluatedKey'];
    } while (startKey !== undefined);
  }
  return rows;
}
