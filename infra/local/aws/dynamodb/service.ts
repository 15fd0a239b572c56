import { createHash } from 'node:crypto';
import type { Table } from '../../template/model.ts';
import { type AwsEnvironment, type JsonService, type Operation, ServiceError } from '../service.ts';
import { createTableAccess } from './access.ts';
import { performConditional, returnOld } from './conditional.ts';
import type { Database } from './database.ts';
import { check, type OperationName, operations, perform } from './operations.ts';
import { parseTransactGet, parseTransactWrite, transactWrite } from './transactions.ts';

/** How long DynamoDB remembers a transaction's client request token. */
const tokenLifeMs = 10 * 60 * 1000;

/** DynamoDB on the wire: dynalite's operations, plus transactions and items returned on failed conditions. */
export function createDynamoDbService(database: Database, tables: readonly Table[], env: AwsEnvironment): JsonService {
  const access = createTableAccess(tables, env);
  const { store } = database;

  const plain =
    (name: OperationName): Operation =>
    async (input, caller) => {
      const checked = check(name, input, store);
      access.require(name, checked, caller);
      if (name === 'BatchWriteItem') return database.write((buffered) => perform(name, buffered, checked));
      return perform(name, store, checked);
    };

  const conditional =
    (name: 'PutItem' | 'UpdateItem' | 'DeleteItem'): Operation =>
    async (input, caller) => {
      const { input: bare, returnsOld } = returnOld(input);
      const checked = check(name, bare, store);
      access.require(name, checked, caller);
      return database.write((buffered) => performConditional(name, buffered, checked, returnsOld));
    };

  const tokens = new Map<string, { readonly digest: string; readonly at: number }>();

  return {
    target: 'DynamoDB_20120810',
    signingName: 'dynamodb',
    operations: {
      ...Object.fromEntries((Object.keys(operations) as OperationName[]).map((name) => [name, plain(name)] as const)),
      PutItem: conditional('PutItem'),
      UpdateItem: conditional('UpdateItem'),
      DeleteItem: conditional('DeleteItem'),
      TransactWriteItems: async (input, caller) => {
        const { token, writes } = parseTransactWrite(input, store);
        for (const { action, input: member } of writes) {
          access.requireInTransaction(action, member, 'TransactWriteItems', caller);
        }
        const digest = createHash('sha256').update(JSON.stringify(input)).digest('hex');
        return database.write(async (buffered) => {
          if (token !== undefined && repeated(tokens, token, digest)) return {};
          await transactWrite(writes, buffered);
          if (token !== undefined) tokens.set(token, { digest, at: Date.now() });
          return {};
        });
      },
      TransactGetItems: async (input, caller) => {
        const members = parseTransactGet(input, store);
        for (const member of members) access.requireInTransaction('GetItem', member, 'TransactGetItems', caller);
        // Among the writers, so that no write comes between two of the reads.
        return database.write(async (buffered) => {
          const Responses: unknown[] = [];
          for (const member of members) Responses.push(await perform('GetItem', buffered, member));
          return { Responses };
        });
      },
    },
  };
}

/** Whether the token's transaction was already made. @throws ServiceError when it was another one */
function repeated(
  tokens: Map<string, { readonly digest: string; readonly at: number }>,
  token: string,
  digest: string,
): boolean {
  for (const [known, { at }] of tokens) if (at < Date.now() - tokenLifeMs) tokens.delete(known);
  const earlier = tokens.get(token);
  if (earlier !== undefined && earlier.digest !== digest) {
    throw new ServiceError(
      'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
      'A transaction with this client request token was made with other parameters.',
    );
  }
  return earlier !== undefined;
}

/** Every item of every table of the template, for searching them. */
export async function readRows(database: Database, tables: readonly Table[]): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for (const { name } of tables) {
    let from: unknown;
    do {
      const input = { TableName: name, ...(from === undefined ? {} : { ExclusiveStartKey: from }) };
      const page = await perform('Scan', database.store, check('Scan', input, database.store));
      for (const item of Array.isArray(page['Items']) ? page['Items'] : []) rows.push({ table: name, item });
      from = page['LastEvaluatedKey'];
    } while (from !== undefined);
  }
  return rows;
}
