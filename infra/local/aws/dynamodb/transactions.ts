import db, { type ActionStore, type Item, type TableDescription } from 'dynalite/db/index.js';
import * as z from 'zod/mini';
import { parseInput, ServiceError } from '../service.ts';
import { existingItem, returnOld } from './conditional.ts';
import { type Checked, check, perform, toServiceError } from './operations.ts';

/** One member of a TransactWriteItems, its input checked by dynalite. */
export interface TransactWrite {
  readonly action: 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';
  readonly input: Checked;
  /** ReturnValuesOnConditionCheckFailure is ALL_OLD. */
  readonly returnsOld: boolean;
}

const member = z.optional(z.record(z.string(), z.unknown()));
const writeSchema = z.strictObject({
  TransactItems: z
    .array(z.strictObject({ Put: member, Update: member, Delete: member, ConditionCheck: member }))
    .check(z.minLength(1), z.maxLength(100)),
  ClientRequestToken: z.optional(z.string().check(z.minLength(1), z.maxLength(36))),
  ReturnConsumedCapacity: z.optional(z.literal('NONE')),
  ReturnItemCollectionMetrics: z.optional(z.literal('NONE')),
});
const getSchema = z.strictObject({
  TransactItems: z
    .array(z.strictObject({ Get: z.record(z.string(), z.unknown()) }))
    .check(z.minLength(1), z.maxLength(100)),
  ReturnConsumedCapacity: z.optional(z.literal('NONE')),
});

/** @throws ServiceError ValidationException for a malformed transaction or member */
export function parseTransactWrite(
  input: unknown,
  store: ActionStore,
): { readonly token: string | undefined; readonly writes: readonly TransactWrite[] } {
  const { TransactItems: items, ClientRequestToken: token } = parseInput(writeSchema, input);
  const writes = items.map((item): TransactWrite => {
    const [only, ...others] = Object.entries(item).filter(([, value]) => value !== undefined);
    if (only === undefined || others.length > 0) {
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    const [kind, value = {}] = only;
    const { input: bare, returnsOld } = returnOld(value);
    switch (kind) {
      case 'Put':
        return { action: 'PutItem', input: check('PutItem', bare, store), returnsOld };
      case 'Update':
        return { action: 'UpdateItem', input: check('UpdateItem', bare, store), returnsOld };
      case 'Delete':
        return { action: 'DeleteItem', input: check('DeleteItem', bare, store), returnsOld };
      default: {
        // A condition check has the input of a conditional delete.
        const checked = check('DeleteItem', bare, store);
        if (checked['_condition'] === undefined) throw invalid('The expression can not be empty;');
        return { action: 'ConditionCheckItem', input: checked, returnsOld };
      }
    }
  });
  return { token, writes };
}

/** @throws ServiceError ValidationException for a malformed transaction or member */
export function parseTransactGet(input: unknown, store: ActionStore): readonly Checked[] {
  return parseInput(getSchema, input).TransactItems.map(({ Get }) => check('GetItem', Get, store));
}

/**
 * Performs the members against a buffered store, which the caller flushes when this returns and drops when it throws.
 * @throws ServiceError TransactionCanceledException with one reason per member; ValidationException when two members
 *   address one item; ResourceNotFoundException
 */
export async function transactWrite(writes: readonly TransactWrite[], store: ActionStore): Promise<void> {
  const tables = await Promise.all(writes.map(({ input }) => tableOf(input, store)));
  const addressed = writes.flatMap(({ input }, index) => {
    const table = tables[index];
    const address = table === undefined ? undefined : addressOf(input, table);
    return address === undefined ? [] : [address];
  });
  if (new Set(addressed).size < addressed.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }

  const reasons: object[] = [];
  for (const write of writes) reasons.push(await outcomeOf(write, store));
  const codes = reasons.map((reason) => ('Code' in reason ? String(reason.Code) : 'None'));
  if (codes.every((code) => code === 'None')) return;
  throw new ServiceError(
    'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    { CancellationReasons: reasons },
  );
}

/** A cancellation reason; what is no reason to cancel but an error of the whole call is thrown. */
async function outcomeOf(write: TransactWrite, store: ActionStore): Promise<object> {
  try {
    if (write.action === 'ConditionCheckItem') {
      const failed = db.checkConditional(write.input, await existingItem(write.input, store));
      if (failed) throw toServiceError(failed);
    } else {
      await perform(write.action, store, write.input);
    }
    return { Code: 'None' };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code.endsWith('#ConditionalCheckFailedException')) {
      const item = write.returnsOld ? await existingItem(write.input, store) : undefined;
      return { Code: 'ConditionalCheckFailed', Message: error.message, ...(item === undefined ? {} : { Item: item }) };
    }
    if (error.code.endsWith('#ValidationException')) return { Code: 'ValidationError', Message: error.message };
    throw error;
  }
}

function tableOf(input: Checked, store: ActionStore): Promise<TableDescription | undefined> {
  return new Promise((resolve, reject) => {
    store.getTable(String(input['TableName']), (error, table) => {
      if (error) reject(toServiceError(error));
      else resolve(table);
    });
  });
}

/** Table and key of the item addressed; undefined for an invalid key, which the action itself will say. */
function addressOf(input: Checked, table: TableDescription): string | undefined {
  const item = input['Item'] as Item | undefined;
  const key = input['Key'] as Item | undefined;
  const failed = item === undefined ? db.validateKey(key ?? {}, table) : db.validateItem(item, table);
  return failed ? undefined : `${table.TableName}/${db.createKey(item ?? key ?? {}, table)}`;
}

function invalid(message: string): ServiceError {
  return new ServiceError('com.amazon.coral.validate#ValidationException', message);
}
