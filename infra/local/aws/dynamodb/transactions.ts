import db, { type ActionStore, type Item, type TableDescription } from 'dynalite/db/index.js';
import * as z from 'zod/mini';
import { parseInput, ServiceError } from '../service.ts';
import { extractReturnsOld, readExistingItem } from './conditional-write.ts';
import { perform, toServiceError, type ValidatedInput, validateInput } from './operations.ts';

/** One member of a TransactWriteItems, with the input validated by dynalite. */
export interface TransactWrite {
  readonly action: 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';
  readonly input: ValidatedInput;
  /** Whether ReturnValuesOnConditionCheckFailure is ALL_OLD. */
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

/**
 * Parses a TransactWriteItems request.
 * @throws ServiceError ValidationException for a malformed transaction or member
 */
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
    const { input: rest, returnsOld } = extractReturnsOld(value);
    switch (kind) {
      case 'Put':
        return { action: 'PutItem', input: validateInput('PutItem', rest, store), returnsOld };
      case 'Update':
        return { action: 'UpdateItem', input: validateInput('UpdateItem', rest, store), returnsOld };
      case 'Delete':
        return { action: 'DeleteItem', input: validateInput('DeleteItem', rest, store), returnsOld };
      default: {
        // A condition check has the input of a conditional delete.
        const validated = validateInput('DeleteItem', rest, store);
        if (validated['_condition'] === undefined) throw invalid('The expression can not be empty;');
        return { action: 'ConditionCheckItem', input: validated, returnsOld };
      }
    }
  });
  return { token, writes };
}

/** Parses a TransactGetItems request. @throws ServiceError ValidationException for a malformed transaction or member */
export function parseTransactGet(input: unknown, store: ActionStore): readonly ValidatedInput[] {
  return parseInput(getSchema, input).TransactItems.map(({ Get }) => validateInput('GetItem', Get, store));
}

/**
 * Performs the members on a buffered store, which the caller flushes on success and drops when this throws.
 * @throws ServiceError TransactionCanceledException with one reason per member; ValidationException when two members
 *   address one item; ResourceNotFoundException
 */
export async function performTransactWrite(writes: readonly TransactWrite[], store: ActionStore): Promise<void> {
  const tables = await Promise.all(writes.map(({ input }) => describeTable(input, store)));
  const addressed = writes.flatMap(({ input }, index) => {
    const table = tables[index];
    const address = table === undefined ? undefined : toItemAddress(input, table);
    return address === undefined ? [] : [address];
  });
  if (new Set(addressed).size < addressed.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }

  const reasons: object[] = [];
  for (const write of writes) reasons.push(await performMember(write, store));
  const codes = reasons.map((reason) => ('Code' in reason ? String(reason.Code) : 'None'));
  if (codes.every((code) => code === 'None')) return;
  throw new ServiceError(
    'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    { CancellationReasons: reasons },
  );
}

/**
 * Performs one member and gives its cancellation reason, or `None`.
 * @throws ServiceError for errors of the whole call
 */
async function performMember(write: TransactWrite, store: ActionStore): Promise<object> {
  try {
    if (write.action === 'ConditionCheckItem') {
      const failed = db.checkConditional(write.input, await readExistingItem(write.input, store));
      if (failed) throw toServiceError(failed);
    } else {
      await perform(write.action, store, write.input);
    }
    return { Code: 'None' };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code.endsWith('#ConditionalCheckFailedException')) {
      const item = write.returnsOld ? await readExistingItem(write.input, store) : undefined;
      return { Code: 'ConditionalCheckFailed', Message: error.message, ...(item === undefined ? {} : { Item: item }) };
    }
    if (error.code.endsWith('#ValidationException')) return { Code: 'ValidationError', Message: error.message };
    throw error;
  }
}

function describeTable(input: ValidatedInput, store: ActionStore): Promise<TableDescription | undefined> {
  return new Promise((resolve, reject) => {
    store.getTable(String(input['TableName']), (error, table) => {
      if (error) reject(toServiceError(error));
      else resolve(table);
    });
  });
}

/** Identifies the addressed item by table and key; undefined for an invalid key, which the action itself reports. */
function toItemAddress(input: ValidatedInput, table: TableDescription): string | undefined {
  const item = input['Item'] as Item | undefined;
  const key = input['Key'] as Item | undefined;
  const failed = item === undefined ? db.validateKey(key ?? {}, table) : db.validateItem(item, table);
  return failed ? undefined : `${table.TableName}/${db.createKey(item ?? key ?? {}, table)}`;
}

function invalid(message: string): ServiceError {
  return new ServiceError('com.amazon.coral.validate#ValidationException', message);
}
